/** Days in an account on which, taken together, everything happens that needs a right. */
import { expect } from 'vitest';
import { MINUTE_MS, type AccountOptions, type TestAccount } from './account.ts';
import { approve, heavier, hopeless, launchesTwice, RECLAIMS } from './happenings.ts';

type Act = (account: TestAccount) => Promise<unknown>;

const fly =
  (job: string): Act =>
  async (account) => {
    await account.start(job);
    await account.until(() => account.executions('run-job').at(-1)?.status !== 'RUNNING');
  };
const refused = (service: string, operation: string, principal: string) => ({
  kind: 'throttle' as const,
  match: { service, operation, principal },
});

/** By what happens: the account, and what is done in it. */
export const DAYS: Readonly<Record<string, readonly [AccountOptions, Act]>> = {
  'a night by schedule': [
    { startAt: '2026-01-05T00:30:00.000Z' },
    async (account) => {
      await account.pass(40);
      await account.landed();
    },
  ],
  'data that arrives': [
    { startAt: '2026-01-05T02:55:00.000Z' },
    async (account) => {
      await account.until(() => account.executions('run-job').length > 0, 30);
      await account.landed();
    },
  ],
  'input that comes too late': [
    {},
    async (account) => {
      await account.start('waiting');
      await account.until(() => account.messages().length > 0);
    },
  ],
  'an approval': [{}, approve],
  'an approval that nobody gives': [
    {},
    async (account) => {
      await account.start('approved');
      await account.landed();
    },
  ],
  'an attempt that fails': [
    { faults: [{ kind: 'step-failure', times: 1 }] },
    async (account) => {
      await fly('called')(account);
      // until its incident is closed
      await account.pass(40);
    },
  ],
  'a launch whose answer is lost': [
    { faults: [{ kind: 'lost-response', match: { operation: 'RunJobFlow' }, times: 4 }] },
    fly('called'),
  ],
  'a publication whose answer is lost': [
    {
      faults: [
        { kind: 'lost-response', match: { operation: 'PutObject', principal: '*publishoutput*' }, times: 1 },
      ],
    },
    fly('called'),
  ],
  'a run that is started twice, and overtaken by the next': [
    {},
    async (account) => {
      const scheduledAt = new Date(account.nowMs() - 10 * MINUTE_MS).toISOString();
      await account.start('called', scheduledAt);
      await account.pass(3);
      await account.start('called', scheduledAt, 'once-more');
      await account.start('called');
      await account.landed();
    },
  ],
  'runs that are stopped, and started again': [
    {},
    async (account) => {
      for (const state of ['LearnFromRun', 'CollectRun']) {
        const scheduledAt = new Date(account.nowMs()).toISOString();
        account.killer.order({ machine: 'run-job', state });
        await account.start('called', scheduledAt);
        await account.landed();
        await account.start('called', scheduledAt, `again-${state}`);
        await account.landed();
      }
    },
  ],
  'a launch that fails before it asks': [
    { faults: [refused('s3', 'GetObject', '*launchcluster*')] },
    fly('called'),
  ],
  'a run that is killed before its launch, and never released': [
    {
      faults: [
        refused('sfn', 'StartExecution', '*ReleaseRole*'),
        refused('sfn', 'StartExecution', '*watchstarts*'),
      ],
    },
    async (account) => {
      account.killer.order({ machine: 'run-job', state: 'ReserveLaunch' });
      await account.start('called');
      await account.pass(60);
      expect(account.clusters()).toEqual([]);
    },
  ],
  'far more work than ever before': [{ world: heavier }, fly('called')],
  'the same for a fleet without task nodes': [
    { world: heavier },
    async (account) => {
      await account.start('steady');
      await account.until(() => account.calls('AddInstanceFleet').length > 0);
    },
  ],
  'a miss that nothing prevents': [
    { world: hopeless },
    async (account) => {
      await account.start('called');
      await account.until(() => account.messages().some(({ subject }) => subject.includes('will miss')), 400);
    },
  ],
  'a launch that somebody repeats': [
    {
      faults: [{ kind: 'lost-response', match: { operation: 'RunJobFlow' }, times: 4 }],
      prepare: launchesTwice,
    },
    fly('called'),
  ],
  'a reclaim': [{ world: heavier, faults: [RECLAIMS] }, fly('called')],
  'a reclaim that hits a flight which is late': [
    { world: hopeless, faults: [RECLAIMS] },
    async (account) => {
      await account.start('called');
      await account.until(() => account.messages().some(({ subject }) => subject.startsWith('HIGH')), 400);
    },
  ],
  'an execution that is stopped': [{}, (account) => stopped(account, 40)],
  'a stopped execution whose release cannot start': [
    // work for hours, so that no idle time-out is faster than the reaper
    { world: heavier, faults: [refused('sfn', 'StartExecution', '*ReleaseRole*')] },
    (account) => stopped(account, 100),
  ],
  'a stopped execution that no net but the reaper hears of': [
    {
      world: heavier,
      faults: [
        refused('sfn', 'StartExecution', '*ReleaseRole*'),
        refused('sfn', 'StartExecution', '*watchstarts*'),
      ],
    },
    (account) => stopped(account, 100),
  ],
  'a cluster that nothing can terminate for hours': [
    {
      world: heavier,
      faults: [
        refused('sfn', 'StartExecution', '*ReleaseRole*'),
        refused('sfn', 'StartExecution', '*watchstarts*'),
        { kind: 'throttle', match: { operation: 'TerminateJobFlows', principal: '*reapcluster*' } },
        // the first message is lost, a later one is not
        { kind: 'throttle', match: { operation: 'Publish', principal: '*reportfailednet*' }, times: 12 },
      ],
    },
    (account) => stopped(account, 150),
  ],
  'a schedule that does not start its run': [
    {
      startAt: '2026-01-05T00:55:00.000Z',
      faults: [refused('lambda', 'Invoke', '*SchedulesStartRole*')],
    },
    (account) => account.pass(60),
  ],
  'schedules that reach nobody': [
    {
      startAt: '2026-01-05T00:55:00.000Z',
      faults: [
        refused('lambda', 'Invoke', '*SchedulesStartRole*'),
        refused('sfn', 'StartExecution', '*SchedulesReapRole*'),
        refused('lambda', 'Invoke', '*SchedulesWatchRole*'),
        refused('lambda', 'Invoke', '*SchedulesWatchFleetRole*'),
      ],
    },
    (account) => account.pass(150),
  ],
  'functions that fail every time': [
    {
      startAt: '2026-01-05T00:55:00.000Z',
      faults: [
        refused('sfn', 'StartExecution', '*startrun*'),
        refused('dynamodb', 'UpdateItem', '*Functionswake*'),
        refused('dynamodb', 'Query', '*watchstarts*'),
        refused('dynamodb', 'Query', '*watchfleet*'),
        refused('dynamodb', 'Query', '*raiseincident*'),
        { kind: 'step-failure', times: 1 },
      ],
    },
    async (account) => {
      await fly('called')(account);
      await account.pass(60);
    },
  ],
};

async function stopped(account: TestAccount, minutes: number): Promise<void> {
  await account.start('called');
  await account.until(() => account.clusters().length > 0);
  await account.pass(4);
  await account.call('sfn', 'StopExecution', { executionArn: account.executions('run-job')[0]?.arn });
  await account.pass(minutes);
}
