import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Environment as SendToSlack } from '../lambdas/send-to-slack.ts';
import { callOnAlarm } from './alarm-action.ts';
import type { FunctionTable } from './function-table.ts';

const KEPT_DAYS = 14;
const FUNCTION_SECONDS = 30;
/** As AWS advises for queues that functions read. */
const VISIBILITY_SECONDS = 6 * FUNCTION_SECONDS;
/** With what the function waits between tries, two hours of an outage of Slack. */
const TRIES = 12;

interface SlackProps {
  /** of the deployment */
  readonly name: string;
  readonly functions: FunctionTable;
  readonly settings: { readonly channel: string; readonly secretArn: string };
  /** what the alarm on parked messages calls */
  readonly reportDeadLetters: lambda.IFunction;
}

/**
 * Incidents in Slack: a queue that takes them from the topic, the function that tells them, and another queue in which
 * what Slack never took is parked. Only deployments with the setting `messages.slack` have it.
 */
export class Slack extends Construct {
  constructor(scope: Construct, id: string, props: SlackProps) {
    super(scope, id);
    const common = { encryption: sqs.QueueEncryption.SQS_MANAGED, enforceSSL: true };
    const parked = new sqs.Queue(this, 'Parked', { ...common, retentionPeriod: Duration.days(KEPT_DAYS) });
    const queue = new sqs.Queue(this, 'Queue', {
      ...common,
      retentionPeriod: Duration.days(KEPT_DAYS),
      visibilityTimeout: Duration.seconds(VISIBILITY_SECONDS),
      deadLetterQueue: { queue: parked, maxReceiveCount: TRIES },
    });
    props.functions.ground.messages.topic.addSubscription(
      new subscriptions.SqsSubscription(queue, {
        rawMessageDelivery: true,
        filterPolicy: { kind: sns.SubscriptionFilter.stringFilter({ allowlist: ['incident'] }) },
      }),
    );
    this.addSender(props, queue);
    this.addAlarm(props, parked);
  }

  private addSender({ functions, settings }: SlackProps, queue: sqs.Queue): void {
    const { ledger, key } = functions.ground;
    functions.add<typeof SendToSlack>('send-to-slack', {
      description: 'Tells Slack of incidents: one message each, changed in place',
      environment: {
        ...functions.ledgerVariables,
        SLACK_CHANNEL: settings.channel,
        SLACK_SECRET_ARN: settings.secretArn,
        SLACK_QUEUE_URL: queue.queueUrl,
      },
      grants: [
        ledger.allow('GetItem', 'PutItem'),
        { actions: ['secretsmanager:GetSecretValue'], resources: [settings.secretArn] },
        {
          actions: [
            'sqs:ReceiveMessage',
            'sqs:DeleteMessage',
            'sqs:GetQueueAttributes',
            'sqs:ChangeMessageVisibility',
          ],
          resources: [queue.queueArn],
        },
        ...key.allowData('dynamodb', 'secretsmanager'),
      ],
      memoryMib: 256,
      timeoutSeconds: FUNCTION_SECONDS,
    });
    const { function: sender } = functions.get('send-to-slack');
    const source = new lambda.EventSourceMapping(this, 'Source', {
      target: sender,
      eventSourceArn: queue.queueArn,
      // one by one: what fails is tried again by itself, and Slack takes about a message a second
      batchSize: 1,
      maxConcurrency: 2,
    });
    // Lambda refuses a source that the function may not read yet
    if (sender.role !== undefined) source.node.addDependency(sender.role);
  }

  private addAlarm({ name, reportDeadLetters }: SlackProps, parked: sqs.Queue): void {
    const alarm = new cloudwatch.Alarm(this, 'ParkedAlarm', {
      alarmName: `${name}-slack-parked`,
      alarmDescription:
        'Slack took a message about an incident in none of its tries. See the log of send-to-slack, then move the ' +
        'parked messages back with aws sqs start-message-move-task.',
      // what SQS itself moves counts as none sent: only how many lie there shows it
      metric: parked.metricApproximateNumberOfMessagesVisible({
        statistic: 'Maximum',
        period: Duration.minutes(5),
      }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    callOnAlarm(alarm, reportDeadLetters, 'SlackParkedAlarm');
  }
}
