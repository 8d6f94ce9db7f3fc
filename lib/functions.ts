import { Construct } from 'constructs';
import type { Environment as AdmitRun } from '../lambdas/admit-run.ts';
import type { Environment as AwaitInput } from '../lambdas/await-input.ts';
import type { Environment as CollectRun } from '../lambdas/collect-run.ts';
import type { Environment as FindLeakedClusters } from '../lambdas/find-leaked-clusters.ts';
import type { Environment as ForecastLoad } from '../lambdas/forecast-load.ts';
import type { Environment as LaunchCluster } from '../lambdas/launch-cluster.ts';
import type { Environment as LearnFromRun } from '../lambdas/learn-from-run.ts';
import type { Environment as LookAndSteer } from '../lambdas/look-and-steer.ts';
import type { Environment as PlanFleet } from '../lambdas/plan-fleet.ts';
import type { Environment as PublishOutput } from '../lambdas/publish-output.ts';
import type { Environment as ReleaseCluster } from '../lambdas/release-cluster.ts';
import type { Environment as ReportRun } from '../lambdas/report-run.ts';
import type { Environment as RequestApproval } from '../lambdas/request-approval.ts';
import type { Environment as Sleep } from '../lambdas/sleep.ts';
import type { Environment as StartRun } from '../lambdas/start-run.ts';
import type { Environment as SurveyMarket } from '../lambdas/survey-market.ts';
import type { Environment as Wake } from '../lambdas/wake.ts';
import { ClusterGrants } from './cluster-grants.ts';
import { FUNCTION_NAMES, type FunctionName } from './function-names.ts';
import { onEverything } from './grants.ts';
import type { Ground } from './ground.ts';
import { executionsArn, machineArn } from './machine-names.ts';
import { StateFunction, type EnvironmentSchema, type StateFunctionProps } from './state-function.ts';

type Own<Schema extends EnvironmentSchema> = Omit<StateFunctionProps<Schema>, 'defaults' | 'functionName'>;

/**
 * Every function, with what it is told and what it may do. A line here is the whole truth about a function's
 * rights; the header of its handler says why it needs them.
 */
export class Functions extends Construct {
  private readonly byName = new Map<FunctionName, StateFunction<EnvironmentSchema>>();
  private readonly ground: Ground;
  private readonly clusters: ClusterGrants;

  constructor(scope: Construct, id: string, ground: Ground) {
    super(scope, id);
    this.ground = ground;
    this.clusters = new ClusterGrants(this, ground.defaults.name);
    this.addBeginning();
    this.addPlanning();
    this.addFlight();
    this.addEnding();
    this.addNets();
  }

  /** @throws Error  for a name without a function: a mistake of this file */
  get(name: FunctionName): StateFunction<EnvironmentSchema> {
    const found = this.byName.get(name);
    if (found === undefined)
      throw new Error(`functions.ts defines no function ${name}, of ${FUNCTION_NAMES.join(', ')}`);
    return found;
  }

  private addBeginning(): void {
    const { ledger, documents, jobs, data, key, deadLetters, defaults } = this.ground;
    this.add<typeof StartRun>('start-run', {
      description: 'Turns a tick of a schedule, or an arrival of data, into an execution of run-job',
      environment: { ...this.jobsVariables(), RUN_JOB_ARN: machineArn(this, defaults.name, 'run-job') },
      grants: [
        { actions: ['states:StartExecution'], resources: [machineArn(this, defaults.name, 'run-job')] },
        jobs.allowReadingJobs(),
      ],
      asynchronous: { deadLetters: deadLetters.queue, maxAgeSeconds: 3600 },
    });
    this.add<typeof AdmitRun>('admit-run', {
      description: 'Writes the run key once, applies the overlap policy, freezes the job file',
      environment: { ...this.ledgerVariables(), ...this.documentsVariables(), ...this.jobsVariables() },
      grants: [
        ledger.allow('GetItem', 'PutItem', 'UpdateItem'),
        jobs.allowReadingJobs(),
        documents.allow('PutObject'),
        {
          actions: ['states:DescribeExecution'],
          resources: [executionsArn(this, defaults.name, 'run-job')],
          wildcardReason: 'Executions of one state machine, one per run.',
        },
        ...key.allowData('dynamodb', 's3'),
      ],
    });
    this.add<typeof AwaitInput>('await-input', {
      description: 'Looks whether the input of a run is ready, and how much of it there is',
      environment: this.documentsVariables(),
      grants: [documents.allow('GetObject'), ...data.allowReadingInputs(), ...key.allowData('s3')],
    });
  }

  private addPlanning(): void {
    const { ledger, documents, jobs, messages, key, network } = this.ground;
    this.add<typeof ForecastLoad>('forecast-load', {
      description: 'Forecasts what a run has to process',
      environment: { ...this.ledgerVariables(), ...this.documentsVariables(), ...this.jobsVariables() },
      grants: [
        ledger.allow('Query'),
        documents.allow('GetObject'),
        jobs.allowReadingJobs(),
        ...key.allowData('dynamodb', 's3'),
      ],
    });
    this.add<typeof SurveyMarket>('survey-market', {
      description: 'Surveys what pools cost now and how likely they vanish',
      environment: {
        ...this.ledgerVariables(),
        ...this.documentsVariables(),
        SUBNETS: network.zonesBySubnet,
      },
      grants: [
        ledger.allow('Query'),
        documents.allow('GetObject', 'PutObject'),
        onEverything(['ec2:DescribeSpotPriceHistory', 'servicequotas:GetServiceQuota']),
        ...key.allowData('dynamodb', 's3'),
      ],
      timeoutSeconds: 120,
    });
    this.add<typeof PlanFleet>('plan-fleet', {
      description: 'Sizes the fleet of a run',
      environment: { ...this.ledgerVariables(), ...this.documentsVariables() },
      grants: [
        ledger.allow('GetItem', 'Query'),
        documents.allow('GetObject', 'PutObject'),
        ...key.allowData('dynamodb', 's3'),
      ],
      memoryMib: 3008,
      timeoutSeconds: 300,
    });
    this.add<typeof RequestApproval>('request-approval', {
      description: 'Asks people to approve a plan',
      environment: { ...this.ledgerVariables(), ...this.documentsVariables(), ...this.messagesVariables() },
      grants: [
        ledger.allow('PutItem'),
        documents.allow('GetObject'),
        messages.allowPublish(),
        ...key.allowData('dynamodb', 's3', 'sns'),
      ],
    });
  }

  private addFlight(): void {
    const { ledger, documents, messages, key, clusterLogs, network, roles } = this.ground;
    this.add<typeof LaunchCluster>('launch-cluster', {
      description: 'Launches the cluster of one attempt: intent and lease first, then one request',
      environment: {
        ...this.ledgerVariables(),
        ...this.documentsVariables(),
        ...this.clusterVariables(),
        ASSETS_BUCKET: this.ground.jobs.bucket.bucketName,
        SUBNETS: network.zonesBySubnet,
        EMR_SERVICE_ROLE_ARN: roles.serviceRoleArn,
        EMR_INSTANCE_PROFILE_ARN: roles.instanceProfileArn,
        EMR_LOGS_URI: clusterLogs.uri,
        EMR_PRIMARY_SECURITY_GROUP: network.securityGroups.primary,
        EMR_WORKER_SECURITY_GROUP: network.securityGroups.worker,
        EMR_SERVICE_SECURITY_GROUP: network.securityGroups.service,
      },
      grants: [
        ledger.allow('GetItem', 'PutItem', 'UpdateItem'),
        documents.allow('GetObject'),
        clusterLogs.allowFolders(),
        ...this.clusters.allowLaunch(),
        this.clusters.allowList(),
        this.clusters.allow('TerminateJobFlows'),
        ...roles.allowPassing(),
        ...key.allowData('dynamodb', 's3'),
      ],
      timeoutSeconds: 120,
    });
    this.add<typeof LookAndSteer>('look-and-steer', {
      description: 'One look of the pilot: what EMR says, what to do about it, when to look again',
      environment: { ...this.ledgerVariables(), ...this.documentsVariables(), ...this.messagesVariables() },
      grants: [
        ledger.allow('GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'),
        documents.allow('GetObject'),
        this.clusters.allow(
          'DescribeCluster',
          'ListSteps',
          'ListInstanceFleets',
          'ModifyInstanceFleet',
          'AddInstanceFleet',
        ),
        onEverything(['cloudwatch:GetMetricData']),
        messages.allowPublish(),
        ...key.allowData('dynamodb', 's3', 'sns'),
      ],
      memoryMib: 1769,
      timeoutSeconds: 120,
    });
    this.addSleepAndWake();
  }

  private addSleepAndWake(): void {
    const { ledger, key, deadLetters, defaults } = this.ground;
    const answerFly = {
      actions: ['states:SendTaskSuccess'],
      resources: [machineArn(this, defaults.name, 'fly')],
    };
    this.add<typeof Sleep>('sleep', {
      description: 'Leaves the task token where a wake-up finds it',
      environment: this.ledgerVariables(),
      grants: [ledger.allow('UpdateItem'), answerFly, ...key.allowData('dynamodb')],
      memoryMib: 256,
      timeoutSeconds: 30,
    });
    this.add<typeof Wake>('wake', {
      description: 'Wakes the flight that an event concerns',
      environment: this.ledgerVariables(),
      grants: [
        ledger.allow('GetItem', 'UpdateItem'),
        onEverything(['ec2:DescribeInstances']),
        answerFly,
        ...key.allowData('dynamodb'),
      ],
      memoryMib: 256,
      timeoutSeconds: 30,
      // A hint older than the longest sleep helps nobody: the pilot has looked by then.
      asynchronous: { deadLetters: deadLetters.queue, maxAgeSeconds: 300 },
    });
  }

  private addEnding(): void {
    const { ledger, documents, messages, key, data, clusterLogs } = this.ground;
    this.add<typeof CollectRun>('collect-run', {
      description: 'Collects what came of an attempt: steps, output, event logs, cost',
      environment: {
        ...this.ledgerVariables(),
        ...this.documentsVariables(),
        EMR_LOGS_URI: clusterLogs.uri,
      },
      grants: [
        ledger.allow('PutItem'),
        documents.allow('GetObject', 'PutObject'),
        ...clusterLogs.allowRead(),
        ...data.allowListingOutputs(),
        this.clusters.allow('DescribeCluster', 'ListSteps', 'ListInstanceFleets', 'ListInstances'),
        ...key.allowData('dynamodb', 's3'),
      ],
      memoryMib: 1769,
      timeoutSeconds: 600,
    });
    this.add<typeof PublishOutput>('publish-output', {
      description: 'Makes the output of one attempt the output of its run',
      environment: this.documentsVariables(),
      grants: [documents.allow('GetObject'), ...data.allowPublishing(), ...key.allowData('s3')],
    });
    this.add<typeof LearnFromRun>('learn-from-run', {
      description: 'Scores forecast and plan against what happened, and refits the runtime model',
      environment: { ...this.ledgerVariables(), ...this.documentsVariables() },
      grants: [
        ledger.allow('PutItem', 'Query'),
        documents.allow('GetObject', 'PutObject'),
        ...key.allowData('dynamodb', 's3'),
      ],
      memoryMib: 1769,
      timeoutSeconds: 120,
    });
    this.add<typeof ReportRun>('report-run', {
      description: 'Tells people what came of a run, once, and closes it in the ledger',
      environment: { ...this.ledgerVariables(), ...this.documentsVariables(), ...this.messagesVariables() },
      grants: [
        ledger.allow('GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'),
        documents.allow('GetObject'),
        messages.allowPublish(),
        ...key.allowData('dynamodb', 's3', 'sns'),
      ],
    });
  }

  private addNets(): void {
    const { ledger, key } = this.ground;
    this.add<typeof ReleaseCluster>('release-cluster', {
      description: 'Terminates whatever cluster a run still has, and says whether it is gone',
      environment: { ...this.ledgerVariables(), ...this.clusterVariables() },
      grants: [
        ledger.allow('GetItem', 'Query', 'UpdateItem'),
        this.clusters.allowList(),
        this.clusters.allow('DescribeCluster', 'TerminateJobFlows'),
        ...key.allowData('dynamodb'),
      ],
    });
    this.add<typeof FindLeakedClusters>('find-leaked-clusters', {
      description: 'Finds clusters of this deployment that no live lease covers',
      environment: { ...this.ledgerVariables(), ...this.clusterVariables() },
      grants: [
        ledger.allow('GetItem'),
        this.clusters.allowList(),
        this.clusters.allow('DescribeCluster'),
        ...key.allowData('dynamodb'),
      ],
      timeoutSeconds: 120,
    });
  }

  private add<Schema extends EnvironmentSchema>(functionName: FunctionName, own: Own<Schema>): void {
    const { defaults } = this.ground;
    this.byName.set(
      functionName,
      new StateFunction<Schema>(this, functionName, { ...own, defaults, functionName }),
    );
  }

  private ledgerVariables() {
    return { LEDGER_TABLE: this.ground.ledger.name };
  }

  private documentsVariables() {
    return { DOCUMENTS_BUCKET: this.ground.documents.bucket.bucketName };
  }

  private jobsVariables() {
    return { ASSETS_BUCKET: this.ground.jobs.bucket.bucketName, JOBS_KEY: this.ground.jobs.key };
  }

  private messagesVariables() {
    return { MESSAGES_TOPIC_ARN: this.ground.messages.topic.topicArn };
  }

  private clusterVariables() {
    return { CLUSTER_TAGS: JSON.stringify(this.ground.clusterTags) };
  }
}
