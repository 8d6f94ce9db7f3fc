import { Duration } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Grant } from './grants.ts';

const KEPT_DAYS = 14;

interface MessagesProps {
  /** @default the key that AWS keeps for SNS in the account */
  readonly key?: kms.IKey | undefined;
  readonly emails: readonly string[];
}

/** What people are told: one topic, subscribed to by mail or by a team's own chat bridge. */
export class Messages extends Construct {
  readonly topic: sns.Topic;

  constructor(scope: Construct, id: string, props: MessagesProps) {
    super(scope, id);
    this.topic = new sns.Topic(this, 'Topic', {
      displayName: 'Flarepath',
      enforceSSL: true,
      masterKey: props.key ?? kms.Alias.fromAliasName(this, 'SnsKey', 'alias/aws/sns'),
    });
    for (const email of props.emails) this.topic.addSubscription(new subscriptions.EmailSubscription(email));
  }

  allowPublish(): Grant {
    return { actions: ['sns:Publish'], resources: [this.topic.topicArn] };
  }
}

/** Where an event lies that could not be delivered or handled: kept for a fortnight, for a person to look at. */
export class DeadLetters extends Construct {
  readonly queue: sqs.Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.queue = new sqs.Queue(this, 'Queue', {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(KEPT_DAYS),
    });
  }
}
