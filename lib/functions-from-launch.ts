import { Stack } from 'aws-cdk-lib';
import type { Environment as CollectRun } from '../lambdas/collect-run.ts';
import type { Environment as FindLeakedClusters } from '../lambdas/find-leaked-clusters.ts';
import type { Environment as LaunchCluster } from '../lambdas/launch-cluster.ts';
import type { Environment as LearnFromRun } from '../lambdas/learn-from-run.ts';
import type { Environment as LookAndSteer } from '../lambdas/look-and-steer.ts';
import type { Environment as PublishOutput } from '../lambdas/publish-output.ts';
import type { Environment as ReapCluster } from '../lambdas/reap-cluster.ts';
import type { Environment as ReleaseCluster } from '../lambdas/release-cluster.ts';
import type { Environment as ReportDeadLetters } from '../lambdas/report-dead-letters.ts';
import type { Environment as ReportFailedNet } from '../lambdas/report-failed-net.ts';
import type { Environment as ReportRun } from '../lambdas/report-run.ts';
import type { Environment as ReserveLaunch } from '../lambdas/reserve-launch.ts';
import type { Environment as SizeFlight } from '../lambdas/size-flight.ts';
import type { Environment as Sleep } from '../lambdas/sleep.ts';
import type { Environment as Wake } from '../lambdas/wake.ts';
import type { FunctionTable } from './function-table.ts';
import { allowPuttingAlarms, onEverything } from './grants.ts';
import { machineArn } from './machine-names.ts';

/** The flight: reserve, launch, look, size again, sleep. */
export function addFlight(table: FunctionTable): void {
  addLaunch(table);
  addLook(table);
  addSizing(table);
  addSleepAndWake(table);
}

function addLaunch(table: FunctionTable): void {
  const { ledger, documents, jobs, key, clusterLogs, network, roles } = table.ground;
  table.add<typeof ReserveLaunch>('reserve-launch', {
    description: 'Reserves what an attempt may spend, its vCPUs and its launch, all of it or nothing',
    environment: { ...table.ledgerVariables, ...table.documentsVariables, ...table.limitsVariables },
    grants: [
      ledger.allow('GetItem', 'Query', 'PutItem', 'UpdateItem', 'ConditionCheckItem'),
      documents.allow('GetObject'),
      ...key.allowData('dynamodb', 's3'),
    ],
  });
  table.add<typeof LaunchCluster>('launch-cluster', {
    description: 'Launches the cluster of one attempt: intent and lease first, then one request',
    environment: {
      ...table.ledgerVariables,
      ...table.documentsVariables,
      ...table.clusterVariables,
      ASSETS_BUCKET: table.ground.jobs.bucket.bucketName,
      PROGRESS_REPORTER_KEY: table.ground.reporter.key,
      SUBNETS: network.zonesBySubnet,
      EMR_SERVICE_ROLE_ARN: roles.serviceRoleArn,
      EMR_INSTANCE_PROFILE_ARN: roles.instanceProfileArn,
      EMR_LOGS_URI: clusterLogs.uri,
      EMR_PRIMARY_SECURITY_GROUP: network.securityGroups.primary,
      EMR_WORKER_SECURITY_GROUP: network.securityGroups.worker,
      EMR_SERVICE_SECURITY_GROUP: network.securityGroups.service,
    },
    grants: [
      ledger.allow('GetItem', 'Query', 'PutItem', 'UpdateItem', 'ConditionCheckItem'),
      documents.allow('GetObject'),
      ...jobs.allowReadingPinned(Stack.of(table).partition),
      clusterLogs.allowMakingEventLogFolder(),
      table.clusters.allowLaunch(),
      table.clusters.allowList(),
      table.clusters.allow('DescribeCluster', 'TerminateJobFlows', 'PutAutoTerminationPolicy'),
      ...roles.allowPassing(),
      ...key.allowData('dynamodb', 's3'),
    ],
    timeoutSeconds: 120,
  });
}

function addLook(table: FunctionTable): void {
  const { ledger, documents, messages, key } = table.ground;
  table.add<typeof LookAndSteer>('look-and-steer', {
    description: 'One look of the pilot: what EMR says, what to do about it, when to look again',
    environment: {
      ...table.ledgerVariables,
      ...table.documentsVariables,
      ...table.messagesVariables,
      ...table.limitsVariables,
    },
    grants: [
      ledger.allow('GetItem', 'Query', 'PutItem', 'UpdateItem'),
      documents.allow('GetObject'),
      table.clusters.allow(
        'DescribeCluster',
        'ListSteps',
        'ListInstanceFleets',
        'ListInstances',
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
}

function addSizing(table: FunctionTable): void {
  const { ledger, documents, key } = table.ground;
  table.add<typeof SizeFlight>('size-flight', {
    description: 'Sizes the rest of a flight at live prices',
    environment: { ...table.ledgerVariables, ...table.documentsVariables },
    grants: [ledger.allow('GetItem'), documents.allow('GetObject'), ...key.allowData('dynamodb', 's3')],
    memoryMib: 3008,
    timeoutSeconds: 60,
  });
}

function addSleepAndWake(table: FunctionTable): void {
  const { ledger, key, deadLetters, defaults } = table.ground;
  const answerFly = {
    actions: ['states:SendTaskSuccess'],
    resources: [machineArn(table, defaults.name, 'fly')],
  };
  table.add<typeof Sleep>('sleep', {
    description: 'Leaves the task token where a wake-up finds it',
    environment: table.ledgerVariables,
    grants: [ledger.allow('UpdateItem'), answerFly, ...key.allowData('dynamodb')],
    memoryMib: 256,
    timeoutSeconds: 30,
  });
  table.add<typeof Wake>('wake', {
    description: 'Wakes the flight that an event concerns',
    environment: table.ledgerVariables,
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

/** From the landing to what is learnt and told. */
export function addEnding(table: FunctionTable): void {
  const { ledger, documents, messages, key, data, clusterLogs } = table.ground;
  table.add<typeof CollectRun>('collect-run', {
    description: 'Collects what came of an attempt: steps, output, event logs, cost',
    environment: {
      ...table.ledgerVariables,
      ...table.documentsVariables,
      ...table.alarmsVariables,
      EMR_LOGS_URI: clusterLogs.uri,
    },
    grants: [
      ledger.allow('Query', 'PutItem', 'UpdateItem'),
      documents.allow('GetObject', 'PutObject'),
      ...clusterLogs.allowReadingEventLogs(),
      ...data.allowListingOutputs(),
      table.clusters.allow('DescribeCluster', 'ListSteps', 'ListInstanceFleets', 'ListInstances'),
      onEverything(['cloudwatch:GetMetricData']),
      allowPuttingAlarms(table, table.ground.defaults.name),
      ...key.allowData('dynamodb', 's3'),
    ],
    memoryMib: 1769,
    timeoutSeconds: 600,
  });
  table.add<typeof PublishOutput>('publish-output', {
    description: 'Makes the output of one attempt the output of its run',
    environment: table.documentsVariables,
    grants: [documents.allow('GetObject'), ...data.allowPublishing(), ...key.allowData('s3')],
  });
  table.add<typeof LearnFromRun>('learn-from-run', {
    description:
      'Scores forecast and plan against what happened, and fits a new version of the runtime model',
    environment: { ...table.ledgerVariables, ...table.documentsVariables },
    grants: [
      ledger.allow('GetItem', 'PutItem', 'Query'),
      documents.allow('GetObject', 'PutObject'),
      ...key.allowData('dynamodb', 's3'),
    ],
    memoryMib: 1769,
    timeoutSeconds: 120,
  });
  table.add<typeof ReportRun>('report-run', {
    description: 'Tells people what came of a run, once, and closes it in the ledger',
    environment: { ...table.ledgerVariables, ...table.documentsVariables, ...table.messagesVariables },
    grants: [
      ledger.allow('GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'),
      documents.allow('GetObject'),
      ...data.allowReadingPointers(),
      messages.allowPublish(),
      ...key.allowData('dynamodb', 's3', 'sns'),
    ],
  });
}

/** What finds and removes clusters that nobody owns any more, and tells of what nobody handled. */
export function addNets(table: FunctionTable): void {
  addReleases(table);
  addSearch(table);
  addTellers(table);
}

/** Two, so that whatever breaks one, its role included, leaves the other. */
function addReleases(table: FunctionTable): void {
  const { ledger, key } = table.ground;
  table.add<typeof ReleaseCluster>('release-cluster', {
    description: 'Terminates whatever cluster a run still has, and says whether it is gone',
    environment: { ...table.ledgerVariables, ...table.clusterVariables },
    grants: [
      ledger.allow('GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'),
      table.clusters.allowList(),
      table.clusters.allow('DescribeCluster', 'TerminateJobFlows'),
      ...key.allowData('dynamodb'),
    ],
  });
  table.add<typeof ReapCluster>('reap-cluster', {
    description: 'Terminates a cluster that no run owns, and says whether it is gone',
    environment: { ...table.ledgerVariables, ...table.clusterVariables },
    grants: [
      ledger.allow('GetItem', 'UpdateItem', 'DeleteItem'),
      table.clusters.allow('DescribeCluster', 'TerminateJobFlows'),
      ...key.allowData('dynamodb'),
    ],
  });
}

function addSearch(table: FunctionTable): void {
  const { ledger, documents, key, messages } = table.ground;
  table.add<typeof FindLeakedClusters>('find-leaked-clusters', {
    description: 'Finds clusters of this deployment that no live lease covers',
    environment: {
      ...table.ledgerVariables,
      ...table.documentsVariables,
      ...table.clusterVariables,
      ...table.messagesVariables,
      ...table.alarmsVariables,
    },
    grants: [
      ledger.allow('GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'),
      documents.allow('GetObject'),
      table.clusters.allowList(),
      table.clusters.allow('DescribeCluster', 'ListSteps', 'ListInstanceFleets', 'ListInstances'),
      messages.allowPublish(),
      allowPuttingAlarms(table, table.ground.defaults.name),
      ...key.allowData('dynamodb', 's3', 'sns'),
    ],
    timeoutSeconds: 120,
  });
}

function addTellers(table: FunctionTable): void {
  const { ledger, key, messages, deadLetters } = table.ground;
  table.add<typeof ReportFailedNet>('report-failed-net', {
    description: 'Tells people that a net failed, once an hour',
    environment: { ...table.ledgerVariables, ...table.messagesVariables },
    grants: [
      ledger.allow('GetItem', 'PutItem'),
      messages.allowPublish(),
      ...key.allowData('dynamodb', 'sns'),
    ],
    memoryMib: 256,
    asynchronous: { deadLetters: deadLetters.queue, maxAgeSeconds: 3600 },
  });
  table.add<typeof ReportDeadLetters>('report-dead-letters', {
    description: 'Tells people that an event lies with the dead letters',
    environment: { ...table.messagesVariables, DEAD_LETTERS_URL: deadLetters.queue.queueUrl },
    grants: [messages.allowPublish(), ...key.allowData('sns')],
    memoryMib: 256,
  });
}
