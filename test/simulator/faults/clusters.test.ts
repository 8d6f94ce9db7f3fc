import { describe, expect, it } from 'vitest';
import type { FaultInput } from '../../../simulator/faults.ts';
import { instancesWith, launched, onDemandOnly, withOrders, type Answer } from '../services/emr-account.ts';

const JOB = { job: 'orders-nightly' };

async function after(minutes: number, faults: FaultInput[], changes: object = onDemandOnly) {
  const account = withOrders({ faults });
  const cluster = await launched(account, changes);
  await account.pass(minutes);
  const metric = async (MetricName: string) => {
    const { MetricDataResults } = await account.call('cloudwatch', 'GetMetricData', {
      StartTime: new Date('2026-01-05T00:00:00Z'),
      EndTime: new Date('2026-01-07T00:00:00Z'),
      ScanBy: 'TimestampAscending',
      MetricDataQueries: [
        {
          Id: 'm',
          MetricStat: {
            Metric: {
              Namespace: 'AWS/ElasticMapReduce',
              MetricName,
              Dimensions: [{ Name: 'JobFlowId', Value: cluster.id }],
            },
            Period: 300,
            Stat: 'Maximum',
          },
        },
      ],
    });
    return Math.max(...(MetricDataResults[0].Values as number[]));
  };
  const status = async () => (await cluster.describe()).Status;
  const instances = async (): Promise<Answer[]> =>
    (await account.call('emr', 'ListInstances', { ClusterId: cluster.id })).Instances;
  return { account, cluster, metric, status, instances };
}

describe('a cluster that EMR accepts and that then gets no machines', () => {
  it.each([
    ['vcpu-quota', {}, 'VALIDATION_ERROR', 'VcpuLimitExceeded'],
    ['network', {}, 'VALIDATION_ERROR', 'InsufficientFreeAddressesInSubnet'],
    [
      'network',
      { form: 'subnets-of-two-vpcs' },
      'VALIDATION_ERROR',
      'VALIDATION_ERROR_SUBNET_NOT_FROM_ONE_VPC',
    ],
    ['fleet-timeout', {}, 'INSTANCE_FLEET_TIMEOUT', 'INTERNAL_ERROR_EC2_INSUFFICIENT_CAPACITY_AZ'],
  ] as const)('%s %o', async (kind, options, code, error) => {
    const { account, cluster, status } = await after(30, [{ kind, match: JOB, with: options, times: 1 }], {});
    expect(await status()).toMatchObject({
      State: 'TERMINATED_WITH_ERRORS',
      StateChangeReason: { Code: code },
      ErrorDetails: [{ ErrorCode: error }],
    });
    if (kind !== 'fleet-timeout') expect(account.world.billing.ofCluster(cluster.id).totalUsd).toBe(0);
  });
});

it('a failed bootstrap action names the primary', async () => {
  const { status, instances } = await after(40, [{ kind: 'bootstrap-failure', match: JOB }]);
  const primary = (await instances()).find(({ InstanceType }) => InstanceType === 'm5.xlarge');
  expect(await status()).toMatchObject({
    StateChangeReason: { Code: 'BOOTSTRAP_FAILURE' },
    ErrorDetails: [
      {
        ErrorCode: 'BOOTSTRAP_FAILURE_PRIMARY_WITH_NON_ZERO_CODE',
        ErrorData: [{ 'primary-instance-id': primary.Ec2InstanceId }],
      },
    ],
  });
});

describe('an instance fails', () => {
  it('of the primary: the cluster goes with it, and nothing is bought in its place', async () => {
    const faults: FaultInput[] = [{ kind: 'instance-failure', match: { fleet: 'MASTER' } }];
    const { status, instances } = await after(30, faults);
    expect(await status()).toMatchObject({
      State: 'TERMINATED_WITH_ERRORS',
      StateChangeReason: { Code: 'INSTANCE_FAILURE' },
    });
    expect((await instances()).filter(({ InstanceType }) => InstanceType === 'm5.xlarge')).toHaveLength(1);
  });

  it('of a core node: EMR replaces it, and the step goes on', async () => {
    const faults: FaultInput[] = [
      { kind: 'instance-failure', match: { fleet: 'CORE' }, with: { minutes: 6 } },
    ];
    const { cluster, instances, metric } = await after(40, faults);
    const reasons = (await instances()).map(({ Status }) => Status.StateChangeReason.Code);
    expect(reasons.filter((code) => code === 'INSTANCE_FAILURE')).toHaveLength(1);
    expect(await instances()).toHaveLength(10);
    expect(await metric('MRLostNodes')).toBe(1);
    expect(['RUNNING', 'COMPLETED']).toContain((await cluster.steps())[0].Status.State);
  });
});

describe('disks', () => {
  it('of half the core nodes fill up: they are unhealthy, stay, and work no more', async () => {
    const full = await after(20, [{ kind: 'node-disk-full', match: JOB }]);
    const sound = await after(20, []);
    expect(await full.metric('MRUnhealthyNodes')).toBe(4);
    expect((await full.instances()).map(({ Status }) => Status.State)).toEqual(Array(9).fill('RUNNING'));
    for (const { account } of [full, sound]) await account.pass(300);
    const endOf = async ({ cluster }: typeof full) => (await cluster.steps())[0].Status.Timeline.EndDateTime;
    expect((await endOf(full)).getTime()).toBeGreaterThan((await endOf(sound)).getTime() + 60_000);
  });

  it('of all core nodes: the cluster ends', async () => {
    const { status } = await after(40, [{ kind: 'node-disk-full', with: { share: 1 } }]);
    expect(await status()).toMatchObject({ StateChangeReason: { Code: 'INSTANCE_FAILURE' } });
  });

  it('of HDFS: full, with missing blocks', async () => {
    const { metric } = await after(25, [{ kind: 'hdfs-full', with: { missingBlocks: 7 } }]);
    expect([await metric('HDFSUtilization'), await metric('MissingBlocks')]).toEqual([98, 7]);
  });
});

describe('a cluster whose steps never begin', () => {
  const idle: FaultInput = { kind: 'idle-cluster', match: JOB };

  it('stays idle, and costs, until somebody ends it', async () => {
    const { account, status, metric, cluster } = await after(300, [idle]);
    expect((await cluster.steps())[0].Status.State).toBe('PENDING');
    expect(await status()).toMatchObject({ State: 'WAITING' });
    expect(await metric('IsIdle')).toBe(1);
    await account.call('emr', 'TerminateJobFlows', { JobFlowIds: [cluster.id] });
    await account.pass(10);
    expect(await status()).toMatchObject({ State: 'TERMINATED' });
  });

  it('is ended by its auto-termination policy', async () => {
    const { status } = await after(300, [idle], {
      ...onDemandOnly,
      AutoTerminationPolicy: { IdleTimeout: 600 },
    });
    expect(await status()).toMatchObject({ State: 'TERMINATED' });
  });
});

it('a cluster that terminates slowly costs until it has', async () => {
  const { account, cluster, status } = await after(15, [{ kind: 'slow-termination', with: { minutes: 45 } }]);
  await account.call('emr', 'TerminateJobFlows', { JobFlowIds: [cluster.id] });
  const usd = () => account.world.billing.ofCluster(cluster.id).totalUsd;
  const before = usd();
  await account.pass(40);
  expect(await status()).toMatchObject({ State: 'TERMINATING' });
  expect(usd()).toBeGreaterThan(before * 2);
  await account.pass(6);
  expect(await status()).toMatchObject({ State: 'TERMINATED' });
});

it('after a reclaim EMR refills by itself; a stuck refill holds later resizes back until its time-out', async () => {
  const faults: FaultInput[] = [
    { kind: 'reclaim', match: JOB, times: 1, from: '2026-01-05T00:15:00Z' },
    { kind: 'stuck-resize', match: { fleet: 'TASK' }, times: 1 },
  ];
  const { account, cluster } = await after(22, faults, instancesWith({}));
  const task = async () =>
    (await cluster.fleets()).find((fleet: Answer) => fleet.InstanceFleetType === 'TASK');
  const { Id } = await task();
  expect(await task()).toMatchObject({ Status: { State: 'RESIZING' } });
  await account.call('emr', 'ModifyInstanceFleet', {
    ClusterId: cluster.id,
    InstanceFleet: { InstanceFleetId: Id, TargetSpotCapacity: 16 },
  });
  expect((await task()).TargetSpotCapacity).toBe(112);
  await account.pass(8);
  expect((await task()).TargetSpotCapacity).toBe(16);
});
