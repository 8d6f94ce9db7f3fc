/** RedriveExecution: whatever state it begins at, nothing is done twice, and the run lands or people hear why not. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runHashOf } from '../../core/ledger/run-key.ts';
import { openAccount, type TestAccount } from './account.ts';
import { spansOf } from './spans.ts';

const STATES = ['LaunchCluster', 'Fly', 'CollectRun', 'ReleaseCluster', 'PublishOutput', 'ReportRun'];

async function redriven(account: TestAccount, state: string, whenReleased: boolean): Promise<string> {
  const order = account.killer.order({ machine: 'run-job', state });
  const runKey = await account.start('called');
  await account.until(() => order.killed, 240, 1);
  if (whenReleased) await account.landed();
  // what was called goes on by itself for a moment, and the nets are at work
  else await account.pass(0.5);
  await account.call('sfn', 'RedriveExecution', { executionArn: account.executions('run-job')[0]?.arn });
  await account.landed(600);
  return runKey;
}

async function expectNothingTwice(account: TestAccount, runKey: string): Promise<void> {
  expect(account.runningInstances()).toEqual([]);
  expect((await spansOf(account, runKey)).length).toBeLessThanOrEqual(1);
  const run = await account.run(runKey);
  expect(run).toMatchObject({ closedAt: expect.any(String) });
  expect((await account.item('OPEN', runKey)).Item).toBeUndefined();
  const visible = account.published().filter(({ key }) => key.endsWith(`/${runHashOf(runKey)}.json`));
  const landed = /succeeded|late/.test(run?.outcome ?? '');
  if (landed) expect(visible).toHaveLength(1);
  const told = account.messages().filter(({ message }) => message.includes(runKey));
  const about = (what: RegExp) => told.filter(({ subject }) => what.test(subject)).length;
  expect({ landed, reports: about(/ (on time|LATE)/) }).toEqual({ landed, reports: landed ? 1 : 0 });
  expect(about(/ FAILED/)).toBeLessThanOrEqual(1);
  expect(told.length).toBeGreaterThan(0);
  expect(account.scenario.violations).toEqual([]);
}

describe.each([
  ['at once, while the nets are at work', false],
  ['after its clusters were released', true],
])('an execution that is stopped and driven again %s', (_, whenReleased) => {
  let account: TestAccount;
  beforeAll(async () => {
    account = await openAccount();
  });
  afterAll(() => account.scenario.close());

  it.each(STATES)('at %s does nothing twice, and lands or says why not', async (state) => {
    await expectNothingTwice(account, await redriven(account, state, whenReleased));
  });
});
