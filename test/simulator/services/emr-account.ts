import { readFileSync } from 'node:fs';
import type { Principal } from '../../../simulator/contracts.ts';
import { createKernel, type KernelOptions } from '../../../simulator/kernel/index.ts';
import { createCloudWatchService } from '../../../simulator/services/cloudwatch.ts';
import { createEc2Service } from '../../../simulator/services/ec2/service.ts';
import { createEmrService } from '../../../simulator/services/emr/service.ts';
import type { ServiceEvent } from '../../../simulator/services/eventbridge/event.ts';
import { createPricingService } from '../../../simulator/services/pricing.ts';
import { createWorld } from '../../../simulator/world/world.ts';
import { readWorldFile } from '../../../simulator/world/world-file.ts';
import type { Storage } from '../../../simulator/world/storage.ts';

export const START_MS = Date.parse('2026-01-05T00:00:00Z');
export const MINUTE_MS = 60_000;
/** An answer of AWS's shape: tests read the members they are about. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- what AWS answers is checked by what tests expect of it
export type Answer = any;

const SUBNETS = [
  { subnetId: 'subnet-a', vpcId: 'vpc-1', zone: 'us-east-1a', cidrBlock: '10.0.0.0/24', tags: {} },
  { subnetId: 'subnet-b', vpcId: 'vpc-1', zone: 'us-east-1b', cidrBlock: '10.0.1.0/24', tags: {} },
];

/** Objects in memory instead of S3. */
export function memoryStorage(): Storage & { texts: Map<string, string>; sizes: Map<string, number> } {
  const texts = new Map<string, string>();
  const sizes = new Map<string, number>();
  const under = (prefix: string) => [...sizes].filter(([uri]) => uri.startsWith(prefix));
  return {
    texts,
    sizes,
    sizeOf: (prefix) => under(prefix).reduce((sum, [, size]) => sum + size, 0),
    exists: (prefix) => under(prefix).length > 0,
    putSparse: (uri, size) => void sizes.set(uri, size),
    putText(uri, text) {
      texts.set(uri, text);
      sizes.set(uri, text.length);
    },
    remove(uri) {
      texts.delete(uri);
      sizes.delete(uri);
    },
  };
}

/** A simulated account with EMR, EC2, CloudWatch and prices, and nothing else. */
export function emrAccount(options: Partial<KernelOptions> = {}, worldText?: string) {
  const kernel = createKernel({ seed: 'test', startAtMs: START_MS, ...options });
  const storage = memoryStorage();
  const events: (ServiceEvent & { atMs: number })[] = [];
  const publish = (event: ServiceEvent) => void events.push({ ...event, atMs: kernel.clock.nowMs() });
  const text = worldText ?? readFileSync('examples/worlds/fortnight.yaml', 'utf8');
  const world = createWorld(kernel, readWorldFile(text, 'world.yaml'), storage, publish);
  const cloudwatch = createCloudWatchService(kernel);
  const zoneOfSubnet = (id: string) => SUBNETS.find((subnet) => subnet.subnetId === id)?.zone;
  const emr = createEmrService(kernel, { world, publish, putMetric: cloudwatch.putMetric, zoneOfSubnet });
  const ec2 = createEc2Service(kernel, { world, subnets: () => SUBNETS });
  kernel.register(emr, ec2, cloudwatch, createPricingService(kernel, world.market));
  const root: Principal = kernel.root;
  const call = (service: string, operation: string, input: unknown): Promise<Answer> =>
    kernel.settle(() => kernel.call(service, operation, input, root));
  const pass = (minutes: number) => kernel.runUntil(kernel.clock.nowMs() + minutes * MINUTE_MS);
  return { kernel, world, storage, events, call, pass, emr, ec2, cloudwatch };
}

export function fleet(
  role: 'MASTER' | 'CORE' | 'TASK',
  types: string[],
  target: { onDemand?: number; spot?: number },
) {
  return {
    InstanceFleetType: role,
    TargetOnDemandCapacity: target.onDemand ?? 0,
    TargetSpotCapacity: target.spot ?? 0,
    InstanceTypeConfigs: types.map((InstanceType) => ({
      InstanceType,
      WeightedCapacity: role === 'MASTER' ? 1 : 8,
      EbsConfiguration: {
        EbsBlockDeviceConfigs: [
          { VolumeSpecification: { VolumeType: 'gp3', SizeInGB: 64 }, VolumesPerInstance: 1 },
        ],
      },
    })),
    LaunchSpecifications: {
      SpotSpecification: {
        TimeoutDurationMinutes: 10,
        TimeoutAction: 'SWITCH_TO_ON_DEMAND',
        AllocationStrategy: 'price-capacity-optimized',
      },
      OnDemandSpecification: { AllocationStrategy: 'lowest-price' },
    },
    ResizeSpecifications: {
      SpotResizeSpecification: { TimeoutDurationMinutes: 5 },
      OnDemandResizeSpecification: { TimeoutDurationMinutes: 5 },
    },
  };
}

/** The bootstrap action that starts the progress reporter, as launches ask for it. */
export const reporter = (expectedTaskSeconds?: string) => ({
  Name: 'Flarepath: report progress',
  ScriptBootstrapAction: {
    Path: 's3://assets/progress-reporter.py',
    Args: [
      ...['--table', 'ledger', '--region', 'us-east-1'],
      ...(expectedTaskSeconds === undefined ? [] : ['--expected-task-seconds', expectedTaskSeconds]),
    ],
  },
});

/** A cluster request as the planner's launcher makes it: on-demand core nodes, spot task nodes. */
export function clusterRequest(changes: Record<string, unknown> = {}) {
  return {
    Name: 'flarepath-orders-nightly-0123456789ab-1',
    ReleaseLabel: 'emr-7.9.0',
    LogUri: 's3://logs/emr/',
    ServiceRole: 'arn:aws:iam::123456789012:role/emr-service',
    JobFlowRole: 'arn:aws:iam::123456789012:instance-profile/emr-nodes',
    Instances: {
      InstanceFleets: [
        fleet('MASTER', ['m5.xlarge'], { onDemand: 1 }),
        fleet('CORE', ['m5.2xlarge'], { onDemand: 48 }),
        fleet('TASK', ['m5.2xlarge', 'm5a.2xlarge', 'm6i.2xlarge'], { spot: 112 }),
      ],
      Ec2SubnetIds: ['subnet-a'],
      KeepJobFlowAliveWhenNoSteps: false,
    },
    Applications: [{ Name: 'Spark' }],
    Configurations: [
      {
        Classification: 'spark-defaults',
        Properties: {
          'spark.eventLog.dir': 's3://logs/events/',
          'spark.eventLog.rolling.maxFileSize': '16m',
        },
      },
    ],
    Steps: [
      {
        Name: 'join-orders',
        ActionOnFailure: 'TERMINATE_CLUSTER',
        HadoopJarStep: {
          Jar: 'command-runner.jar',
          Args: [
            'spark-submit',
            '--deploy-mode',
            'cluster',
            '--conf',
            'spark.executor.cores=4',
            's3://assets/orders.py',
            '--input',
            's3://example-data/orders/dt=2026-01-04/',
            '--output',
            's3://results/orders/1/',
          ],
        },
      },
    ],
    Tags: [
      { Key: 'flarepath:job', Value: 'orders-nightly' },
      { Key: 'for-use-with-amazon-emr-managed-policies', Value: 'true' },
    ],
    ...changes,
  };
}

export const GIB = 1024 ** 3;

/** An account in whose S3 a night's orders lie. */
export function withOrders(options = {}, worldText?: string) {
  const account = emrAccount(options, worldText);
  account.storage.putSparse('s3://example-data/orders/dt=2026-01-04/part-0', 60 * GIB);
  return account;
}

/** Asks for a cluster and gives handles to look at it. */
export async function launched(account: ReturnType<typeof emrAccount>, changes = {}) {
  const { JobFlowId } = await account.call('emr', 'RunJobFlow', clusterRequest(changes));
  const describe = async () =>
    (await account.call('emr', 'DescribeCluster', { ClusterId: JobFlowId })).Cluster;
  const fleets = async () =>
    (await account.call('emr', 'ListInstanceFleets', { ClusterId: JobFlowId })).InstanceFleets;
  const steps = async () => (await account.call('emr', 'ListSteps', { ClusterId: JobFlowId })).Steps;
  return { id: JobFlowId as string, describe, fleets, steps };
}

export function instancesWith(changes: Record<string, unknown>) {
  return { Instances: { ...clusterRequest().Instances, ...changes } };
}

export const onDemandOnly = instancesWith({
  InstanceFleets: [
    fleet('MASTER', ['m5.xlarge'], { onDemand: 1 }),
    fleet('CORE', ['m5.2xlarge'], { onDemand: 64 }),
  ],
});
