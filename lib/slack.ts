import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Environment as SendToSlack } from '../lambdas/send-to-slack.ts';
import { callOnAlarm } from './alarm-action.ts';
import type { Settings } from './config.ts';
import type { FunctionTable } from './function-table.ts';
import type { FunctionName } from './function-names.ts';
import type { Grant } from './grants.ts';
import { SlackButtons } from './slack-buttons.ts';

const KEPT_DAYS = 14;
const FUNCTION_SECONDS = 30;
/** As AWS advises for queues that functions read. */
const VISIBILITY_SECONDS = 6 * FUNCTION_SECONDS;
/** With what the function waits between tries, two hours of an outage of Slack. */
const TRIES = 12;
/** Whoever pressed a button and saw nothing happen for a quarter of an hour has pressed again, or used the command line. */
const PRESS_TRIES = 5;

interface SlackProps {
  /** of the deployment */
  readonly name: string;
  readonly functions: FunctionTable;
  readonly settings: NonNullable<Settings['messages']['slack']>;
  /** what the alarm on parked messages calls */
  readonly reportDeadLetters: lambda.IFunction;
  readonly logRetentionDays: number;
}

/**
 * Incidents in Slack: a queue that takes them from the topic, the function that tells them, and another queue in which
 * what Slack never took is parked. Only deployments with the setting `messages.slack` have it, and only those with
 * `messages.slack.buttons` have buttons and the public address behind them.
 */
export class Slack extends Construct {
  private readonly parked: sqs.Queue;

  constructor(scope: Construct, id: string, props: SlackProps) {
    super(scope, id);
    const { functions, settings } = props;
    this.parked = new sqs.Queue(this, 'Parked', {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(KEPT_DAYS),
    });
    const queue = this.createQueue('Queue', TRIES);
    functions.ground.messages.topic.addSubscription(
      new subscriptions.SqsSubscription(queue, {
        rawMessageDelivery: true,
        filterPolicy: { kind: sns.SubscriptionFilter.stringFilter({ allowlist: ['incident', 'plan'] }) },
      }),
    );
    this.addSender(props, queue);
    this.addAlarm(props);
    if (settings.buttons === undefined) return;
    const presses = this.createQueue('Presses', PRESS_TRIES);
    new SlackButtons(this, 'Buttons', {
      name: props.name,
      functions,
      settings: { ...settings.buttons, botSecretArn: settings.secretArn },
      presses,
      worker: { grants: this.grantsOf(presses, settings.secretArn), timeoutSeconds: FUNCTION_SECONDS },
      logRetentionDays: props.logRetentionDays,
    });
    this.feed('PressesSource', functions, 'answer-slack', presses);
  }

  private createQueue(id: string, tries: number): sqs.Queue {
    return new sqs.Queue(this, id, {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(KEPT_DAYS),
      visibilityTimeout: Duration.seconds(VISIBILITY_SECONDS),
      deadLetterQueue: { queue: this.parked, maxReceiveCount: tries },
    });
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
        SLACK_BUTTONS: settings.buttons === undefined ? 'off' : 'on',
      },
      grants: [
        ledger.allow('GetItem', 'PutItem'),
        ...this.grantsOf(queue, settings.secretArn),
        ...key.allowData('dynamodb', 'secretsmanager'),
      ],
      memoryMib: 256,
      timeoutSeconds: FUNCTION_SECONDS,
    });
    this.feed('Source', functions, 'send-to-slack', queue);
  }

  /** What a function needs that calls Slack for a queue. */
  private grantsOf(queue: sqs.Queue, secretArn: string): Grant[] {
    return [
      { actions: ['secretsmanager:GetSecretValue'], resources: [secretArn] },
      {
        actions: [
          'sqs:ReceiveMessage',
          'sqs:DeleteMessage',
          'sqs:GetQueueAttributes',
          'sqs:ChangeMessageVisibility',
        ],
        resources: [queue.queueArn],
      },
    ];
  }

  private feed(id: string, functions: FunctionTable, name: FunctionName, queue: sqs.Queue): void {
    const { function: target } = functions.get(name);
    const source = new lambda.EventSourceMapping(this, id, {
      target,
      eventSourceArn: queue.queueArn,
      // one by one: what fails is tried again by itself, and Slack takes about a message a second
      batchSize: 1,
      maxConcurrency: 2,
    });
    // Lambda refuses a source that the function may not read yet
    if (target.role !== undefined) source.node.addDependency(target.role);
  }

  private addAlarm({ name, reportDeadLetters }: SlackProps): void {
    const alarm = new cloudwatch.Alarm(this, 'ParkedAlarm', {
      alarmName: `${name}-slack-parked`,
      alarmDescription:
        'A message about an incident, or a press of a button, failed in each of its tries. See the logs of ' +
        'send-to-slack and answer-slack, then move what is parked back with aws sqs start-message-move-task.',
      // what SQS itself moves counts as none sent: only how many lie there shows it
      metric: this.parked.metricApproximateNumberOfMessagesVisible({
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
