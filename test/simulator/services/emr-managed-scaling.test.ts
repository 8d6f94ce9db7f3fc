import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  fleet,
  instancesWith,
  launched,
  withOrders,
  MINUTE_MS,
  START_MS,
  type Answer,
} from './emr-account.ts';

const CORE_UNITS = 16;
/** a market that takes no machine back, so that only managed scaling does */
const CALM = readFileSync('examples/worlds/fortnight.yaml', 'utf8').replace(
  'eventsPerHour: 0.012',
  'eventsPerHour: 0',
);

const small = instancesWith({
  InstanceFleets: [
    fleet('MASTER', ['m5.xlarge'], { onDemand: 1 }),
    fleet('CORE', ['m5.2xlarge'], { onDemand: CORE_UNITS }),
    fleet('TASK', ['m5.2xlarge', 'm5a.2xlarge', 'm6i.2xlarge'], { spot: 8 }),
  ],
  KeepJobFlowAliveWhenNoSteps: true,
});

function limits(mostUnits: number, changes = {}) {
  return {
    ComputeLimits: {
      UnitType: 'InstanceFleetUnits',
      MinimumCapacityUnits: CORE_UNITS,
      MaximumCapacityUnits: mostUnits,
      MaximumOnDemandCapacityUnits: CORE_UNITS,
      MaximumCoreCapacityUnits: CORE_UNITS,
      ...changes,
    },
  };
}

async function scaled(mostUnits: number, changes = {}, worldText = CALM) {
  const account = withOrders({}, worldText);
  const cluster = await launched(account, {
    ...small,
    ManagedScalingPolicy: limits(mostUnits),
    ...changes,
  });
  const targets = async () =>
    Object.fromEntries(
      (await cluster.fleets()).map((each: Answer) => [
        each.InstanceFleetType,
        { onDemand: each.TargetOnDemandCapacity, spot: each.TargetSpotCapacity },
      ]),
    );
  return { account, cluster, targets };
}

describe('managed scaling', () => {
  test('grows to the maximum on spot while tasks wait, and leaves the core fleet as it is', async () => {
    const { account, targets, cluster } = await scaled(80);
    await account.pass(20);
    expect(await targets()).toMatchObject({
      CORE: { onDemand: CORE_UNITS, spot: 0 },
      TASK: { onDemand: 0, spot: 64 },
    });
    const task = (await cluster.fleets()).find((each: Answer) => each.InstanceFleetType === 'TASK');
    expect(task.ProvisionedSpotCapacity).toBe(64);
  });

  test.each([
    { reads: 'cache', shrinks: true },
    { reads: 'shuffle', shrinks: false },
  ])('while few tasks read $reads, idle machines go: $shrinks', async ({ reads, shrinks }) => {
    const narrow = CALM.replace('tasks: { fixed: 800 }', `tasks: { fixed: 8 }, reads: ${reads}`);
    const { account, targets, cluster } = await scaled(80, {}, narrow);
    const spot: number[] = [];
    for (let minute = 0; minute < 240; minute += 1) {
      await account.pass(1);
      if ((await cluster.describe()).Status.State === 'WAITING') break;
      spot.push((await targets()).TASK.spot);
    }
    expect(Math.max(...spot)).toBe(64);
    expect((spot.at(-1) ?? 0) < 64).toBe(shrinks);
    const log = [...account.storage.texts.values()].join('\n');
    expect(log.includes('ExecutorLostFailure')).toBe(false);
    await account.pass(5);
    expect(await targets()).toMatchObject({ CORE: { onDemand: CORE_UNITS }, TASK: { onDemand: 0, spot: 0 } });
  });

  test('changes back what somebody else set beside it', async () => {
    const { account, targets, cluster } = await scaled(80);
    await account.pass(12);
    const task = (await cluster.fleets()).find((each: Answer) => each.InstanceFleetType === 'TASK');
    const InstanceFleet = { InstanceFleetId: task.Id, TargetSpotCapacity: 16 };
    await account.call('emr', 'ModifyInstanceFleet', { ClusterId: cluster.id, InstanceFleet });
    await account.pass(1);
    expect((await targets()).TASK).toEqual({ onDemand: 0, spot: 64 });
  });

  test('begins with a policy that is put, answers it, and ends when it is removed', async () => {
    const { account, targets, cluster } = await scaled(24, { ManagedScalingPolicy: undefined });
    await account.pass(10);
    expect((await targets()).TASK).toEqual({ onDemand: 0, spot: 8 });
    const ClusterId = cluster.id;
    const ManagedScalingPolicy = limits(40, { MaximumOnDemandCapacityUnits: 32 });
    await account.call('emr', 'PutManagedScalingPolicy', { ClusterId, ManagedScalingPolicy });
    expect(await account.call('emr', 'GetManagedScalingPolicy', { ClusterId })).toEqual({
      ManagedScalingPolicy,
    });
    await account.pass(1);
    expect((await targets()).TASK).toEqual({ onDemand: 16, spot: 8 });
    await account.call('emr', 'RemoveManagedScalingPolicy', { ClusterId });
    expect(await account.call('emr', 'GetManagedScalingPolicy', { ClusterId })).toEqual({});
    await account.pass(1);
    const task = (await cluster.fleets()).find((each: Answer) => each.InstanceFleetType === 'TASK');
    const InstanceFleet = { InstanceFleetId: task.Id, TargetOnDemandCapacity: 0, TargetSpotCapacity: 8 };
    await account.call('emr', 'ModifyInstanceFleet', { ClusterId, InstanceFleet });
    await account.pass(10);
    expect((await targets()).TASK).toEqual({ onDemand: 0, spot: 8 });
  });

  test('measures capacity every minute', async () => {
    const { account, cluster } = await scaled(80);
    await account.pass(20);
    const answer = await account.call('cloudwatch', 'GetMetricData', {
      MetricDataQueries: [
        {
          Id: 'm',
          MetricStat: {
            Metric: {
              Namespace: 'AWS/ElasticMapReduce',
              MetricName: 'TotalUnitsRequested',
              Dimensions: [{ Name: 'JobFlowId', Value: cluster.id }],
            },
            Period: 60,
            Stat: 'Maximum',
          },
        },
      ],
      StartTime: new Date(START_MS),
      EndTime: new Date(START_MS + 21 * MINUTE_MS),
    });
    const { Values } = answer.MetricDataResults[0];
    expect(Values.length).toBeGreaterThan(8);
    expect(Math.max(...Values)).toBe(80);
  });

  test.each([
    [limits(8), 'MinimumCapacityUnits 16 must not be above'],
    [limits(20, { MaximumOnDemandCapacityUnits: 24 }), 'must not be above MaximumCapacityUnits 20'],
    [limits(20, { UnitType: 'VCPU' }), 'UnitType'],
    [{ ...limits(20), ScalingStrategy: 'ADVANCED', UtilizationPerformanceIndex: 50 }, 'ScalingStrategy'],
  ])('refuses limits that contradict one another and what is not simulated', async (policy, message) => {
    await expect(scaled(20, { ManagedScalingPolicy: policy })).rejects.toThrow(message);
  });
});
