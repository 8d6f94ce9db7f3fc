/** A simulated account in which handlers run one by one, without a state machine around them. */
/* eslint-disable @typescript-eslint/no-explicit-any -- what handlers answer is checked by what tests expect of it */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from 'aws-lambda';
import { DeployedJob } from '../../core/contracts/job.ts';
import { readJobFile } from '../../core/job/read-job-file.ts';
import { createClients } from '../../lambdas/runtime/clients.ts';
import { ROOT_ACCESS_KEY_ID } from '../../simulator/kernel/access-keys.ts';
import { createKernel, type KernelOptions } from '../../simulator/kernel/index.ts';
import { createInProcessRequestHandler } from '../../simulator/protocols/in-process.ts';
import { createCloudWatchService } from '../../simulator/services/cloudwatch.ts';
import { createDynamoDbService } from '../../simulator/services/dynamodb/service.ts';
import { createEc2Service } from '../../simulator/services/ec2/service.ts';
import { createEmrService } from '../../simulator/services/emr/service.ts';
import type { ServiceEvent } from '../../simulator/services/eventbridge/event.ts';
import { createPricingService } from '../../simulator/services/pricing.ts';
import { createS3Service } from '../../simulator/services/s3/service.ts';
import { createServiceQuotasService } from '../../simulator/services/service-quotas.ts';
import { storageOn } from '../../simulator/world/storage.ts';
import { readWorldFile } from '../../simulator/world/world-file.ts';
import { createWorld } from '../../simulator/world/world.ts';
import { AwsFailure, type SimulatedService } from '../../simulator/contracts.ts';

const EXAMPLES = join(import.meta.dirname, '..', '..', 'examples');
export const EXECUTION = 'arn:aws:states:us-east-1:123456789012:execution:run-job:orders';
export const START = { job: 'orders-nightly', scheduledAt: '2026-01-06T01:00:00.000Z' };
const SUBNETS = { 'subnet-a': 'us-east-1a', 'subnet-b': 'us-east-1b', 'subnet-c': 'us-east-1c' };

const ENVIRONMENT = {
  POWERTOOLS_SERVICE_NAME: 'flarepath',
  POWERTOOLS_METRICS_NAMESPACE: 'Flarepath',
  POWERTOOLS_METRICS_DISABLED: 'true',
  LOG_LEVEL: 'SILENT',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: ROOT_ACCESS_KEY_ID,
  AWS_SECRET_ACCESS_KEY: 'secret',
  DOCUMENTS_BUCKET: 'documents',
  ASSETS_BUCKET: 'assets',
  PROGRESS_REPORTER_KEY: 'progress-reporter.py',
  JOBS_KEY: 'jobs.json',
  MESSAGES_TOPIC_ARN: 'arn:aws:sns:us-east-1:123456789012:messages',
  ALARM_SOURCE: 'flarepath.test',
  RUN_JOB_ARN: 'arn:aws:states:us-east-1:123456789012:stateMachine:run-job',
  RELEASE_ARN: 'arn:aws:states:us-east-1:123456789012:stateMachine:release',
  WATCH_EVERY_SECONDS: '300',
  EMR_SERVICE_ROLE_ARN: 'arn:aws:iam::123456789012:role/emr',
  EMR_INSTANCE_PROFILE_ARN: 'arn:aws:iam::123456789012:instance-profile/emr',
  EMR_LOGS_URI: 's3://logs/flarepath/',
  SUBNETS: JSON.stringify(SUBNETS),
  EMR_PRIMARY_SECURITY_GROUP: 'sg-1',
  EMR_WORKER_SECURITY_GROUP: 'sg-2',
  EMR_SERVICE_SECURITY_GROUP: 'sg-3',
  CLUSTER_TAGS: JSON.stringify({
    'for-use-with-amazon-emr-managed-policies': 'true',
    'flarepath:stack': 'test',
  }),
  LIMITS: JSON.stringify({ accountMonthUsd: null, launchesPerHour: 60 }),
  PLAN_EFFORT: 'fast',
};

/** A handler as `stateHandler` makes it. */
interface Handler {
  (event: unknown, context: Context): Promise<unknown>;
  reset(seams?: { requestHandler?: unknown }): void;
}

const CONTEXT = { functionName: 'test', awsRequestId: 'r-1', memoryLimitInMB: '512' } as Context;

/** A job of the examples, as it is deployed. */
export function exampleJob(name: string, changes: Record<string, unknown> = {}): DeployedJob {
  const file = join(EXAMPLES, 'jobs', `${name}.yaml`);
  const job = readJobFile(readFileSync(file, 'utf8'), file);
  const deployed = <T extends object>(thing: T, key: string) => ({
    ...thing,
    [key]: { assetKey: `scripts/${name}.py`, sha256: 'a'.repeat(64) },
  });
  return DeployedJob.parse({
    ...job,
    steps: job.steps.map((step) => deployed(step, step.jar === undefined ? 'script' : 'jar')),
    bootstrap: job.bootstrap.map((action) => deployed(action, 'script')),
    ...changes,
  });
}

/** Things that happen outside of the account's own services, and what they answer. */
export interface Outside {
  messages: { Subject: string; Message: string }[];
  starts: { name: string; input: string }[];
  completed: { taskToken: string; output: string }[];
  /** put on the account's event bus */
  events: { Source: string; DetailType: string; Detail: string }[];
  /** ARNs of executions that still run */
  running: Set<string>;
}

function outsideServices(outside: Outside): SimulatedService[] {
  const operation = (run: (input: never) => unknown) => ({ permissions: () => [], run });
  return [
    {
      name: 'sns',
      operations: {
        Publish: operation((input: Outside['messages'][number]) => {
          outside.messages.push(input);
          return { MessageId: `m-${outside.messages.length}` };
        }),
      },
    },
    {
      name: 'eventbridge',
      operations: {
        PutEvents: operation(({ Entries }: { Entries: Outside['events'] }) => {
          outside.events.push(...Entries);
          return { FailedEntryCount: 0, Entries: Entries.map((_, i) => ({ EventId: `e-${i}` })) };
        }),
      },
    },
    {
      name: 'sfn',
      operations: {
        StartExecution: operation((input: Outside['starts'][number]) => {
          if (outside.starts.some(({ name }) => name === input.name)) {
            throw new AwsFailure('ExecutionAlreadyExists', 'Execution Already Exists');
          }
          outside.starts.push(input);
          return { executionArn: `${EXECUTION}-${input.name}`, startDate: new Date(0) };
        }),
        DescribeExecution: operation(({ executionArn }: { executionArn: string }) => ({
          executionArn,
          stateMachineArn: ENVIRONMENT.RUN_JOB_ARN,
          startDate: new Date(0),
          input: outside.starts.find(({ name }) => executionArn.endsWith(`:${name}`))?.input,
          status: outside.running.has(executionArn) ? 'RUNNING' : 'ABORTED',
        })),
        SendTaskHeartbeat: operation(({ taskToken }: { taskToken: string }) => {
          if (outside.completed.some((one) => one.taskToken === taskToken)) {
            throw new AwsFailure('TaskTimedOut', 'Task Timed Out');
          }
          return {};
        }),
        SendTaskSuccess: operation((input: Outside['completed'][number]) => {
          if (outside.completed.some(({ taskToken }) => taskToken === input.taskToken)) {
            throw new AwsFailure('TaskTimedOut', 'Task Timed Out');
          }
          outside.completed.push(input);
          return {};
        }),
      },
    },
  ];
}

export interface AccountOptions {
  jobs?: DeployedJob[];
  kernel?: Partial<KernelOptions>;
}

/** Opens an account with the example world, the day before its first run. */
export async function openAccount({
  jobs = [exampleJob('orders-nightly')],
  kernel: options = {},
}: AccountOptions = {}) {
  const kernel = createKernel({
    seed: 'handlers',
    startAtMs: Date.parse('2026-01-05T00:00:00Z'),
    ...options,
  });
  const events: ServiceEvent[] = [];
  const publish = (event: ServiceEvent) => void events.push(event);
  const s3 = createS3Service(kernel, publish);
  const dynamodb = createDynamoDbService(kernel);
  const cloudwatch = createCloudWatchService(kernel);
  const buckets = ['documents', 'assets', 'logs', 'example-data', 'example-results'];
  buckets.forEach((bucket) => s3.createBucket(bucket));
  s3.putObject('assets', 'jobs.json', JSON.stringify({ jobs }));
  const storage = storageOn(s3, (bucket) => buckets.includes(bucket));
  const file = readWorldFile(readFileSync(join(EXAMPLES, 'worlds', 'fortnight.yaml'), 'utf8'), 'world.yaml');
  const world = createWorld(kernel, file, storage, publish);
  world.beginDataArrival();
  const subnets = Object.entries(SUBNETS).map(([subnetId, zone], i) => ({
    subnetId,
    vpcId: 'vpc-1',
    zone,
    cidrBlock: `10.0.${i}.0/24`,
    tags: {},
  }));
  const zoneOfSubnet = (id: string) => subnets.find(({ subnetId }) => subnetId === id)?.zone;
  const emr = createEmrService(kernel, { world, publish, putMetric: cloudwatch.putMetric, zoneOfSubnet });
  const ec2 = createEc2Service(kernel, { world, subnets: () => subnets });
  const quotas = createServiceQuotasService(kernel, { onDemandVcpus: 5000, spotVcpus: 5000 });
  const outside: Outside = { messages: [], starts: [], completed: [], events: [], running: new Set() };
  const pricing = createPricingService(kernel, world.market);
  kernel.register(s3, dynamodb, cloudwatch, emr, ec2, pricing, quotas, ...outsideServices(outside));
  const attributes = ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' }));
  const table = await dynamodb.resources['AWS::DynamoDB::GlobalTable']!(
    'Ledger',
    {
      AttributeDefinitions: attributes,
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      Replicas: [{ Region: 'us-east-1' }],
    },
    kernel,
  );
  const requestHandler = createInProcessRequestHandler(kernel);
  const environment = { ...ENVIRONMENT, LEDGER_TABLE: table.ref };
  /** Calls a handler cold, as a fresh function would run. */
  const invoke = async (
    handler: Handler,
    event: unknown,
    changes: Record<string, string | undefined> = {},
  ): Promise<any> => {
    for (const [name, value] of Object.entries({ ...environment, ...changes })) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    handler.reset({ requestHandler });
    return kernel.settle(() => handler(event, CONTEXT));
  };
  const until = (instant: string) => kernel.runUntil(Date.parse(instant));
  const pass = (seconds: number) => kernel.runUntil(kernel.clock.nowMs() + seconds * 1000);
  const credentials = { accessKeyId: ROOT_ACCESS_KEY_ID, secretAccessKey: 'secret' };
  const ledger = { clients: createClients('us-east-1', { requestHandler, credentials }), table: table.ref };
  return { kernel, s3, events, outside, invoke, until, pass, ledger };
}
export type Account = Awaited<ReturnType<typeof openAccount>>;
