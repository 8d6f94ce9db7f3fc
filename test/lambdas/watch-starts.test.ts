/** What should happen and does not: starts that never come, executions that end without a word, silence. */
import { beforeEach, describe, expect, it } from 'vitest';
import { handler as admitRun } from '../../lambdas/admit-run.ts';
import { handler as reportRun } from '../../lambdas/report-run.ts';
import { handler as requestApproval } from '../../lambdas/request-approval.ts';
import { handler as startRun } from '../../lambdas/start-run.ts';
import { handler as watchStarts } from '../../lambdas/watch-starts.ts';
import { clusterNameOf } from '../../core/ledger/run-key.ts';
import { nameCluster, takeLease } from '../../lambdas/aws/ledger-leases.ts';
import { reserve } from './reservations.ts';
import { EXECUTION, exampleJob, openAccount, START, type Account } from './account.ts';

let account: Account;
const watch = (): Promise<{ started: string[]; released: string[] }> => account.invoke(watchStarts, {});
const at = async (instant: string) => {
  await account.until(instant);
  return watch();
};
const subjects = () => account.outside.messages.map(({ Subject }) => Subject);
const job = (cron: string, timeZone = 'Europe/Berlin') =>
  exampleJob(START.job, { start: { schedule: { cron, timeZone } }, deadline: { withinMinutes: 180 } });
const admit = async () => {
  await account.until('2026-01-06T01:00:30Z');
  const { run } = await account.invoke(admitRun, { ...START, executionArn: EXECUTION });
  account.outside.running.add(EXECUTION);
  return run;
};

describe('a start that never came', () => {
  it('is made up for once, and people are told once', async () => {
    account = await openAccount();
    await watch();
    expect((await at('2026-01-06T01:03:00Z')).started).toEqual([]);
    expect((await at('2026-01-06T01:20:00Z')).started).toEqual([`${START.job}@${START.scheduledAt}`]);
    expect(JSON.parse(account.outside.starts[0]?.input ?? '')).toEqual({ ...START, caller: 'watch-starts' });
    account.outside.running.add(
      `arn:aws:states:us-east-1:123456789012:execution:run-job:${account.outside.starts[0]?.name}`,
    );
    expect((await at('2026-01-06T01:25:00Z')).started).toEqual([]);
    expect(account.outside.starts).toHaveLength(1);
    expect(subjects()).toEqual([expect.stringMatching(/was started by the watch/)]);
  });

  it('is told of by the next tick when the one that made up for it was cut off', async () => {
    const unsent = {
      kind: 'server-error' as const,
      match: { operation: 'Publish' },
      until: '2026-01-06T01:22:00Z',
    };
    account = await openAccount({ kernel: { faults: [unsent] } });
    await watch();
    await expect(at('2026-01-06T01:20:00Z')).rejects.toMatchObject({ name: 'WatchIncompleteError' });
    const input = JSON.parse(account.outside.starts[0]?.input ?? '');
    await account.invoke(admitRun, { ...input, executionArn: EXECUTION });
    account.outside.running.add(EXECUTION);
    expect((await at('2026-01-06T01:25:00Z')).started).toEqual([]);
    await at('2026-01-06T01:30:00Z');
    expect(account.outside.starts).toHaveLength(1);
    expect(subjects()).toEqual([expect.stringMatching(/was started by the watch/)]);
  });

  it('is none when it came, or when the job was deployed after it', async () => {
    account = await openAccount();
    expect((await at('2026-01-06T02:00:00Z')).started).toEqual([]);
    account = await openAccount();
    await watch();
    await account.invoke(startRun, START);
    await admit();
    expect((await at('2026-01-06T02:00:00Z')).started).toEqual([]);
    expect(subjects()).toEqual([]);
  });

  it('whose execution ended before it was admitted is made up for under one other name', async () => {
    account = await openAccount();
    await watch();
    await account.invoke(startRun, START);
    expect((await at('2026-01-06T01:20:00Z')).started).toHaveLength(1);
    expect((await at('2026-01-06T01:25:00Z')).started).toEqual([]);
    expect(new Set(account.outside.starts.map(({ name }) => name)).size).toBe(2);
  });

  it.each([
    [
      'that clocks skip',
      '30 2 * * ? *',
      '2026-03-28T12:00:00Z',
      '2026-03-29T01:04:00Z',
      '2026-03-29T01:30:00.000Z',
    ],
    [
      'that comes twice',
      '30 2 * * ? *',
      '2026-10-24T12:00:00Z',
      '2026-10-25T01:00:00Z',
      '2026-10-25T00:30:00.000Z',
    ],
    [
      'of a leap day',
      '0 2 29 2 ? *',
      '2028-02-28T12:00:00Z',
      '2028-02-29T01:30:00Z',
      '2028-02-29T01:00:00.000Z',
    ],
  ])('%s is one', async (_, cron, from, until, scheduledAt) => {
    account = await openAccount({ jobs: [job(cron)], kernel: { startAtMs: Date.parse(from) } });
    await watch();
    expect((await at(until)).started).toEqual([`${START.job}@${scheduledAt}`]);
    account.outside.running.add(
      `arn:aws:states:us-east-1:123456789012:execution:run-job:${account.outside.starts[0]?.name}`,
    );
    await account.pass(3600);
    expect((await watch()).started).toEqual([]);
  });
});

describe('an open run', () => {
  beforeEach(async () => {
    account = await openAccount();
    await watch();
  });

  it('whose execution no longer runs is released, for that execution', async () => {
    await admit();
    expect((await at('2026-01-06T01:31:00Z')).released).toEqual([]);
    account.outside.running.clear();
    expect((await at('2026-01-06T02:01:00Z')).released).toHaveLength(1);
    expect(JSON.parse(account.outside.starts.at(-1)?.input ?? '')).toMatchObject({
      ...START,
      executionArn: EXECUTION,
    });
  });

  it('whose pilot looks no more is told of by the next tick, not half an hour later', async () => {
    const { runKey, job: name } = await admit();
    const clusterName = clusterNameOf({ ...(await admit()), attempt: 1 });
    await account.kernel.settle(async () => {
      const run = { clusterName, runKey, job: name, attempt: 1 };
      await reserve(account.ledger, run);
      const launched = {
        ...run,
        requestedAt: '2026-01-06T01:05:00.000Z',
        leaseUntil: '2026-01-06T01:35:00.000Z',
      };
      await takeLease(account.ledger, { ...launched, clusterId: null, releasedAt: null });
      await nameCluster(account.ledger, clusterName, 'j-1ABC');
    });
    await at('2026-01-06T01:21:00Z');
    expect(subjects()).toEqual([]);
    await at('2026-01-06T01:26:00Z');
    expect(subjects()).toHaveLength(1);
    await at('2026-01-06T01:31:00Z');
    expect(subjects()).toEqual([expect.stringMatching(/nobody|watch|pilot/i)]);
  });

  it('is off the list once it is closed, whatever was cut off', async () => {
    const run = await admit();
    const failure = { state: 'Fly', error: 'RunFailed', cause: 'x' };
    await account.invoke(reportRun, { start: START, run, executionArn: EXECUTION, failure });
    account.outside.running.clear();
    expect((await at('2026-01-06T02:01:00Z')).released).toEqual([]);
  });

  it('past its deadline is told of once', async () => {
    await admit();
    await at('2026-01-06T04:29:00Z');
    expect(subjects()).toEqual([]);
    await at('2026-01-06T04:35:00Z');
    await at('2026-01-06T04:40:00Z');
    expect(subjects()).toEqual([expect.stringMatching(/missed its deadline/)]);
  });

  it('that waits for an answer is reminded of once, unless it was given', async () => {
    const run = await admit();
    const summary = {
      plan: run.jobRef,
      expectedCostUsd: 1,
      lateProbability: 0.1,
      neededSeconds: 3600,
      launch: 'ask',
      launchReason: 'Asked.',
      description: 'A plan.',
    };
    await account.invoke(requestApproval, { run, summary, taskToken: 't-1', timeoutSeconds: 3600 });
    await at('2026-01-06T01:30:00Z');
    expect(subjects().filter((subject) => /^Still waiting/.test(subject))).toEqual([]);
    await at('2026-01-06T01:45:00Z');
    await at('2026-01-06T01:50:00Z');
    expect(subjects().filter((subject) => /^Still waiting/.test(subject))).toHaveLength(1);
  });
});
