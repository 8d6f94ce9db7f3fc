/** A run that is started again after its execution ended without landing. */
import { beforeEach, describe, expect, it } from 'vitest';
import { clusterNameOf } from '../../core/ledger/run-key.ts';
import { handler as admitRun } from '../../lambdas/admit-run.ts';
import { handler as releaseCluster } from '../../lambdas/release-cluster.ts';
import { handler as reportRun } from '../../lambdas/report-run.ts';
import { launchOnce } from '../../lambdas/aws/launches.ts';
import { openRuns } from '../../lambdas/aws/ledger-open-runs.ts';
import { EXECUTION, openAccount, START, type Account } from './account.ts';

const AGAIN = `${EXECUTION}-again`;
const ONCE_MORE = `${EXECUTION}-once-more`;
const ENDED = { state: 'run-job', error: 'RunEnded', cause: 'Execution ABORTED' };
let account: Account;

const admit = (executionArn: string, redriveCount = 0) =>
  account.invoke(admitRun, { ...START, executionArn, redriveCount });
const net = (executionArn: string) =>
  account.invoke(reportRun, { start: START, executionArn, net: true, failure: ENDED });
const open = () => account.kernel.settle(() => openRuns(account.ledger));
/** ends as an execution does that somebody stops: without a word */
const runs = (...executions: string[]) => {
  account.outside.running.clear();
  executions.forEach((execution) => account.outside.running.add(execution));
};

beforeEach(async () => {
  account = await openAccount();
  runs(EXECUTION);
});

describe('a second start', () => {
  it('changes nothing while the first runs', async () => {
    const { run } = await admit(EXECUTION);
    expect(await admit(AGAIN)).toMatchObject({ decision: 'already-running' });
    expect((await admit(EXECUTION)).run).toEqual(run);
  });

  it('takes over a run whose execution ended, with attempts of its own', async () => {
    await admit(EXECUTION);
    runs(AGAIN);
    const second = await admit(AGAIN);
    expect(second).toMatchObject({
      decision: 'admitted',
      maxAttempts: 3,
      run: { start: 2, attempt: 2, firstAttempt: 2, executionArn: AGAIN },
    });
    // however often it asks
    expect(await admit(AGAIN)).toEqual(second);
    expect(await admit(EXECUTION)).toMatchObject({ decision: 'already-running' });
  });

  it('is one of several that ask at once', async () => {
    await admit(EXECUTION);
    runs(AGAIN, ONCE_MORE);
    const decisions = [(await admit(AGAIN)).decision, (await admit(ONCE_MORE)).decision];
    expect(decisions).toEqual(['admitted', 'already-running']);
  });

  it('changes nothing once the run has landed', async () => {
    const { run } = await admit(EXECUTION);
    const ending = { outcome: 'declined', reason: 'no' };
    await account.invoke(reportRun, { start: START, run, executionArn: EXECUTION, ending });
    runs(AGAIN);
    expect(await admit(AGAIN)).toMatchObject({ decision: 'admitted' });
    // what was told of it already, and no more
    expect(await net(EXECUTION)).toEqual({ messageId: 'm-1' });
    expect(account.outside.messages).toHaveLength(1);
  });
});

describe('what an execution without the run still does', () => {
  it('launches nothing: the attempts of its start are over', async () => {
    const { run } = await admit(EXECUTION);
    runs(AGAIN);
    await admit(AGAIN);
    const request = { Name: clusterNameOf(run), Instances: {} };
    const END = '2026-02-01T00:00:00.000Z';
    const launch = () =>
      launchOnce(account.ledger, run, request, { endsAt: END }, {}, async () => null, new Date());
    await expect(account.kernel.settle(launch)).rejects.toMatchObject({ name: 'AttemptReleasedError' });
    const release = await account.invoke(releaseCluster, { ...START, executionArn: EXECUTION, reason: 'r' });
    expect(release.decision).toBe('absent');
  });

  it('closes nothing, and tells of its own failure only, once, whoever tells it', async () => {
    const { run } = await admit(EXECUTION);
    runs(AGAIN);
    await admit(AGAIN);
    const report = { start: START, run, executionArn: EXECUTION, failure: ENDED };
    expect(await net(ONCE_MORE)).toEqual({ messageId: null });
    expect(await net(EXECUTION)).toEqual({ messageId: 'm-1' });
    await account.invoke(reportRun, report);
    await account.invoke(reportRun, report);
    expect(account.outside.messages).toHaveLength(1);
    expect(await open()).toMatchObject([{ executionArn: AGAIN }]);
  });
});

describe('an execution that is driven again', () => {
  it('has the run again after it was closed as failed, as another start', async () => {
    await admit(EXECUTION);
    runs();
    await net(EXECUTION);
    runs(EXECUTION);
    expect(await admit(EXECUTION)).toMatchObject({ decision: 'already-running' });
    expect(await admit(EXECUTION, 1)).toMatchObject({ decision: 'admitted', run: { start: 2, attempt: 2 } });
  });

  it('is told of once more when it lands after all', async () => {
    await admit(EXECUTION);
    runs();
    const release = { ...START, executionArn: EXECUTION, final: true, reason: 'ended' };
    expect(await account.invoke(releaseCluster, release)).toMatchObject({ decision: 'absent' });
    expect(await net(EXECUTION)).toEqual({ messageId: 'm-1' });
    runs(EXECUTION);
    const { run } = await admit(EXECUTION, 1);
    expect(run).toMatchObject({ start: 2, attempt: 2 });
    expect(await open()).toHaveLength(1);
  });
});

describe('open runs', () => {
  it('are listed from their admission to their report', async () => {
    const { run } = await admit(EXECUTION);
    const { runKey, deadlineAt } = run;
    expect(await open()).toMatchObject([{ runKey, deadlineAt, executionArn: EXECUTION }]);
    runs();
    await net(EXECUTION);
    expect(await open()).toEqual([]);
  });
});
