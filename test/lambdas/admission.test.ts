import { beforeEach, describe, expect, it } from 'vitest';
import { handler as admitRun } from '../../lambdas/admit-run.ts';
import { handler as awaitInput } from '../../lambdas/await-input.ts';
import { handler as reportRun } from '../../lambdas/report-run.ts';
import { handler as startRun } from '../../lambdas/start-run.ts';
import { listObjects } from '../../lambdas/aws/objects.ts';
import { EXECUTION, exampleJob, openAccount, START, type Account } from './account.ts';

const NEXT_DAY = { job: START.job, scheduledAt: '2026-01-07T01:00:00.000Z' };
const SECOND = `${EXECUTION}-second`;
let account: Account;

const admit = (start: object, executionArn: string) => account.invoke(admitRun, { ...start, executionArn });
const open = async (...jobs: ReturnType<typeof exampleJob>[]) => {
  account = await openAccount(jobs.length === 0 ? {} : { jobs });
};

describe('a start', () => {
  beforeEach(() => open());

  it('by a schedule names its execution after the run, so that a second one is none', async () => {
    const tick = { job: START.job, scheduledAt: '2026-01-06T01:00:00Z' };
    const first = await account.invoke(startRun, tick);
    const second = await account.invoke(startRun, { ...tick, scheduledAt: START.scheduledAt });
    expect(first.starts).toMatchObject([{ started: true }]);
    expect(second.starts).toMatchObject([{ started: false, executionName: first.starts[0].executionName }]);
    expect(JSON.parse(account.outside.starts[0]?.input ?? '')).toEqual(START);
  });

  const arrival = (key: string, time: string) => ({
    source: 'aws.s3',
    'detail-type': 'Object Created',
    time,
    detail: { bucket: { name: 'example-data' }, object: { key, size: 1 } },
  });
  const openWatching = () => {
    const start = { dataArrival: { bucket: 'example-data', prefix: 'orders/', suffix: '_SUCCESS' } };
    return open(exampleJob('orders-nightly', { start, deadline: { withinMinutes: 60 } }));
  };

  it('by an object that arrives starts the jobs that wait for it: a run per object, however often told', async () => {
    await openWatching();
    const starts = [
      await account.invoke(startRun, arrival('orders/a/_SUCCESS', '2026-01-06T01:00:59Z')),
      await account.invoke(startRun, arrival('orders/b/_SUCCESS', '2026-01-06T01:00:59Z')),
      await account.invoke(startRun, arrival('orders/a/_SUCCESS', '2026-01-06T01:00:59Z')),
      await account.invoke(startRun, arrival('orders/a/_SUCCESS', '2026-01-06T01:01:02Z')),
      await account.invoke(startRun, arrival('clicks/a/_SUCCESS', '2026-01-06T01:05:00Z')),
      await account.invoke(startRun, arrival('orders/b/part-0', '2026-01-06T01:05:00Z')),
    ].map((answer) => answer.starts.map(({ started }: { started: boolean }) => started));
    expect(starts).toEqual([[true], [true], [false], [true], [], []]);
  });

  it('by many objects of one second is a run for each, also when told twice', async () => {
    await openWatching();
    const keys = Array.from({ length: 80 }, (_, i) => `orders/dt=${i}/_SUCCESS`);
    for (const key of [...keys, ...keys]) {
      await account.invoke(startRun, arrival(key, '2026-01-06T01:00:59Z'));
    }
    const inputs = account.outside.starts.map(({ input }) => JSON.parse(input));
    expect(inputs.map(({ arrivedPrefix }) => arrivedPrefix)).toEqual(keys.map((_, i) => `dt=${i}/`));
    expect(new Set(inputs.map(({ scheduledAt }) => scheduledAt.slice(0, 19)))).toEqual(
      new Set(['2026-01-06T01:00:59']),
    );
  });

  it('by an object reads what arrived, not what the date of its arrival names', async () => {
    const inventory = exampleJob('inventory-snapshot');
    await open(inventory);
    await account.invoke(startRun, arrival('inventory/dt=2026-01-03/_SUCCESS', '2026-01-06T09:30:00Z'));
    const input = JSON.parse(account.outside.starts[0]?.input ?? '');
    const { run } = await admit(input, EXECUTION);
    expect(run.arrivedPrefix).toBe('dt=2026-01-03/');
    account.s3.putObject('example-data', 'inventory/dt=2026-01-03/late', 'twelve bytes');
    const { manifest } = await account.invoke(awaitInput, { run, waitingSince: run.admittedAt });
    const listed = account.s3.list('example-data', 'inventory/dt=2026-01-03/');
    expect(manifest.objectCount).toBe(listed.length);
    expect(listed.length).toBeGreaterThan(0);
  });

  it('that is neither is refused, with what is allowed', async () => {
    await expect(account.invoke(startRun, { job: 'x' })).rejects.toMatchObject({
      name: 'InvalidInputError',
      message: expect.stringMatching(/input.*\{"job":"x"\}.*allowed: .*scheduledAt/),
    });
  });
});

describe('admission', () => {
  beforeEach(() => open());

  it('gives a replay the run it gave before', async () => {
    const first = await admit(START, EXECUTION);
    await account.pass(60);
    expect(await admit({ ...START, scheduledAt: '2026-01-06T01:00:00Z' }, EXECUTION)).toEqual(first);
    expect(first).toMatchObject({
      decision: 'admitted',
      maxAttempts: 2,
      run: { deadlineAt: '2026-01-06T04:30:00.000Z' },
    });
  });

  it('lets one execution have a run', async () => {
    await admit(START, EXECUTION);
    account.outside.running.add(EXECUTION);
    expect(await admit(START, SECOND)).toMatchObject({ decision: 'already-running' });
  });

  it('skips a run while the one before is running', async () => {
    await admit(START, EXECUTION);
    account.outside.running.add(EXECUTION);
    expect(await admit(NEXT_DAY, SECOND)).toMatchObject({
      decision: 'skipped',
      reason: expect.stringContaining(START.scheduledAt),
    });
  });

  it('queues a run of a job that queues, until its turn or its deadline', async () => {
    await open(exampleJob('orders-nightly', { overlap: 'queue' }));
    await admit(START, EXECUTION);
    account.outside.running.add(EXECUTION);
    expect(await admit(NEXT_DAY, SECOND)).toMatchObject({ decision: 'wait' });
    await account.until('2026-01-07T05:00:00Z');
    expect(await admit(NEXT_DAY, SECOND)).toMatchObject({ decision: 'skipped' });
  });

  it('takes the place of a run whose execution died without giving it back', async () => {
    await admit(START, EXECUTION);
    expect(await admit(NEXT_DAY, SECOND)).toMatchObject({ decision: 'admitted' });
  });

  it('comes free with the report of the run before', async () => {
    const { run } = await admit(START, EXECUTION);
    account.outside.running.add(EXECUTION);
    const failure = {
      state: 'PlanFleet',
      error: 'NoFeasiblePlanError',
      cause: '{"errorMessage":"no fleet fits"}',
    };
    await account.invoke(reportRun, { start: START, run, failure });
    expect(account.outside.messages[0]?.Message).toContain('no fleet fits');
    expect(await admit(NEXT_DAY, SECOND)).toMatchObject({ decision: 'admitted' });
  });

  it('names the jobs there are when it is asked for another', async () => {
    await expect(admit({ ...START, job: 'orders' }, EXECUTION)).rejects.toMatchObject({
      name: 'UnknownJobError',
      message: expect.stringMatching(/found job "orders", allowed: orders-nightly/),
    });
  });

  it('says which variable of the environment is missing', async () => {
    const invoked = account.invoke(
      admitRun,
      { ...START, executionArn: EXECUTION },
      { LEDGER_TABLE: undefined },
    );
    await expect(invoked).rejects.toMatchObject({
      name: 'InvalidInputError',
      message: expect.stringContaining('environment'),
    });
    await expect(invoked).rejects.toThrow(/LEDGER_TABLE: found nothing/);
  });
});

describe('a run that ended without a word', () => {
  it('is found however its start wrote the instant', async () => {
    await open();
    const start = { ...START, scheduledAt: '2026-01-06T01:00:00Z' };
    await admit(start, EXECUTION);
    account.outside.running.add(EXECUTION);
    const failure = { state: 'run-job', error: 'RunEnded', cause: 'Execution ABORTED' };
    const net = () => account.invoke(reportRun, { start, executionArn: EXECUTION, net: true, failure });
    expect(await net()).toEqual({ messageId: 'm-1' });
    expect(await net()).toEqual({ messageId: null });
    // closed, and its place given back
    expect(await admit(NEXT_DAY, SECOND)).toMatchObject({ decision: 'admitted' });
  });

  it('is reported by the net under it, once, and only for the execution that had it', async () => {
    await open();
    await admit(START, EXECUTION);
    const failure = { state: 'run-job', error: 'RunEnded', cause: 'Execution ABORTED' };
    const net = (executionArn: string) =>
      account.invoke(reportRun, { start: START, executionArn, net: true, failure });
    expect(await net(SECOND)).toEqual({ messageId: null });
    expect(await net(EXECUTION)).toEqual({ messageId: 'm-1' });
    expect(await net(EXECUTION)).toEqual({ messageId: null });
    expect(account.outside.messages).toHaveLength(1);
  });
});

describe('input', () => {
  const wait = async (waitMinutes: number, onTimeout: string) => {
    const readiness = { markers: ['s3://example-data/never/_SUCCESS'], waitMinutes, onTimeout };
    await open(exampleJob('orders-nightly', { readiness }));
    const { run } = await admit(START, EXECUTION);
    const look = () => account.invoke(awaitInput, { run, waitingSince: run.admittedAt });
    const first = await look();
    await account.pass(waitMinutes * 60);
    return [first.decision, (await look()).decision, (await look()).reason];
  };

  it('is counted when the run goes on, and not at every look before', async () => {
    const listings = () =>
      account.kernel.traced.entries.filter(({ detail }) => detail.operation === 'ListObjectsV2').length;
    const readiness = { markers: ['s3://example-data/never/_SUCCESS'], waitMinutes: 30, onTimeout: 'run' };
    await open(exampleJob('orders-nightly', { readiness }));
    const { run } = await admit(START, EXECUTION);
    const look = () => account.invoke(awaitInput, { run, waitingSince: run.admittedAt });
    expect(await look()).toMatchObject({ decision: 'wait', manifest: { complete: false } });
    expect(listings()).toBe(0);
    await account.pass(30 * 60);
    expect(await look()).toMatchObject({ decision: 'run-anyway' });
    expect(listings()).toBeGreaterThan(0);
  });

  it('that takes too long to list is counted as far as time goes, and not called whole', async () => {
    await open();
    for (let i = 0; i < 2001; i += 1) account.s3.putObject('example-data', `many/${i}`, 'x');
    const place = { bucket: 'example-data', key: 'many/' };
    const list = (hasTime?: () => boolean) =>
      account.kernel.settle(() => listObjects(account.ledger.clients, place, 10, hasTime));
    expect(await list(() => false)).toMatchObject({ whole: false, objects: { length: 1000 } });
    expect(await list()).toMatchObject({ whole: true, objects: { length: 2001 } });
  });

  it.each([
    ['run', 'run-anyway'],
    ['skip', 'skip'],
    ['fail', 'fail'],
  ])('that never comes is met by the policy %s', async (policy, decision) => {
    expect(await wait(30, policy)).toEqual([
      'wait',
      decision,
      expect.stringContaining('s3://example-data/never/_SUCCESS'),
    ]);
  });
});
