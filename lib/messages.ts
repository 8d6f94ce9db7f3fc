import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { callOnAlarm } from './alarm-action.ts';
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

/**
 * Where an event lies that could not be delivered or handled: kept for a fortnight, and people are told when some
 * have come, also while earlier ones still lie there.
 */
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

  /**
   * @param name  of the deployment
   * @param teller  what the alarm calls
   */
  callWhenOneComes(name: string, teller: lambda.IFunction): cloudwatch.Alarm {
    const alarm = new cloudwatch.Alarm(this, 'Alarm', {
      alarmName: `${name}-dead-letters`,
      alarmDescription: 'An event could not be delivered or handled',
      // Not how many lie there: the first one that nobody removes would hide all that follow. Lambda, EventBridge and
      // Scheduler send theirs, so that they count; what SQS itself moved from another queue would not.
      metric: this.queue.metricNumberOfMessagesSent({ statistic: 'Sum', period: Duration.minutes(5) }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // A queue that nothing touches for hours reports nothing.
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    callOnAlarm(alarm, teller, 'DeadLettersAlarm');
    return alarm;
  }
}
