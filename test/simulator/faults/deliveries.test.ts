import { describe, expect, it } from 'vitest';
import { faultyAccount, INVOKE } from './faulty-account.ts';

const HOURLY = { expression: 'cron(0 * * * ? *)' };
const states = { Work: { ...INVOKE, End: true } };
const event = { Source: 'shop', DetailType: 'Order placed', Detail: '{"id":1}' };
const startsOf = (account: Awaited<ReturnType<typeof faultyAccount>>) =>
  account
    .executions()
    .map(({ startedAtMs }) => new Date(startedAtMs).toISOString().slice(0, 16))
    .reverse();

describe('a schedule', () => {
  it.each([
    ['lost-schedule', {}, ['02:00']],
    ['late-schedule', { seconds: 1800 }, ['01:30', '02:00']],
    ['duplicate-delivery', {}, ['01:00', '01:00', '02:00']],
  ] as const)('%s', async (kind, options, starts) => {
    const fault = { kind, with: options, times: 1, from: '2026-01-05T00:30:00Z' };
    const account = await faultyAccount([fault], { states, schedule: HOURLY });
    await account.scenario.runUntil(Date.parse('2026-01-05T02:30:00Z'));
    const after = startsOf(account).filter((start) => start > '2026-01-05T00:30');
    expect(after.map((start) => start.slice(11))).toEqual(starts);
    expect(account.struck(kind)).toBe(1);
  });
});

describe('an event', () => {
  it.each([
    ['lost-event', {}, []],
    ['late-event', { seconds: 600 }, [10]],
    ['duplicate-delivery', {}, [0, 0]],
  ] as const)('%s', async (kind, options, minutes) => {
    const aimed =
      kind === 'duplicate-delivery'
        ? { source: 'eventbridge' }
        : { source: 'shop', detailType: 'Order*', rule: 'orders-placed' };
    const account = await faultyAccount([
      { kind, match: { ...aimed, target: '*:worker' }, with: options, times: 1 },
    ]);
    const sentMs = account.scenario.kernel.clock.nowMs();
    await account.call('eventbridge', 'PutEvents', { Entries: [event] });
    await account.pass(15);
    expect(account.invocations.map(({ atMs }) => Math.floor((atMs - sentMs) / 60_000))).toEqual(minutes);
    await account.call('eventbridge', 'PutEvents', { Entries: [event] });
    await account.pass(1);
    expect(account.invocations).toHaveLength(minutes.length + 1);
  });
});

describe('a schedule in Berlin', () => {
  it.each([
    [
      'a time that daylight saving skips is skipped',
      '2026-03-28',
      'cron(30 2 * * ? *)',
      ['2026-03-28T01:30', '2026-03-30T00:30'],
    ],
    [
      'a time that comes twice runs once',
      '2026-10-24',
      'cron(30 2 * * ? *)',
      ['2026-10-24T00:30', '2026-10-25T00:30', '2026-10-26T01:30'],
    ],
    [
      'a leap day is a day',
      '2028-02-28',
      'cron(30 2 * * ? *)',
      ['2028-02-28T01:30', '2028-02-29T01:30', '2028-03-01T01:30'],
    ],
    ['a schedule of the leap day runs on it', '2028-02-28', 'cron(30 2 29 2 ? *)', ['2028-02-29T01:30']],
  ])('%s', async (_case, startDate, expression, starts) => {
    const schedule = { expression, timeZone: 'Europe/Berlin' };
    const account = await faultyAccount([], { states, schedule, startDate });
    await account.pass(3 * 24 * 60);
    expect(startsOf(account)).toEqual(starts);
  });
});
