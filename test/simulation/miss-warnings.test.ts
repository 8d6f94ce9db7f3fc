/** People hear of a miss while they can still react, whatever keeps the run from flying. */
import { beforeAll, describe, expect, it } from 'vitest';
import { MINUTE_MS, openAccountForTest, type TestAccount } from './account.ts';
import { testAssembly } from './assembly.ts';
import { hopeless } from './happenings.ts';

beforeAll(async () => void (await testAssembly()));

const LEAD_MINUTES = 15;
const warnings = (account: TestAccount) =>
  account.messages().filter(({ subject }) => subject.startsWith('waiting will miss'));
const reports = (account: TestAccount) =>
  account.messages().filter(({ subject }) => /^waiting (LATE|on time)/.test(subject));

/** Minutes before a run's deadline at which people were told; null: they were not. */
async function toldBefore(account: TestAccount, runKey: string): Promise<number | null> {
  const { Item } = await account.item(`RUN#${runKey}`, 'ONCE#miss');
  const told = Item?.['doneAt']?.S;
  const run = await account.run(runKey);
  return told === undefined || run === undefined
    ? null
    : (Date.parse(run.run.deadlineAt) - Date.parse(told)) / MINUTE_MS;
}

describe('a run that waits', () => {
  it('for input that comes too late is announced as a miss in time, once', async () => {
    const account = await openAccountForTest({ startAt: '2026-01-05T02:30:00.000Z' });
    // the sales come soon after three, the deadline is at five past: eight minutes to start up, and some to run
    const runKey = await account.start('waiting', '2026-01-05T01:25:00.000Z');
    await account.landed(300);
    expect(await account.run(runKey)).toMatchObject({ outcome: 'late' });
    expect(await toldBefore(account, runKey)).toBeGreaterThanOrEqual(LEAD_MINUTES);
    expect(warnings(account)).toHaveLength(1);
    expect(warnings(account)[0]?.subject).toContain('its input has not come');
    expect(reports(account)[0]?.message).toContain('Announced:');
  });

  it('for input that comes while there is time is not', async () => {
    const account = await openAccountForTest({ startAt: '2026-01-05T02:55:00.000Z' });
    const runKey = await account.start('waiting', '2026-01-05T02:15:00.000Z');
    await account.landed(300);
    expect(await account.run(runKey)).toMatchObject({ outcome: 'succeeded' });
    expect(await toldBefore(account, runKey)).toBeNull();
    expect(reports(account)[0]?.subject).toMatch(/^waiting on time,/);
  });

  it('for an answer is announced when that would come too late, and launches when it comes all the same', async () => {
    const account = await openAccountForTest();
    const runKey = await account.start('approved', new Date(account.nowMs() - 110 * MINUTE_MS).toISOString());
    await account.pass(35);
    // a miss once an answer no longer helps; until when it does, the question says
    expect(await toldBefore(account, runKey)).toBeGreaterThan(5);
    expect(account.messages()[0]?.message).toMatch(/In time if:\s+answered by/);
    expect(account.messages().map(({ subject }) => subject)).toEqual([
      expect.stringContaining('Approve approved?'),
      expect.stringContaining('Still waiting: approve approved?'),
      expect.stringContaining('approved will miss its deadline'),
    ]);
    const output = JSON.stringify({ approved: true, by: 'ann', reason: 'at last' });
    await account.call('sfn', 'SendTaskSuccess', { taskToken: await account.taskToken(runKey), output });
    await account.landed();
    expect(await account.run(runKey)).toMatchObject({ outcome: 'late' });
  });

  it('behind another run is announced when that leaves it too little time', async () => {
    const account = await openAccountForTest({ startAt: '2026-01-05T03:30:00.000Z', world: hopeless });
    await account.start('waiting');
    await account.pass(5);
    const second = await account.start('waiting');
    await account.until(() => warnings(account).some(({ subject }) => subject.includes('another run')), 120);
    expect(await toldBefore(account, second)).toBeGreaterThanOrEqual(LEAD_MINUTES);
  });
});

describe('a run whose first attempt fails', () => {
  it('is announced when the next cannot make it, before that flies', async () => {
    const account = await openAccountForTest({
      startAt: '2026-01-05T03:30:00.000Z',
      // the deadline is near when the step fails
      faults: [{ kind: 'step-failure', times: 1 }],
    });
    const scheduledAt = new Date(account.nowMs() - 87 * MINUTE_MS).toISOString();
    const runKey = await account.start('waiting', scheduledAt);
    await account.landed();
    expect(await toldBefore(account, runKey)).toBeGreaterThan(0);
    expect(warnings(account)).toHaveLength(1);
  });
});
