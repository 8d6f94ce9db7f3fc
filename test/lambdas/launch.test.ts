/* eslint-disable @typescript-eslint/no-explicit-any -- what EMR answers is checked by what tests expect of it */
import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { handler as admitRun } from '../../lambdas/admit-run.ts';
import { handler as findLeakedClusters } from '../../lambdas/find-leaked-clusters.ts';
import { handler as launchCluster } from '../../lambdas/launch-cluster.ts';
import { handler as reserveLaunch } from '../../lambdas/reserve-launch.ts';
import { handler as reapCluster } from '../../lambdas/reap-cluster.ts';
import { handler as releaseCluster } from '../../lambdas/release-cluster.ts';
import { putDocument } from '../../lambdas/aws/documents.ts';
import { leakOf } from '../../lambdas/aws/ledger-leaks.ts';
import { setControl } from '../../lambdas/aws/ledger-control.ts';
import { putItem } from '../../lambdas/aws/ledger-table.ts';
import type { FaultInput } from '../../simulator/faults.ts';
import { EXECUTION, exampleJob, openAccount, START, type Account } from './account.ts';
import { MARKET, PLAN } from './launch-documents.ts';

let account: Account;
afterEach(() => {
  expect(account.kernel.violations).toEqual([]);
});

/** An admitted run and its plan, ready for launch. */
async function ready(faults: FaultInput[] = [], jobs = [exampleJob(START.job)]) {
  account = await openAccount({ jobs, kernel: { faults } });
  const { ledger, kernel, invoke } = account;
  await account.until('2026-01-06T01:30:00Z');
  const { run } = await invoke(admitRun, { ...START, executionArn: EXECUTION });
  const documents = { clients: ledger.clients, bucket: 'documents' };
  const plan = await kernel.settle(() => putDocument(documents, PLAN));
  const market = await kernel.settle(() => putDocument(documents, MARKET));
  const permit = await invoke(reserveLaunch, { run, plan, market, approved: false });
  expect(permit).toMatchObject({ decision: 'reserved' });
  return { run, plan };
}

const requests = () =>
  account.kernel.traced.entries.filter(({ detail }) => detail.operation === 'RunJobFlow');
const clusters = async () =>
  (await call('ListClusters', {})).Clusters as { Id: string; Name: string; Status: { State: string } }[];
const call = (operation: string, input: unknown) =>
  account.kernel.settle(() =>
    account.kernel.call('emr', operation, input, account.kernel.root),
  ) as Promise<any>;
const clusterOf = async (id: string) => (await call('DescribeCluster', { ClusterId: id })).Cluster;
const release = () => account.invoke(releaseCluster, { ...START, reason: 'test' });

describe('a launch', () => {
  it('asks for what the plan says, with every net that EMR offers', async () => {
    const request = await ready();
    const { clusterId } = await account.invoke(launchCluster, request);
    const { Cluster } = await call('DescribeCluster', { ClusterId: clusterId });
    const { InstanceFleets } = await call('ListInstanceFleets', { ClusterId: clusterId });
    expect(Cluster.AutoTerminate).toBe(false);
    expect(Cluster.Tags).toContainEqual({ Key: 'flarepath:stack', Value: 'test' });
    expect(InstanceFleets.map((fleet: any) => fleet.InstanceFleetType).sort()).toEqual(['CORE', 'MASTER']);
    for (const fleet of InstanceFleets) {
      expect(fleet.LaunchSpecifications.SpotSpecification).toMatchObject({
        TimeoutAction: 'SWITCH_TO_ON_DEMAND',
      });
      expect(fleet.LaunchSpecifications.OnDemandSpecification.AllocationStrategy).toBe('lowest-price');
    }
  });

  it('whose answer is lost is found again by its name, and not repeated', async () => {
    const request = await ready([{ kind: 'lost-response', match: { operation: 'RunJobFlow' }, times: 1 }]);
    await expect(account.invoke(launchCluster, request)).rejects.toMatchObject({
      name: 'LaunchOutcomeUnknownError',
    });
    const { clusterId } = await account.invoke(launchCluster, request);
    expect((await clusters()).map(({ Id }) => Id)).toEqual([clusterId]);
  });

  it('that was throttled is repeated only after the window in which it may still show', async () => {
    const request = await ready([{ kind: 'throttle', match: { operation: 'RunJobFlow' }, times: 1 }]);
    const unknown = { name: 'LaunchOutcomeUnknownError' };
    await expect(account.invoke(launchCluster, request)).rejects.toMatchObject(unknown);
    await account.pass(60);
    await expect(account.invoke(launchCluster, request)).rejects.toMatchObject(unknown);
    expect(await clusters()).toEqual([]);
    await account.pass(90);
    const { clusterId } = await account.invoke(launchCluster, request);
    expect((await clusters()).map(({ Id }) => Id)).toEqual([clusterId]);
    expect(requests().length).toBeGreaterThan(1);
  });

  it('takes no cluster of another deployment for its own, whatever its name', async () => {
    const request = await ready([{ kind: 'lost-response', match: { operation: 'RunJobFlow' }, times: 1 }]);
    const foreign = JSON.stringify({ 'flarepath:stack': 'another' });
    await expect(account.invoke(launchCluster, request, { CLUSTER_TAGS: foreign })).rejects.toThrow();
    await account.pass(150);
    const { clusterId } = await account.invoke(launchCluster, request);
    const [own, others] = [
      await clusterOf(clusterId),
      (await clusters()).filter(({ Id }) => Id !== clusterId),
    ];
    expect(own.Tags).toContainEqual({ Key: 'flarepath:stack', Value: 'test' });
    expect(others).toHaveLength(1);
    await release();
    expect((await clusterOf(others[0]!.Id)).Status.State).not.toMatch(/^TERMINAT/);
    expect((await clusterOf(clusterId)).Status.State).toMatch(/^TERMINAT/);
  });

  it('never follows its own release', async () => {
    const request = await ready([{ kind: 'throttle', match: { operation: 'RunJobFlow' }, times: 1 }]);
    await expect(account.invoke(launchCluster, request)).rejects.toThrow();
    await release();
    await account.pass(600);
    await expect(account.invoke(launchCluster, request)).rejects.toMatchObject({
      name: 'AttemptReleasedError',
    });
    expect(await clusters()).toEqual([]);
  });
});

describe('a launch', () => {
  it('of what is not reserved is not made', async () => {
    const request = await ready();
    await release();
    await expect(account.invoke(launchCluster, request)).rejects.toMatchObject({
      name: 'LaunchForbiddenError',
      message: expect.stringContaining('Nothing is reserved'),
    });
    expect(requests()).toEqual([]);
  });

  it('is held back by a kill switch and by a pause until the very request', async () => {
    const request = await ready();
    const set = { by: 'ana', at: START.scheduledAt, reason: 'spend looks odd' };
    const { kernel, ledger, invoke } = account;
    const switchTo = (on: boolean) =>
      kernel.settle(() => setControl(ledger, { kind: 'kill-switch', set: { on, release: false, ...set } }));
    await switchTo(true);
    await expect(invoke(launchCluster, request)).rejects.toMatchObject({
      name: 'LaunchForbiddenError',
      message: expect.stringMatching(/kill switch is on, set by ana .*spend looks odd/),
    });
    expect(requests()).toEqual([]);
  });

  it('that was made is found again, whatever people have set since', async () => {
    const request = await ready();
    const { clusterId } = await account.invoke(launchCluster, request);
    const pause = {
      job: null,
      until: '2026-01-07T00:00:00.000Z',
      by: 'ana',
      at: START.scheduledAt,
      reason: 'x',
    };
    await account.kernel.settle(() => setControl(account.ledger, { kind: 'pause', set: pause }));
    expect(await account.invoke(launchCluster, request)).toMatchObject({ clusterId });
  });
});

describe('a launch of what lies in S3', () => {
  const s3 = 's3://example-data/artefacts/orders.jar';
  const sha256 = createHash('sha256').update('orders 1.0').digest('hex');
  const jobs = [
    exampleJob(START.job, { steps: [{ name: 'run', jar: { s3, sha256 }, arguments: [], spark: {} }] }),
  ];
  const launch = async (put: (account: Account) => void) => {
    const request = await ready([], jobs);
    put(account);
    return account.invoke(launchCluster, request);
  };

  it('goes ahead when it is what the job file pins', async () => {
    const cluster = await launch(({ s3: store }) =>
      store.putObject('example-data', 'artefacts/orders.jar', 'orders 1.0'),
    );
    expect(await clusters()).toMatchObject([{ Id: cluster.clusterId }]);
  });

  it.each([
    [
      'was replaced',
      (store: Account['s3']) => store.putObject('example-data', 'artefacts/orders.jar', '1.1'),
    ],
    ['has no checksum', (store: Account['s3']) => store.putSparse('example-data', 'artefacts/orders.jar', 9)],
    ['is not there', () => undefined],
  ])('creates nothing when it %s', async (_, put) => {
    await expect(launch((opened) => put(opened.s3))).rejects.toMatchObject({
      name: 'ArtefactNotPinnedError',
      message: expect.stringContaining(sha256),
    });
    expect(requests()).toEqual([]);
    expect(account.s3.list('logs')).toEqual([]);
  });
});

describe('a release', () => {
  it('answers absent for a run that never had a cluster, or never was', async () => {
    await ready();
    expect(await release()).toMatchObject({ decision: 'absent' });
    const other = { job: 'nobody', scheduledAt: START.scheduledAt, reason: 'test' };
    expect(await account.invoke(releaseCluster, other)).toMatchObject({ decision: 'absent' });
  });

  it('finds a cluster whose launch was never answered', async () => {
    const request = await ready([{ kind: 'lost-response', match: { operation: 'RunJobFlow' }, times: 1 }]);
    await expect(account.invoke(launchCluster, request)).rejects.toThrow();
    expect(await release()).toMatchObject({ decision: 'terminating' });
    await account.pass(600);
    expect(await release()).toMatchObject({ decision: 'absent' });
    expect((await clusters()).every(({ Status }) => Status.State.startsWith('TERMINATED'))).toBe(true);
  });

  it('waits out a launch that may still show', async () => {
    const request = await ready([{ kind: 'throttle', match: { operation: 'RunJobFlow' }, times: 1 }]);
    await expect(account.invoke(launchCluster, request)).rejects.toThrow();
    expect(await release()).toMatchObject({ decision: 'terminating', clusterIds: [] });
  });

  it('leaves the run alone when a second start of it asks', async () => {
    const request = await ready();
    await account.invoke(launchCluster, request);
    const foreign = { ...START, reason: 'aborted', executionArn: `${EXECUTION}-second` };
    expect(await account.invoke(releaseCluster, foreign)).toMatchObject({ decision: 'absent' });
    expect((await clusters())[0]?.Status.State).not.toMatch(/^TERMINAT/);
  });
});

describe('the reaper', () => {
  it('leaves a leased cluster alone until its lease has ended', async () => {
    const request = await ready();
    const { clusterId } = await account.invoke(launchCluster, request);
    expect(await account.invoke(findLeakedClusters, {})).toMatchObject({ clusters: [], failed: [] });
    await account.pass(1900);
    const { clusters: leaked } = await account.invoke(findLeakedClusters, {});
    expect(account.outside.messages).toHaveLength(1);
    expect(leaked).toMatchObject([{ clusterId, reason: expect.stringContaining('lease ended') }]);
    expect(await account.invoke(reapCluster, leaked[0])).toMatchObject({ decision: 'terminating' });
    await account.pass(600);
    expect(await account.invoke(reapCluster, leaked[0])).toMatchObject({ decision: 'terminated' });
  });

  it('tells once what a leaked cluster cost, and would have cost', async () => {
    const { plan, run } = await ready();
    const documents = { clients: account.ledger.clients, bucket: 'documents' };
    const market = await account.kernel.settle(() => putDocument(documents, MARKET));
    const { clusterId, leaseUntil } = await account.invoke(launchCluster, { run, plan, market });
    await account.pass(2400);
    for (let pass = 0; pass < 3; pass += 1)
      expect((await account.invoke(findLeakedClusters, {})).clusters).toHaveLength(1);
    const leak = await account.kernel.settle(() => leakOf(account.ledger, clusterId));
    expect(leak).toMatchObject({ runKey: run.runKey, leakedSince: leaseUntil });
    expect(leak?.toldAt).not.toBeNull();
    expect(leak?.runningInstances).toBeGreaterThan(1);
    expect(leak?.leakedUsd).toBeCloseTo(((leak?.usdPerHour ?? 0) * 600) / 3600, 2);
    expect(leak?.avertedUsd).toBeGreaterThan(0);
    expect(account.outside.messages).toHaveLength(1);
    expect(account.outside.events).toMatchObject([{ Source: 'flarepath.test' }]);
  });

  it('terminates also what it cannot price or tell of', async () => {
    const request = await ready([
      { kind: 'server-error', match: { service: 'sns' } },
      { kind: 'server-error', match: { operation: 'ListInstances' } },
    ]);
    const { clusterId } = await account.invoke(launchCluster, { ...request, market: request.plan });
    await account.pass(2400);
    expect((await account.invoke(findLeakedClusters, {})).clusters).toMatchObject([{ clusterId }]);
    const leak = await account.kernel.settle(() => leakOf(account.ledger, clusterId));
    expect(leak).toMatchObject({ usdPerHour: null, toldAt: null });
  });

  it('is not kept from the others by a lease that it cannot read', async () => {
    const request = await ready();
    const launch = account.kernel.services.get('emr')?.operations['RunJobFlow'] as any;
    const once = launch.run.bind(launch);
    launch.run = (input: any, ...context: unknown[]) => {
      once({ ...input, Name: `${input.Name}-odd` }, ...context);
      return once(input, ...context);
    };
    const { clusterId, name } = await account.invoke(launchCluster, request);
    const odd = { pk: `CLUSTER#${name}-odd`, sk: 'LEASE', leaseUntil: 'never' };
    await account.kernel.settle(() => putItem(account.ledger, odd));
    await account.pass(2400);
    expect(await account.invoke(findLeakedClusters, {})).toMatchObject({
      clusters: [{ clusterId }],
      failed: [expect.stringContaining(`${name}-odd`)],
    });
  });

  it('asks for little when nothing runs', async () => {
    account = await openAccount({ jobs: [exampleJob(START.job)] });
    await account.invoke(findLeakedClusters, {});
    const called = account.kernel.traced.entries.filter(({ kind }) => kind === 'call');
    expect(called.map(({ detail }) => detail['operation'])).toEqual(['ListClusters', 'Query']);
  });

  it("takes no cluster of another deployment for one of this one's", async () => {
    const request = await ready();
    const tags = JSON.stringify({ 'flarepath:stack': 'another' });
    await account.invoke(launchCluster, request, { CLUSTER_TAGS: tags });
    await account.pass(1900);
    expect(await account.invoke(findLeakedClusters, {})).toMatchObject({ clusters: [], failed: [] });
  });
});
