import { describe, expect, test } from 'vitest';
import { instanceTypeByName } from '../../../core/market/catalogue.ts';
import type { FaultInput } from '../../../simulator/faults.ts';
import {
  type Answer,
  clusterRequest,
  emrAccount,
  fleet,
  instancesWith,
  launched,
  onDemandOnly,
  withOrders,
  GIB,
  MINUTE_MS,
  START_MS,
} from './emr-account.ts';

describe('resizing', () => {
  async function running(faults: FaultInput[] = []) {
    const account = withOrders({ faults });
    account.storage.putSparse('s3://example-data/orders/dt=2026-01-04/part-1', 240 * GIB);
    const cluster = await launched(account);
    await account.pass(15);
    const resize = async (TargetOnDemandCapacity: number, TargetSpotCapacity: number) => {
      const task = (await cluster.fleets())[2];
      const InstanceFleet = { InstanceFleetId: task.Id, TargetOnDemandCapacity, TargetSpotCapacity };
      await account.call('emr', 'ModifyInstanceFleet', { ClusterId: cluster.id, InstanceFleet });
    };
    return { account, cluster, resize, task: async () => (await cluster.fleets())[2] };
  }

  test('a second resize waits for the first', async () => {
    const { account, resize, task } = await running();
    await resize(40, 112);
    await resize(80, 112);
    expect(await task()).toMatchObject({ TargetOnDemandCapacity: 40, Status: { State: 'RESIZING' } });
    await account.pass(10);
    expect(await task()).toMatchObject({ ProvisionedOnDemandCapacity: 80, Status: { State: 'RUNNING' } });
  });

  test('a resize that is stuck stops at its time-out, below its target', async () => {
    const { account, resize, task } = await running([{ kind: 'stuck-resize' }]);
    await resize(80, 112);
    await account.pass(3);
    expect((await task()).Status.State).toBe('RESIZING');
    await account.pass(4);
    expect(await task()).toMatchObject({
      ProvisionedOnDemandCapacity: 0,
      TargetOnDemandCapacity: 80,
      Status: { State: 'RUNNING' },
    });
    expect(account.events.some((event) => event.detailType === 'EMR Instance Fleet Resize')).toBe(true);
  });

  test('a fleet that is given more types buys what its own pools do not have', async () => {
    const dry = { kind: 'insufficient-capacity', match: { instanceType: 'm5.2xlarge' } } as const;
    const account = withOrders({ faults: [dry] });
    account.storage.putSparse('s3://example-data/orders/dt=2026-01-04/part-1', 240 * GIB);
    const InstanceFleets = [
      fleet('MASTER', ['m5.xlarge'], { onDemand: 1 }),
      fleet('CORE', ['r5.2xlarge'], { onDemand: 8 }),
    ];
    const cluster = await launched(account, instancesWith({ InstanceFleets }));
    await account.pass(15);
    const InstanceFleet = fleet('TASK', ['m5.2xlarge'], { spot: 8 });
    await account.call('emr', 'AddInstanceFleet', { ClusterId: cluster.id, InstanceFleet });
    await account.pass(10);
    const [, , task] = await cluster.fleets();
    expect(task).toMatchObject({ ProvisionedSpotCapacity: 0 });
    const give = (InstanceTypeConfigs: unknown) =>
      account.call('emr', 'ModifyInstanceFleet', {
        ClusterId: cluster.id,
        InstanceFleet: { InstanceFleetId: task.Id, TargetSpotCapacity: 8, InstanceTypeConfigs },
      });
    await expect(give([{ InstanceType: 'm6g.2xlarge', WeightedCapacity: 8 }])).rejects.toThrow(/mixes/);
    await give([{ InstanceType: 'r5.2xlarge', WeightedCapacity: 8 }]);
    await account.pass(15);
    const after = (await cluster.fleets())[2];
    expect(after).toMatchObject({ ProvisionedSpotCapacity: 8 });
    expect(after.InstanceTypeSpecifications.map((each: Answer) => each.InstanceType)).toEqual([
      'm5.2xlarge',
      'r5.2xlarge',
    ]);
  });

  test('a task fleet can be added to a cluster that was launched without', async () => {
    const account = withOrders();
    account.storage.putSparse('s3://example-data/orders/dt=2026-01-04/part-1', 240 * GIB);
    const cluster = await launched(account, onDemandOnly);
    await account.pass(15);
    const InstanceFleet = fleet('TASK', ['m5.2xlarge'], { onDemand: 40 });
    await account.call('emr', 'AddInstanceFleet', { ClusterId: cluster.id, InstanceFleet });
    await account.pass(10);
    expect((await cluster.fleets())[2]).toMatchObject({
      ProvisionedOnDemandCapacity: 40,
      Status: { State: 'RUNNING' },
    });
  });

  test('more nodes end a run sooner', async () => {
    const endOf = async (more: boolean) => {
      const { account, cluster, resize } = await running();
      if (more) await resize(300, 112);
      await account.pass(400);
      return (await cluster.steps())[0].Status.Timeline.EndDateTime.getTime();
    };
    expect(await endOf(true)).toBeLessThan((await endOf(false)) - 10 * MINUTE_MS);
  });
});

describe('requests that EMR refuses', () => {
  const { InstanceFleets } = clusterRequest().Instances;
  const [master, core, task] = InstanceFleets;
  test.each([
    ['two fleets of a kind', { InstanceFleets: [master, core, task, task] }, 'Only one instance fleet'],
    [
      'a primary with two nodes',
      { InstanceFleets: [{ ...master, TargetOnDemandCapacity: 2 }, core] },
      'exactly one unit',
    ],
    ['a subnet that is not there', { Ec2SubnetIds: ['subnet-x'] }, 'does not exist'],
    [
      'an unknown instance type',
      { InstanceFleets: [master, fleet('CORE', ['m5.banana'], { onDemand: 8 })] },
      'not supported',
    ],
    [
      'a strategy on some fleets only',
      { InstanceFleets: [master, { ...core, LaunchSpecifications: {} }] },
      'every instance fleet',
    ],
  ])('%s', async (_name, changes, message) => {
    const account = emrAccount();
    await expect(launched(account, instancesWith(changes))).rejects.toThrow(message);
  });

  test('a member nobody simulates is refused by name', async () => {
    await expect(launched(emrAccount(), { ManagedScalingPolicy: {} })).rejects.toThrow(
      'ManagedScalingPolicy',
    );
  });

  test('both roles must be passed, each to its service', () => {
    const permissions =
      emrAccount().emr.operations.RunJobFlow?.permissions(clusterRequest(), {} as never) ?? [];
    expect(
      permissions.filter((p) => p.action === 'iam:PassRole').map((p) => [p.resource, p.context]),
    ).toEqual([
      [
        'arn:aws:iam::123456789012:role/emr-service',
        { 'iam:passedtoservice': ['elasticmapreduce.amazonaws.com'] },
      ],
      ['arn:aws:iam::123456789012:role/emr-nodes', { 'iam:passedtoservice': ['ec2.amazonaws.com'] }],
    ]);
  });
});

describe('looking clusters up', () => {
  test('ListClusters pages, filters by time and state, and tells no tags', async () => {
    const account = withOrders();
    // EMR takes one launch every two seconds
    for (let i = 0; i < 53; i += 1) {
      await launched(account, onDemandOnly);
      await account.pass(2 / 60);
    }
    const first = await account.call('emr', 'ListClusters', { CreatedAfter: new Date(START_MS) });
    expect(first.Clusters).toHaveLength(50);
    expect(first.Clusters[0]).not.toHaveProperty('Tags');
    const second = await account.call('emr', 'ListClusters', { Marker: first.Marker });
    expect(second.Clusters).toHaveLength(3);
    expect((await account.call('emr', 'ListClusters', { ClusterStates: ['TERMINATED'] })).Clusters).toEqual(
      [],
    );
  });

  test('a terminated cluster stops costing money', async () => {
    const account = withOrders();
    const cluster = await launched(account, onDemandOnly);
    await account.pass(12);
    await account.call('emr', 'TerminateJobFlows', { JobFlowIds: [cluster.id] });
    await account.pass(5);
    const { totalUsd } = account.world.billing.ofCluster(cluster.id);
    await account.pass(60);
    expect(totalUsd).toBeGreaterThan(0);
    expect(account.world.billing.ofCluster(cluster.id).totalUsd).toBe(totalUsd);
    expect((await cluster.steps())[0].Status.State).toBe('CANCELLED');
  });

  test('an idle cluster ends by its auto-termination policy', async () => {
    const account = withOrders();
    const cluster = await launched(account, {
      ...instancesWith({ ...onDemandOnly.Instances, KeepJobFlowAliveWhenNoSteps: true }),
      Steps: [],
      AutoTerminationPolicy: { IdleTimeout: 600 },
    });
    await account.pass(10);
    expect((await cluster.describe()).Status.State).toBe('WAITING');
    await account.pass(15);
    expect((await cluster.describe()).Status.State).toBe('TERMINATED');
  });
});

describe('a zone that does not have a type', () => {
  const world = (market: string) =>
    `{ startDate: '2026-01-05', market: { notOffered: { us-east-1a: [m5] }, ${market} } }`;

  test('ends a cluster that asks for it, and says so in the words of EMR', async () => {
    const account = emrAccount({}, world(''));
    const { JobFlowId: ClusterId } = await account.call('emr', 'RunJobFlow', clusterRequest());
    await account.pass(5);
    const { Cluster } = await account.call('emr', 'DescribeCluster', { ClusterId });
    expect(Cluster.Status).toMatchObject({
      State: 'TERMINATED_WITH_ERRORS',
      StateChangeReason: { Code: 'VALIDATION_ERROR' },
      ErrorDetails: [{ ErrorCode: 'VALIDATION_ERROR_INSTANCE_TYPE_NOT_SUPPORTED' }],
    });
    expect(account.world.billing.overall().totalUsd).toBe(0);
  });

  test('has no spot price of it, and the list prices are those of the bill', async () => {
    const { call, world: here } = emrAccount({}, world('onDemandFactor: 2'));
    const { SpotPriceHistory } = await call('ec2', 'DescribeSpotPriceHistory', {
      InstanceTypes: ['m5.xlarge', 'r5.xlarge'],
      AvailabilityZone: 'us-east-1a',
    });
    const priced = SpotPriceHistory.map(({ InstanceType }: { InstanceType: string }) => InstanceType);
    expect(new Set(priced)).toEqual(new Set(['r5.xlarge']));
    const { PriceList } = await call('pricing', 'GetProducts', {
      ServiceCode: 'ElasticMapReduce',
      Filters: [{ Type: 'TERM_MATCH', Field: 'instanceType', Value: 'r5.xlarge' }],
    });
    const type = instanceTypeByName('r5.xlarge')!;
    expect(here.market.emrFeeUsdPerHour(type)).toBeCloseTo(0.126);
    expect(PriceList[0]).toContain('"USD":"0.1260000000"');
  });
});
