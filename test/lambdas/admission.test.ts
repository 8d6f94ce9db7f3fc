import { beforeEach, describe, expect, it } from 'vitest';
import { handler as admitRun } from '../../lambdas/admit-run.ts';
import { handler as awaitInput } from '../../lambdas/await-input.ts';
import { handler as reportRun } from '../../lambdas/report-run.ts';
import { handler as startRun } from '../../lambdas/start-run.ts';
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

  it('by an object that arrives starts the jobs that wait for it, once a minute', async () => {
    const start = { dataArrival: { bucket: 'example-data', prefix: 'orders/', suffix: '_SUCCESS' } };
    await open(exampleJob('orders-nightly', { start, deadline: { withinMinutes: 60 } }));
    const arrival = (key: string, time: string) => ({
      source: 'aws.s3',
      'detail-type': 'Object Created',
      time,
      detail: { bucket: { name: 'example-data' }, object: { key, size: 1 } },
    });
    const starts = [
      await account.invoke(startRun, arrival('orders/a/_SUCCESS', '2026-01-06T01:00:01Z')),
      await account.invoke(startRun, arrival('orders/b/_SUCCESS', '2026-01-06T01:00:59Z')),
      await account.invoke(startRun, arrival('clicks/a/_SUCCESS', '2026-01-06T01:05:00Z')),
      await account.invoke(startRun, arrival('orders/b/part-0', '2026-01-06T01:05:00Z')),
    ].map((answer) => answer.starts.map(({ started }: { started: boolean }) => started));
    expect(starts).toEqual([[true], [false], [], []]);
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
  it('is reported by the net under it, once, and only for the execution that had it', async () => {
    await open();
    await admit(START, EXECUTION);
    const failure = { state: 'run-job', error: 'RunEnded', cause: 'Execution ABORTED' };
    const net = (executionArn: string) => account.invoke(reportRun, { start: START, executionArn, failure });
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
