import {
  CfnOutput,
  DefaultStackSynthesizer,
  PermissionsBoundary,
  Stack,
  Tags,
  type IStackSynthesizer,
} from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import * as z from 'zod';
import { SECONDS_PER_MINUTE } from '../core/units.ts';
import type { ReadJob } from '../core/job/read-jobs.ts';
import { DEPLOYMENT_TAG } from './cluster-grants.ts';
import type { Settings } from './config.ts';
import { ControlAlarms } from './control-alarms.ts';
import { CustomerKey } from './customer-key.ts';
import { ClusterLogs, Documents } from './documents.ts';
import { EmrRoles } from './emr-roles.ts';
import { EMR_TAG } from './emr-tag.ts';
import { FUNCTION_BUNDLES } from './function-names.ts';
import type { FunctionTable } from './function-table.ts';
import { defineFunctions } from './functions.ts';
import type { Ground } from './ground.ts';
import { JobData } from './job-data.ts';
import { Jobs } from './jobs.ts';
import { Ledger } from './ledger.ts';
import { machineArn } from './machine-names.ts';
import { DeadLetters, Messages } from './messages.ts';
import { Nets } from './nets.ts';
import { Network } from './network.ts';
import { ProgressReporter } from './progress-reporter.ts';
import { Schedules, watchEverySeconds } from './schedules.ts';
import { Slack } from './slack.ts';
import { StateMachines } from './state-machines.ts';

interface FlarepathStackProps {
  readonly settings: Settings;
  readonly jobs: readonly ReadJob[];
  /** @default dist/functions */
  readonly bundles?: string;
  /** @default statemachines */
  readonly definitions?: string;
}

/** Flarepath in one account: everything that `cdk deploy` creates, and that a simulation deploys unchanged. */
export class FlarepathStack extends Stack {
  constructor(scope: Construct, props: FlarepathStackProps) {
    const { settings } = props;
    super(scope, settings.stackName, {
      description: 'Flarepath: lands Spark batch jobs on EMR on time',
      synthesizer: withoutBootstrapRule(),
      ...(settings.account === undefined || settings.region === undefined
        ? {}
        : { env: { account: settings.account, region: settings.region } }),
      ...(settings.permissionsBoundaryArn === undefined
        ? {}
        : { permissionsBoundary: PermissionsBoundary.fromArn(settings.permissionsBoundaryArn) }),
    });
    const jobs = props.jobs.map(({ job }) => job);
    const ground = this.layGround(props);
    const functions = defineFunctions(this, 'Functions', ground);
    const machines = new StateMachines(this, 'StateMachines', {
      name: settings.name,
      functionArn: (name) => functions.get(name).arn,
      numbers: { approvalTimeoutSeconds: settings.approvalTimeoutMinutes * SECONDS_PER_MINUTE },
      logRetentionDays: settings.logRetentionDays,
      ...(props.definitions === undefined ? {} : { definitions: props.definitions }),
    });
    const deadLetters = ground.deadLetters.queue;
    new Schedules(this, 'Schedules', {
      name: settings.name,
      jobs,
      startRunArn: functions.get('start-run').arn,
      watchStartsArn: functions.get('watch-starts').arn,
      watchFleetArn: functions.get('watch-fleet').arn,
      reapArn: machines.get('reap').stateMachineArn,
      deadLetters,
    });
    new Nets(this, 'Nets', {
      name: settings.name,
      jobs,
      startRun: functions.get('start-run').function,
      wake: functions.get('wake').function,
      raiseIncident: functions.get('raise-incident').function,
      runJobArn: machineArn(this, settings.name, 'run-job'),
      release: machines.get('release'),
      netArns: [machines.get('release').stateMachineArn, machines.get('reap').stateMachineArn],
      reportFailedNet: functions.get('report-failed-net').function,
      deadLetters,
    });
    this.addAlarmsAndSlack(props, { ground, functions, machines });
    for (const [key, value] of Object.entries(settings.tags)) Tags.of(this).add(key, value);
    if (settings.createServiceLinkedRoles) this.createServiceLinkedRoles();
    this.sayWhere(ground, machines);
  }

  /** What watches Flarepath itself, and the way into Slack where there is one. */
  private addAlarmsAndSlack(
    { settings, jobs }: FlarepathStackProps,
    { ground, functions, machines }: { ground: Ground; functions: FunctionTable; machines: StateMachines },
  ): void {
    const teller = functions.get('report-dead-letters').function;
    new ControlAlarms(this, 'ControlAlarms', {
      name: settings.name,
      machineArns: [machines.get('run-job'), machines.get('release'), machines.get('reap')].map(
        ({ stateMachineArn }) => stateMachineArn,
      ),
      reapArn: machines.get('reap').stateMachineArn,
      watchStarts: functions.get('watch-starts').function,
      watchEverySeconds: watchEverySeconds(jobs.map(({ job }) => job)),
      deadLetters: ground.deadLetters.callWhenOneComes(settings.name, teller),
      teller,
    });
    if (settings.messages.slack !== undefined) {
      new Slack(this, 'Slack', {
        name: settings.name,
        functions,
        settings: settings.messages.slack,
        reportDeadLetters: teller,
        logRetentionDays: settings.logRetentionDays,
      });
    }
  }

  private layGround({ settings, jobs: files, bundles }: FlarepathStackProps): Ground {
    const key = new CustomerKey(this, 'CustomerKey', { arn: settings.kmsKeyArn });
    const clusterLogs = new ClusterLogs(this, 'ClusterLogs', { existing: settings.logBucket, key: key.key });
    const jobs = new Jobs(this, 'Jobs', files);
    const ledger = new Ledger(this, 'Ledger', { key: key.key });
    const reporter = new ProgressReporter(this, 'ProgressReporter');
    const data = new JobData(
      files.map(({ job }) => job),
      this.partition,
    );
    return {
      defaults: {
        name: settings.name,
        bundles: bundles ?? FUNCTION_BUNDLES,
        logRetentionDays: settings.logRetentionDays,
        logLevel: settings.logLevel,
      },
      clusterTags: { ...settings.tags, [DEPLOYMENT_TAG]: settings.name, [EMR_TAG.key]: EMR_TAG.value },
      limits: {
        accountMonthUsd: settings.limits.accountMonthUsd ?? null,
        launchesPerHour: settings.limits.launchesPerHour,
      },
      prices: settings.prices,
      key,
      ledger,
      reporter,
      documents: new Documents(this, 'Documents', { key: key.key }),
      clusterLogs,
      messages: new Messages(this, 'Messages', { key: key.key, emails: settings.messages.emails }),
      deadLetters: new DeadLetters(this, 'DeadLetters'),
      network: new Network(this, 'Network', {
        existing: settings.network,
        zones: settings.zones,
        logRetentionDays: settings.logRetentionDays,
        withKms: key.key !== undefined,
      }),
      roles: new EmrRoles(this, 'EmrRoles', { logs: clusterLogs, jobs, data, key, ledger, reporter }),
      jobs,
      data,
    };
  }

  private createServiceLinkedRoles(): void {
    new iam.CfnServiceLinkedRole(this, 'EmrCleanup', { awsServiceName: 'elasticmapreduce.amazonaws.com' });
    new iam.CfnServiceLinkedRole(this, 'Ec2Spot', { awsServiceName: 'spot.amazonaws.com' });
  }

  /** What the command line and people look up. */
  private sayWhere(ground: Ground, machines: StateMachines): void {
    const outputs: Record<string, string> = {
      RunJobArn: machines.get('run-job').stateMachineArn,
      ReleaseArn: machines.get('release').stateMachineArn,
      ReapArn: machines.get('reap').stateMachineArn,
      Limits: JSON.stringify(ground.limits),
      LedgerTable: ground.ledger.name,
      DocumentsBucket: ground.documents.bucket.bucketName,
      MessagesTopicArn: ground.messages.topic.topicArn,
      DeadLettersUrl: ground.deadLetters.queue.queueUrl,
    };
    for (const [id, value] of Object.entries(outputs)) new CfnOutput(this, id, { value });
  }
}

/**
 * The command line checks the bootstrap stack's version anyway: the template needs neither rule nor parameter
 * for it. (The class's optional members are looser than its interface's, hence the detour.)
 */
function withoutBootstrapRule(): IStackSynthesizer {
  return z
    .custom<IStackSynthesizer>((candidate) => candidate instanceof DefaultStackSynthesizer)
    .parse(new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }));
}
