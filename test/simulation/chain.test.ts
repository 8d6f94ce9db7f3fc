/** A run from the tick of its schedule to its report, in the account that the template describes. */
import { beforeAll, describe, expect, it } from 'vitest';
import { MINUTE_MS, openAccount, openAccountForTest, type TestAccount } from './account.ts';
import { approve, heavier, RECLAIMS } from './happenings.ts';

const NIGHTLY = 'nightly@2026-01-05T01:00:00.000Z';
/** what states may hand on, in bytes of JSON */
const USUAL_BYTES = 8 * 1024;
const MOST_BYTES = 64 * 1024;

/** States in the order in which they were first entered. */
const inOrder = (states: readonly string[]): string[] => [...new Set(states)];

/** The largest input, output or set of variables in an execution's history, in bytes. */
function largestPayload(account: TestAccount, machine: string): number {
  const sizes = account.executions(machine).flatMap(({ history }) =>
    history.events.flatMap(({ details }) =>
      ['input', 'output', 'assignedVariables'].map((member) => {
        const data = details?.[member];
        return data === undefined
          ? 0
          : Buffer.byteLength(typeof data === 'string' ? data : JSON.stringify(data));
      }),
    ),
  );
  return Math.max(0, ...sizes);
}

describe('a night', () => {
  let account: TestAccount;
  beforeAll(async () => {
    account = await openAccount({ startAt: '2026-01-05T00:30:00.000Z' });
    await account.pass(35);
    await account.landed();
  });

  it('goes from state to state as it should', () => {
    expect(inOrder(account.statesOf('run-job'))).toEqual([
      'Begin',
      'AdmitRun',
      'IsAdmitted',
      'AwaitInput',
      'IsInputReady',
      'ForecastLoad',
      'SurveyMarket',
      'PlanFleet',
      'MayLaunch',
      'ReserveLaunch',
      'IsReserved',
      'LaunchCluster',
      'Fly',
      'HasLanded',
      'CollectRun',
      'ReleaseCluster',
      'IsReleased',
      'WaitForRelease',
      'WhatNext',
      'PublishOutput',
      'IsPublished',
      'LearnFromRun',
      'ReportRun',
      'Landed',
    ]);
    expect(account.executions('run-job').map(({ status }) => status)).toEqual(['SUCCEEDED']);
    expect(account.executions('fly').every(({ status }) => status === 'SUCCEEDED')).toBe(true);
  });

  it('leaves a record, a model and a closed run in the ledger', async () => {
    const records = await account.records('nightly');
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({
      runKey: NIGHTLY,
      outcome: 'succeeded',
      attempt: 1,
      outputPresent: true,
    });
    expect(records[0]?.costUsd).toBeGreaterThan(0);
    expect(await account.model('nightly')).toMatchObject({ runs: 1 });
    expect(await account.run(NIGHTLY)).toMatchObject({ outcome: 'succeeded' });
    expect((await account.run(NIGHTLY))?.closedAt).not.toBeNull();
  });

  it('publishes its output once, and leaves no machine running', () => {
    expect(account.published()).toHaveLength(1);
    expect(account.clusters()).toHaveLength(1);
    expect(account.runningInstances()).toEqual([]);
  });

  it('tells people once', () => {
    expect(account.messages()).toHaveLength(1);
    expect(account.messages()[0]?.subject).toMatch(/^nightly on time/);
  });

  it('estimates what the market really charged', async () => {
    const [record] = await account.records('nightly');
    const [clusterId = ''] = account.clusters();
    const chargedUsd = account.scenario.world.billing.ofCluster(clusterId).totalUsd;
    expect(Math.abs((record?.costUsd ?? 0) / chargedUsd - 1)).toBeLessThan(0.1);
  });

  it('hands small things on from state to state', () => {
    expect(largestPayload(account, 'run-job')).toBeLessThanOrEqual(USUAL_BYTES);
    expect(largestPayload(account, 'fly')).toBeLessThanOrEqual(USUAL_BYTES);
  });

  it('is not flown again when somebody starts the same run', async () => {
    const before = await account.records('nightly');
    await account.start('nightly', '2026-01-05T01:00:00.000Z', 'the-same-again');
    await account.landed();
    expect(inOrder(account.statesOf('run-job'))).toEqual([
      'Begin',
      'AdmitRun',
      'IsAdmitted',
      'AlreadyRunning',
    ]);
    expect(await account.records('nightly')).toEqual(before);
    expect(account.clusters()).toHaveLength(1);
    expect(account.published()).toHaveLength(1);
    expect(account.messages()).toHaveLength(1);
  });

  it('meets nothing that the simulated account does not know', () => {
    expect(account.scenario.violations).toEqual([]);
  });
});

describe('a step that fails', () => {
  it('is tried on a second cluster once the first is gone', async () => {
    const account = await openAccountForTest({ faults: [{ kind: 'step-failure', times: 1 }] });
    await account.start('called');
    await account.landed();
    const [first = '', second = ''] = account.clusters();
    const { instances } = account.scenario.world;
    const firstEndedMs = Math.max(...instances.ofCluster(first).map(({ endedMs }) => endedMs ?? Infinity));
    const secondAskedMs = Math.min(...instances.ofCluster(second).map(({ requestedMs }) => requestedMs));
    expect(secondAskedMs).toBeGreaterThan(firstEndedMs);
    expect((await account.records('called')).map(({ attempt, outcome }) => [attempt, outcome])).toEqual([
      [2, 'succeeded'],
      [1, 'failed'],
    ]);
    expect(account.published()).toHaveLength(1);
    expect(account.messages().map(({ subject }) => subject)).toEqual([
      expect.stringMatching(/^called on time/),
    ]);
  });

  it('ends the run as failed when it fails every time, and says so', async () => {
    const account = await openAccountForTest({ faults: [{ kind: 'step-failure' }] });
    const runKey = await account.start('called');
    await account.landed();
    expect(account.clusters()).toHaveLength(2);
    expect(account.runningInstances()).toEqual([]);
    expect(account.executions('run-job')[0]).toMatchObject({
      status: 'FAILED',
      ending: { error: 'RunFailed' },
    });
    expect(await account.run(runKey)).toMatchObject({ outcome: 'failed' });
    expect(account.published()).toEqual([]);
    expect(account.messages().map(({ subject }) => subject)).toEqual([
      expect.stringMatching(/^called FAILED/),
    ]);
    expect(largestPayload(account, 'run-job')).toBeLessThanOrEqual(MOST_BYTES);
  });
});

describe('a market that turns', () => {
  it.each([
    [
      'has no spot instances',
      { faults: [{ kind: 'insufficient-capacity' as const, match: { market: 'spot' } }] },
    ],
    ['takes its spot instances back in flight', { faults: [RECLAIMS], world: heavier }],
  ])('that %s does not keep a run from landing', async (_, options) => {
    const account = await openAccountForTest(options);
    const runKey = await account.start('called');
    await account.until(() => account.executions('run-job')[0]?.status !== 'RUNNING');
    expect(await account.run(runKey)).toMatchObject({ outcome: 'succeeded' });
    expect(account.published()).toHaveLength(1);
    expect(account.runningInstances()).toEqual([]);
    expect(account.scenario.violations).toEqual([]);
  });

  it('that has nothing at all ends in a message, and nothing stays behind', async () => {
    const account = await openAccountForTest({ faults: [{ kind: 'insufficient-capacity' }] });
    const runKey = await account.start('called');
    await account.until(() => account.executions('run-job').at(-1)?.status !== 'RUNNING');
    expect(await account.run(runKey)).toMatchObject({ outcome: 'failed' });
    expect(account.clusters()).toEqual([]);
    expect(account.messages().map(({ subject }) => subject)).toContainEqual(
      expect.stringMatching(/^called FAILED/),
    );
  });
});

describe('an input that never comes', () => {
  it.each([
    ['fail', 'failed', 0],
    ['skip', 'skipped', 0],
    // a bad input fails alike on every cluster: it is not tried again
    ['run', 'failed', 1],
  ])('is met with the policy %s', async (policy, outcome, clusters) => {
    const account = await openAccountForTest();
    const runKey = await account.start(`missing-${policy}`);
    await account.landed();
    expect(await account.run(runKey)).toMatchObject({ outcome });
    expect(account.clusters()).toHaveLength(clusters);
    expect(account.messages()).toHaveLength(1);
    expect(account.messages()[0]?.subject).toMatch(new RegExp(`^missing-${policy} ${outcome}`, 'i'));
    expect(account.nowMs()).toBeGreaterThanOrEqual(Date.parse('2026-01-05T01:40:00Z'));
  });
});

describe('a plan that people approve', () => {
  it('flies when they do', async () => {
    const account = await openAccountForTest();
    const runKey = await approve(account, true);
    expect(await account.run(runKey)).toMatchObject({ outcome: 'succeeded' });
  });

  it('launches nothing when they decline', async () => {
    const account = await openAccountForTest();
    const runKey = await approve(account, false);
    expect(await account.run(runKey)).toMatchObject({ outcome: 'declined' });
    expect(account.clusters()).toEqual([]);
    expect(account.messages().at(-1)?.subject).toContain('Declined by ann: too dear');
  });

  it('launches nothing when nobody answers', async () => {
    const account = await openAccountForTest();
    const runKey = await account.start('approved');
    await account.landed();
    expect(await account.run(runKey)).toMatchObject({ outcome: 'declined' });
    expect(account.clusters()).toEqual([]);
    expect(account.messages().at(-1)?.subject).toContain('Nobody answered in time');
  });

  it('is only told when the job wants advice', async () => {
    const account = await openAccountForTest();
    await account.start('advised');
    await account.landed();
    expect(account.clusters()).toEqual([]);
    expect(account.messages()).toHaveLength(1);
  });
});

describe('what cannot be', () => {
  it.each([
    ['a budget that buys nothing', 'poor', 0, 'NoFeasiblePlanError'],
    ['a deadline that has passed', 'called', 200, 'NoFeasiblePlanError'],
  ])('%s ends in a message, with nothing launched', async (_, job, minutesAgo, error) => {
    const account = await openAccountForTest();
    const scheduledAt = new Date(account.nowMs() - minutesAgo * MINUTE_MS).toISOString();
    const runKey = await account.start(job, scheduledAt);
    await account.landed();
    expect(account.executions('run-job')[0]).toMatchObject({ status: 'FAILED', ending: { error } });
    expect(await account.run(runKey)).toMatchObject({ outcome: 'failed' });
    expect(account.clusters()).toEqual([]);
    expect(account.messages()).toHaveLength(1);
    expect(account.messages()[0]?.subject).toMatch(/FAILED/);
  });

  it('a job that nobody deployed is refused with a message', async () => {
    const account = await openAccountForTest();
    await account.start('unknown-job');
    await account.landed();
    expect(account.executions('run-job')[0]?.status).toBe('FAILED');
    expect(account.clusters()).toEqual([]);
    expect(account.messages()).toHaveLength(1);
  });
});

describe('an execution that is stopped from outside', () => {
  it('leaves no cluster, and people hear of it', async () => {
    const account = await openAccountForTest();
    const runKey = await account.start('called');
    await account.until(() => account.runningInstances().length > 0);
    await account.call('sfn', 'StopExecution', { executionArn: account.executions('run-job')[0]?.arn });
    await account.pass(20);
    expect(account.runningInstances()).toEqual([]);
    expect(await account.run(runKey)).toMatchObject({ outcome: 'failed' });
    expect(account.messages()).toHaveLength(1);
  });

  it('leaves no cluster even if the release cannot start: the reaper finds it', async () => {
    const account = await openAccountForTest({
      faults: [{ kind: 'throttle', match: { operation: 'StartExecution', principal: '*ReleaseRole*' } }],
    });
    await account.start('called');
    await account.until(() => account.runningInstances().length > 0);
    await account.call('sfn', 'StopExecution', { executionArn: account.executions('run-job')[0]?.arn });
    await account.pass(20);
    expect(account.runningInstances()).not.toEqual([]);
    // half an hour of lease, a quarter of an hour between passes, and what a termination takes
    await account.pass(35);
    expect(account.runningInstances()).toEqual([]);
  });
});
