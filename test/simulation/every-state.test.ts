/**
 * Every state of every state machine: an execution that is stopped there leaves no machine running after the next
 * pass of the reaper, and starting the run again finishes it without doing anything twice.
 *
 * `npm test` takes a sample, `EVERY_STATE=1` all.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { executionNameOf, runHashOf } from '../../core/ledger/run-key.ts';
import { definitionOf, MACHINE_FILES, statesOf } from '../statemachines/definitions.ts';
import { openAccount, type TestAccount } from './account.ts';
import { WORLDS, wayTo, type Way } from './ways.ts';

/** Effects begin or end here. */
const SAMPLE = ['run-job AdmitRun', 'run-job LaunchCluster', 'run-job CollectRun', 'run-job PublishOutput'];
/** From the last look to the end of the lease, to the reaper's pass, to the end of the cluster. */
const GONE_MINUTES = 30 + 15 + 10;
/** A virtual day has room for so many. */
const CASES_OF_AN_ACCOUNT = 8;

interface Case {
  readonly machine: string;
  readonly state: string;
  readonly way: Way;
}

const cases: Case[] = MACHINE_FILES.flatMap((file) => {
  const machine = file.replace('.asl.json', '');
  const states = [...new Set(statesOf(definitionOf(file)).map(([state]) => state))];
  return states.map((state) => ({ machine, state, way: wayTo(machine, state) }));
}).filter(
  ({ machine, state }) => process.env['EVERY_STATE'] === '1' || SAMPLE.includes(`${machine} ${state}`),
);

/** Instants between which each cluster of some had machines. */
function spans({ scenario }: TestAccount, clusterIds: readonly string[]) {
  return clusterIds
    .map((id) => scenario.world.instances.ofCluster(id))
    .map((instances) => ({
      fromMs: Math.min(...instances.map(({ requestedMs }) => requestedMs)),
      untilMs: Math.max(...instances.map(({ endedMs }) => endedMs ?? Infinity)),
    }))
    .sort((one, other) => one.fromMs - other.fromMs);
}

async function stopThere(account: TestAccount, { machine, state, way }: Case): Promise<string> {
  const scheduledAt = new Date(account.nowMs()).toISOString();
  const runKey = `${way.job ?? 'called'}@${scheduledAt}`;
  const second = state.includes('Earlier');
  const orders = [...(way.first ?? []), { machine, state }].map((kill) => account.killer.order(kill));
  await account.start(way.job ?? 'called', scheduledAt);
  await way.happens?.(account, runKey);
  await account.until(() => orders.every(({ killed }) => killed), way.minutes ?? 240, 1);
  expect(second ? account.executions('run-job').length : 2).toBeGreaterThan(1);
  return runKey;
}

async function startAgain(account: TestAccount, runKey: string, { way }: Case): Promise<void> {
  const [job = '', scheduledAt = ''] = runKey.split('@');
  await account.start(job, scheduledAt, `again-${account.nowMs()}`);
  if (job === 'approved') {
    const asked = account.messages().length;
    await account.until(
      () => account.messages().length > asked || account.executions('run-job')[0]?.status !== 'RUNNING',
      60,
    );
    await approveIfAsked(account, runKey);
  }
  await account.landed(600);
  expect(way).toBeDefined();
}

async function approveIfAsked(account: TestAccount, runKey: string): Promise<void> {
  if (account.executions('run-job')[0]?.status !== 'RUNNING') return;
  const taskToken = (await account.item(`RUN#${runKey}`, 'APPROVAL')).Item?.['taskToken']?.S;
  const output = JSON.stringify({ approved: true, by: 'ann', reason: 'go' });
  await account.call('sfn', 'SendTaskSuccess', { taskToken, output });
}

async function isStoppedAndStartedAgain(account: TestAccount, one: Case): Promise<void> {
  const clustersBefore = new Set(account.clusters());
  const toldBefore = account.messages().length;
  const runKey = await stopThere(account, one);
  await account.until(() => account.runningInstances().length === 0, GONE_MINUTES);
  await account.landed();
  await startAgain(account, runKey, one);
  const { runningInstances, messages, clusters, published, executions } = account;
  expect(runningInstances()).toEqual([]);
  const [run, records] = [await account.run(runKey), await account.records(runKey.split('@')[0] ?? '')];
  const outcome = one.way.lands === false ? expect.stringMatching(/failed|declined/) : 'succeeded';
  expect(run).toMatchObject({ outcome, closedAt: expect.any(String) });
  const own = one.way.job === 'queued' ? [] : clusters().filter((id) => !clustersBefore.has(id));
  const times = spans(account, own);
  times.slice(1).forEach(({ fromMs }, i) => expect(fromMs).toBeGreaterThanOrEqual(times[i]?.untilMs ?? 0));
  const pointer = `/_published/${runHashOf(runKey)}.json`;
  const visible = published().filter(({ key }) => key.endsWith(pointer));
  if (one.way.lands !== false) expect(visible).toHaveLength(1);
  const finished = records.filter((record) => record.runKey === runKey && record.outcome === 'succeeded');
  if (one.way.lands !== false) expect(finished).toHaveLength(1);
  const told = messages()
    .slice(toldBefore)
    .map(({ subject }) => subject);
  expect(told.filter((subject) => / on time/.test(subject)).length).toBeLessThanOrEqual(
    one.way.job === 'queued' ? 2 : 1,
  );
  const starts = executions('run-job').filter(({ input }) => input.text.includes(runKey.slice(-24)));
  expect(told.filter((subject) => / FAILED/.test(subject)).length).toBeLessThanOrEqual(starts.length);
  expect(starts.some(({ executionName }) => executionName === executionNameOf(runKey))).toBe(true);
  expect(account.scenario.violations).toEqual([]);
}

describe.each(Object.keys(WORLDS) as (keyof typeof WORLDS)[])('%s: an execution that is stopped', (world) => {
  const mine = cases.filter(({ way }) => way.world === world);
  let account: TestAccount | undefined;
  let done = 0;
  afterAll(() => account?.scenario.close());
  if (mine.length === 0) {
    it('is none of the sample', () => expect(mine).toEqual([]));
    return;
  }
  it.each(mine)('in $machine $state leaves nothing behind, and is made up for', async (one) => {
    if (account === undefined || done >= CASES_OF_AN_ACCOUNT || world !== 'calm') {
      await account?.scenario.close();
      account = await openAccount(WORLDS[world]);
      done = 0;
    }
    done += 1;
    await isStoppedAndStartedAgain(account, one);
  });
});
