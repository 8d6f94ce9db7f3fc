import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { ALARM_SOURCE_PREFIX, ALARMS_DETAIL_TYPE, alarmSourceOf } from '../core/contracts/alarm.ts';
import type { Job } from '../core/contracts/job.ts';
import { SECONDS_PER_HOUR } from '../core/units.ts';
import { maximumEventAgeSeconds } from './schedules.ts';

/** A hint loses its worth when the pilot has looked by itself. */
const HINT_MAX_AGE_MINUTES = 5;
const MAX_AGE_HOURS = 6;
const RETRIES = 8;
const ENDED_BADLY = ['FAILED', 'TIMED_OUT', 'ABORTED'];

interface NetsProps {
  /** of the deployment */
  readonly name: string;
  readonly jobs: readonly Job[];
  readonly startRun: lambda.IFunction;
  readonly wake: lambda.IFunction;
  readonly raiseIncident: lambda.IFunction;
  readonly runJobArn: string;
  readonly release: sfn.IStateMachine;
  /** of the state machines whose failure people are told of */
  readonly netArns: readonly string[];
  readonly reportFailedNet: lambda.IFunction;
  readonly deadLetters: sqs.IQueue;
}

/** The rules that react: data that arrives, hints that wake the pilot, and the net under a failed run. */
export class Nets extends Construct {
  constructor(scope: Construct, id: string, props: NetsProps) {
    super(scope, id);
    this.addWakeRules(props);
    this.addIncidentRules(props);
    this.addReleaseRule(props);
    this.addFailedNetRule(props);
    for (const job of props.jobs) this.addArrivalRule(job, props);
  }

  private addWakeRules({ name, wake, deadLetters }: NetsProps): void {
    const target = new targets.LambdaFunction(wake, {
      deadLetterQueue: deadLetters,
      maxEventAge: Duration.minutes(HINT_MAX_AGE_MINUTES),
      retryAttempts: RETRIES,
    });
    new events.Rule(this, 'ClusterChanged', {
      ruleName: `${name}-cluster-changed`,
      description: 'EMR changed the state of a cluster or a step: the pilot looks now',
      eventPattern: {
        source: ['aws.emr'],
        detailType: ['EMR Cluster State Change', 'EMR Step Status Change'],
      },
      targets: [target],
    });
    new events.Rule(this, 'SpotWarned', {
      ruleName: `${name}-spot-warned`,
      description: 'EC2 is about to take back a spot instance: the pilot looks now',
      eventPattern: {
        source: ['aws.ec2'],
        detailType: ['EC2 Spot Instance Interruption Warning', 'EC2 Instance Rebalance Recommendation'],
      },
      targets: [target],
    });
  }

  private addIncidentRules({ name, raiseIncident, deadLetters }: NetsProps): void {
    const target = new targets.LambdaFunction(raiseIncident, {
      deadLetterQueue: deadLetters,
      maxEventAge: Duration.hours(MAX_AGE_HOURS),
      retryAttempts: RETRIES,
    });
    new events.Rule(this, 'AlarmsCame', {
      ruleName: `${name}-alarms-came`,
      description: 'Somebody has alarms: this deployment itself, or another tool',
      eventPattern: {
        detailType: [ALARMS_DETAIL_TYPE],
        source: events.Match.anyOf(
          alarmSourceOf(name),
          // of another tool, and not another deployment's own
          events.Match.anythingButPrefix(ALARM_SOURCE_PREFIX),
        ),
      },
      targets: [target],
    });
    new events.Rule(this, 'TroubleSeen', {
      ruleName: `${name}-trouble-seen`,
      description: 'EC2 takes an instance back, or EMR has no capacity: it becomes an alarm at once',
      eventPattern: {
        source: ['aws.ec2', 'aws.emr'],
        detailType: [
          'EC2 Spot Instance Interruption Warning',
          'EMR Instance Fleet Provisioning',
          'EMR Instance Fleet Resize',
        ],
      },
      targets: [target],
    });
  }

  private addReleaseRule({ name, runJobArn, release, deadLetters }: NetsProps): void {
    const role = new iam.Role(this, 'ReleaseRole', {
      description: 'EventBridge, starting the release of the cluster of a failed run',
      assumedBy: new iam.ServicePrincipal('events.amazonaws.com'),
    });
    new events.Rule(this, 'RunFailed', {
      ruleName: `${name}-run-failed`,
      description: 'An execution of run-job ended without releasing its cluster: no Catch covers an abort',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { status: ENDED_BADLY, stateMachineArn: [runJobArn] },
      },
      targets: [
        new targets.SfnStateMachine(release, {
          role,
          deadLetterQueue: deadLetters,
          maxEventAge: Duration.hours(MAX_AGE_HOURS),
          retryAttempts: RETRIES,
        }),
      ],
    });
  }

  private addFailedNetRule({ name, netArns, reportFailedNet, raiseIncident, deadLetters }: NetsProps): void {
    new events.Rule(this, 'NetFailed', {
      ruleName: `${name}-net-failed`,
      description: 'A net failed: people are told, and it becomes an alarm',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { status: ENDED_BADLY, stateMachineArn: netArns },
      },
      targets: [reportFailedNet, raiseIncident].map(
        (handler) =>
          new targets.LambdaFunction(handler, {
            deadLetterQueue: deadLetters,
            maxEventAge: Duration.hours(MAX_AGE_HOURS),
            retryAttempts: RETRIES,
          }),
      ),
    });
  }

  private addArrivalRule(job: Job, { name, startRun, deadLetters }: NetsProps): void {
    if (!('dataArrival' in job.start)) return;
    const { bucket, prefix, suffix } = job.start.dataArrival;
    const literal = (text: string) => text.replace(/[*\\]/g, '\\$&');
    new events.Rule(this, `${job.name}-arrived`, {
      ruleName: `${name}-${job.name}-arrived`,
      description: `Data of ${job.name} arrived`,
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: {
          bucket: { name: [bucket] },
          object: { key: [{ wildcard: `${literal(prefix)}*${literal(suffix)}` }] },
        },
      },
      targets: [
        new targets.LambdaFunction(startRun, {
          deadLetterQueue: deadLetters,
          maxEventAge: Duration.seconds(
            Math.min(maximumEventAgeSeconds(job), MAX_AGE_HOURS * SECONDS_PER_HOUR),
          ),
          retryAttempts: RETRIES,
        }),
      ],
    });
  }
}
