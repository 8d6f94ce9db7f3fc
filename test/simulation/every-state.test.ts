/**
 * Every state of every state machine: an execution that is stopped there leaves no machine running after the next
 * pass of the reaper, and starting the run again finishes it without doing anything twice.
 *
 * `npm test` takes a sample, `EVERY_STATE=1` all.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { isFinished } from '../../core/ledger/is-finished.ts';
import { runHashOf } from '../../core/ledger/run-key.ts';
import { definitionOf, MACHINE_FILES, statesOf } from '../statemachines/definitions.ts';
import { MINUTE_MS, openAccount, type TestAccount } from './account.ts';
import { spansOf } from './spans.ts';
import { answer, WORLDS, wayTo, type Way } from './ways.ts';

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

async function stopThere(account: TestAccount, { machine, state, way }: Case): Promise<string> {
  await way.before?.(account);
  const scheduledAt = new Date(account.nowMs() - (way.dueMinutesAgo ?? 0) * MINUTE_MS).toISOString();
  const runKey = `${way.job ?? 'called'}@${scheduledAt}`;
  for (const kill of way.first ?? []) account.killer.order(kill);
  const order = account.killer.order({ machine, state });
  await account.start(way.job ?? 'called', scheduledAt);
  await way.happens?.(account, runKey);
  await account
    .until(() => order.killed, 240, 1)
    .catch(() => {
      account.killer.cancel();
      const visited = account.executions(machine).flatMap((_, i) => account.statesOf(machine, i));
      throw new Error(`No way leads to ${state} of ${machine}, only to ${[...new Set(visited)].join(', ')}`);
    });
  account.killer.cancel();
  return runKey;
}

async function startAgain(account: TestAccount, runKey: string): Promise<void> {
  const [job = '', scheduledAt = ''] = runKey.split('@');
  const questions = () => account.messages().filter(({ subject }) => /^Approve /.test(subject)).length;
  const asked = questions();
  await account.start(job, scheduledAt, `again-${account.nowMs()}`);
  const runs = (): boolean => account.executions('run-job')[0]?.status === 'RUNNING';
  if (job === 'approved') await account.until(() => questions() > asked || !runs(), 60);
  if (job === 'approved' && runs()) await answer(account, runKey, true);
  await account.landed(600);
}

async function isStoppedAndStartedAgain(account: TestAccount, one: Case): Promise<void> {
  const toldBefore = account.messages().length;
  const runKey = await stopThere(account, one);
  await account.until(() => account.runningInstances().length === 0, GONE_MINUTES);
  await account.landed();
  await one.way.mended?.(account);
  await startAgain(account, runKey);
  expect(account.runningInstances()).toEqual([]);
  const spans = await spansOf(account, runKey);
  spans.slice(1).forEach(({ fromMs }, i) => expect(fromMs).toBeGreaterThanOrEqual(spans[i]?.untilMs ?? 0));
  const [job = '', scheduledAt = ''] = runKey.split('@');
  const lands = one.way.lands ?? true;
  const outcome = expect.stringMatching(lands ? /succeeded|late/ : /failed|declined/);
  expect(await account.run(runKey)).toMatchObject({ outcome, closedAt: expect.any(String) });
  expect((await account.item('OPEN', runKey)).Item).toBeUndefined();
  const records = (await account.records(job)).filter((record) => record.runKey === runKey);
  expect(records.filter((record) => isFinished(record.outcome))).toHaveLength(lands ? 1 : 0);
  const pointer = `/_published/${runHashOf(runKey)}.json`;
  const visible = account.published().filter(({ key }) => key.endsWith(pointer));
  if (lands) expect(visible).toHaveLength(1);
  const told = account.messages().slice(toldBefore);
  const about = (what: RegExp) =>
    told.filter(({ subject, message }) => what.test(subject) && message.includes(runKey)).length;
  expect(about(/ (on time|LATE)/)).toBe(lands ? 1 : 0);
  const starts = account.executions('run-job').filter(({ input }) => input.text.includes(scheduledAt));
  expect(about(/ FAILED/)).toBeLessThanOrEqual(starts.length);
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
