import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  clusterRequest,
  emrAccount,
  fleet,
  instancesWith,
  launched,
  onDemandOnly,
  reporter,
  withOrders,
  GIB,
  MINUTE_MS,
  START_MS,
  type Answer,
} from './emr-account.ts';

describe('a nightly cluster', () => {
  test('runs its step, leaves output and a whole event log, and ends by itself', async () => {
    const account = withOrders();
    const cluster = await launched(account);
    await account.pass(120);
    const { Status } = await cluster.describe();
    expect(Status).toMatchObject({ State: 'TERMINATED', StateChangeReason: { Code: 'ALL_STEPS_COMPLETED' } });
    expect((await cluster.steps())[0].Status.State).toBe('COMPLETED');
    expect(account.storage.exists('s3://results/orders/1/_SUCCESS')).toBe(true);
    expect(account.storage.sizeOf('s3://results/orders/1/')).toBeCloseTo(15 * GIB, -3);
    const log = [...account.storage.texts].find(([uri]) => uri.includes('/events_1_'))?.[1] ?? '';
    const events = log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events[0]).toEqual({ Event: 'SparkListenerLogStart', 'Spark Version': '3.5.6-amzn-0' });
    expect(events.at(-1).Event).toBe('SparkListenerApplicationEnd');
    const read = events
      .filter((event) => event.Event === 'SparkListenerTaskEnd' && event['Task Metrics'] !== undefined)
      .reduce((sum, event) => sum + event['Task Metrics']['Input Metrics']['Bytes Read'], 0);
    expect(read / GIB).toBeGreaterThan(50);
    expect([...account.storage.texts.keys()].some((uri) => uri.endsWith('.inprogress'))).toBe(false);
  });

  test('passes through the states of a cluster and tells EventBridge of each', async () => {
    const account = withOrders();
    await launched(account);
    await account.pass(120);
    const states = account.events
      .filter((event) => event.detailType === 'EMR Cluster State Change')
      .map((event) => event.detail.state);
    expect(states).toEqual(['STARTING', 'BOOTSTRAPPING', 'RUNNING', 'TERMINATING', 'TERMINATED']);
    const steps = account.events.filter((event) => event.detailType === 'EMR Step Status Change');
    expect(steps.map((event) => event.detail.state)).toEqual(['RUNNING', 'COMPLETED']);
  });

  test('happens in the same way for the same seed, and in another for another', async () => {
    const endOf = async (seed: string) => {
      const account = withOrders({ seed });
      const cluster = await launched(account);
      await account.pass(150);
      const { Status } = await cluster.describe();
      return [
        Status.Timeline.EndDateTime.toISOString(),
        account.world.billing.ofCluster(cluster.id).totalUsd,
      ];
    };
    expect(await endOf('a')).toEqual(await endOf('a'));
    expect(await endOf('a')).not.toEqual(await endOf('b'));
  });

  test('reports the share of work done every minute, and measurements of EMR every five', async () => {
    const world = readFileSync('examples/worlds/fortnight.yaml', 'utf8');
    const worldText = world.replace('progressReported: false', 'progressReported: true');
    const account = withOrders({}, worldText);
    const cluster = await launched(account, { BootstrapActions: [reporter('36000')] });
    await account.pass(20);
    const query = (Namespace: string, MetricName: string) => ({
      Id: 'm',
      MetricStat: {
        Metric: { Namespace, MetricName, Dimensions: [{ Name: 'JobFlowId', Value: cluster.id }] },
        Period: 60,
        Stat: 'Maximum',
      },
    });
    const ask = async (namespace: string, name: string) =>
      (
        await account.call('cloudwatch', 'GetMetricData', {
          MetricDataQueries: [query(namespace, name)],
          StartTime: new Date(START_MS),
          EndTime: new Date(START_MS + 21 * MINUTE_MS),
          ScanBy: 'TimestampAscending',
        })
      ).MetricDataResults[0];
    const work = await ask('Flarepath', 'WorkDonePercent');
    expect(work.Values.length).toBeGreaterThanOrEqual(12);
    expect(work.Values.at(-1)).toBeGreaterThan(work.Values[0]);
    expect((await ask('AWS/ElasticMapReduce', 'MRActiveNodes')).Values.at(-1)).toBeGreaterThan(6);
  });
});

describe('what goes wrong', () => {
  test('a step that fails ends the cluster with errors when it asks for that', async () => {
    const account = withOrders({ faults: [{ kind: 'step-failure' }] });
    const cluster = await launched(account, onDemandOnly);
    await account.pass(120);
    expect((await cluster.describe()).Status).toMatchObject({
      State: 'TERMINATED_WITH_ERRORS',
      StateChangeReason: { Code: 'STEP_FAILURE' },
    });
    expect((await cluster.steps())[0].Status.State).toBe('FAILED');
    expect(account.storage.exists('s3://results/orders/1/')).toBe(false);
  });

  test('a step whose input is not there fails', async () => {
    const account = emrAccount();
    const cluster = await launched(account, onDemandOnly);
    await account.pass(30);
    expect((await cluster.steps())[0].Status.FailureDetails.Message).toContain('Path does not exist');
  });

  test('a failed bootstrap ends the cluster', async () => {
    const account = withOrders({ faults: [{ kind: 'bootstrap-failure' }] });
    const cluster = await launched(account);
    await account.pass(20);
    expect((await cluster.describe()).Status.StateChangeReason.Code).toBe('BOOTSTRAP_FAILURE');
  });

  test('spot capacity that never comes is bought on demand after the time-out', async () => {
    const account = withOrders({
      faults: [{ kind: 'insufficient-capacity', match: { market: 'spot' }, times: 100_000 }],
    });
    const cluster = await launched(account);
    await account.pass(9);
    expect((await cluster.describe()).Status.State).toBe('STARTING');
    expect(
      account.events.some(
        (event) => event.detail.eventCode === 'EC2 provisioning - Insufficient Instance Capacity',
      ),
    ).toBe(true);
    await account.pass(8);
    const task = (await cluster.fleets())[2];
    expect(task).toMatchObject({
      TargetSpotCapacity: 0,
      TargetOnDemandCapacity: 112,
      ProvisionedOnDemandCapacity: 112,
    });
  });

  test('a cluster whose time-out says so ends when spot capacity never comes', async () => {
    const account = withOrders({
      faults: [{ kind: 'insufficient-capacity', match: { market: 'spot' }, times: 100_000 }],
    });
    const task = fleet('TASK', ['m5.2xlarge'], { spot: 16 });
    task.LaunchSpecifications.SpotSpecification.TimeoutAction = 'TERMINATE_CLUSTER';
    const { InstanceFleets } = clusterRequest().Instances;
    const cluster = await launched(
      account,
      instancesWith({ InstanceFleets: [...InstanceFleets.slice(0, 2), task] }),
    );
    await account.pass(15);
    expect((await cluster.describe()).Status).toMatchObject({
      State: 'TERMINATED_WITH_ERRORS',
      StateChangeReason: { Code: 'INSTANCE_FLEET_TIMEOUT' },
    });
  });

  test('a reclaimed pool goes within minutes, with warnings, and EMR buys other machines', async () => {
    const account = withOrders({ faults: [{ kind: 'reclaim', match: { instanceType: 'm5a.2xlarge' } }] });
    account.storage.putSparse('s3://example-data/orders/dt=2026-01-04/part-1', 300 * GIB);
    const task = fleet('TASK', ['m5a.2xlarge'], { spot: 80 });
    const { InstanceFleets } = clusterRequest().Instances;
    const cluster = await launched(
      account,
      instancesWith({ InstanceFleets: [...InstanceFleets.slice(0, 2), task] }),
    );
    await account.pass(15);
    const warnings = account.events.filter((event) =>
      event.detailType.startsWith('EC2 Spot Instance Interruption'),
    );
    expect(warnings.length).toBeGreaterThanOrEqual(8);
    expect(Object.keys(warnings[0]?.detail ?? {}).sort()).toEqual(['instance-action', 'instance-id']);
    const { Instances } = await account.call('emr', 'ListInstances', {
      ClusterId: cluster.id,
      InstanceFleetType: 'TASK',
    });
    expect(Instances.filter((i: Answer) => i.Status.State === 'TERMINATED').length).toBeGreaterThanOrEqual(8);
    expect(Instances.length).toBeGreaterThan(10);
  });

  test('too little memory spills or kills, enough does not', async () => {
    const minutes = async (executorMemory: string) => {
      const account = withOrders();
      const cluster = await launched(account, {
        ...onDemandOnly,
        Configurations: [
          {
            Classification: 'spark-defaults',
            Properties: { 'spark.executor.memory': executorMemory, 'spark.executor.cores': '4' },
          },
        ],
      });
      await account.pass(400);
      const [step] = await cluster.steps();
      const { StartDateTime, EndDateTime } = step.Status.Timeline;
      return { minutes: (EndDateTime - StartDateTime) / MINUTE_MS, state: step.Status.State };
    };
    const enough = await minutes('9g');
    const spilling = await minutes('2g');
    const killed = await minutes('1g');
    expect(enough.state).toBe('COMPLETED');
    expect(spilling.minutes).toBeGreaterThan(enough.minutes * 1.05);
    expect(killed.state).toBe('FAILED');
  });
});
