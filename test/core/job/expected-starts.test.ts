import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  expectedStarts,
  noneOverdueUntil,
  overdueStarts,
  promisedStarts,
} from '../../../core/job/expected-starts.ts';
import { scheduledTimes } from '../../../core/job/schedule.ts';

const scheduled = (cron: string, timeZone = 'Europe/Berlin') => ({ start: { schedule: { cron, timeZone } } });
const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'America/Santiago',
  'Africa/Cairo',
  'Asia/Beirut',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'UTC',
];

describe('the starts that a schedule promises', () => {
  it('include the night when clocks go forward over them: due at the first instant after the gap', () => {
    const [start, ...others] = expectedStarts(
      scheduled('30 2 * * ? *'),
      '2026-03-28T12:00:00.000Z',
      '2026-03-29T12:00:00.000Z',
    );
    expect(others).toEqual([]);
    expect(start).toEqual({
      scheduledAt: '2026-03-29T01:30:00.000Z',
      dueAt: '2026-03-29T01:00:00.000Z',
      skipped: true,
    });
  });

  it('include one at the gap’s very first moment, at whatever instant somebody looks', () => {
    const [first, second] = expectedStarts(
      scheduled('0,25 2 * * ? *'),
      '2026-03-28T19:05:51.746Z',
      '2026-03-29T01:05:51.746Z',
    );
    expect([first?.scheduledAt, second?.scheduledAt]).toEqual([
      '2026-03-29T01:00:00.000Z',
      '2026-03-29T01:25:00.000Z',
    ]);
    expect(first?.dueAt).toBe('2026-03-29T01:00:00.000Z');
  });

  it('are one on the night when their time comes twice', () => {
    const starts = expectedStarts(
      scheduled('30 2 * * ? *'),
      '2026-10-24T12:00:00.000Z',
      '2026-10-25T12:00:00.000Z',
    );
    expect(starts.map(({ scheduledAt }) => scheduledAt)).toEqual(['2026-10-25T00:30:00.000Z']);
  });

  it('are no more of an hourly job when clocks go forward: no hour is missing', () => {
    const job = scheduled('30 * * * ? *');
    const span = ['2026-03-28T22:00:00.000Z', '2026-03-29T06:00:00.000Z'] as const;
    expect(expectedStarts(job, ...span).map(({ scheduledAt }) => scheduledAt)).toEqual(
      scheduledTimes(job, ...span),
    );
  });

  it('know leap days', () => {
    const starts = expectedStarts(
      scheduled('0 2 29 2 ? *', 'UTC'),
      '2028-02-28T00:00:00.000Z',
      '2028-03-01T00:00:00.000Z',
    );
    expect(starts.map(({ scheduledAt }) => scheduledAt)).toEqual(['2028-02-29T02:00:00.000Z']);
  });

  it('of a daily job are one a day, in every time zone, all year, each with a key of its own', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: 0, max: 59 }),
        (timeZone, hour, minute) => {
          const starts = expectedStarts(
            scheduled(`${minute} ${hour} * * ? *`, timeZone),
            '2026-01-02T00:00:00.000Z',
            '2026-12-30T00:00:00.000Z',
          );
          const dayOf = new Intl.DateTimeFormat('en-CA', { timeZone });
          const days = starts.map(({ scheduledAt }) => dayOf.format(Date.parse(scheduledAt)));
          expect(new Set(days).size).toBe(starts.length);
          expect(starts.length).toBeGreaterThanOrEqual(361);
          expect(starts.every(({ scheduledAt, dueAt }) => dueAt <= scheduledAt)).toBe(true);
        },
      ),
      { numRuns: 12 },
    );
  });

  it('are found whole however a span is cut', () => {
    const job = scheduled('15,45 1,2,3 * * ? *');
    const [from, until] = ['2026-03-28T00:00:00.000Z', '2026-03-30T00:00:00.000Z'];
    const whole = expectedStarts(job, from, until);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 * 1440 }), (minute) => {
        const cut = new Date(Date.parse(from) + minute * 60_000).toISOString();
        expect([...expectedStarts(job, from, cut), ...expectedStarts(job, cut, until)]).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });
});

describe('an overdue start', () => {
  const job = { ...scheduled('0 2 * * ? *', 'UTC'), deadline: { withinMinutes: 180 } };
  const since = '2026-01-01T00:00:00.000Z';
  const promised = promisedStarts(job, '2026-01-05T01:00:00.000Z');

  it('is one that the job’s slack lets wait no longer', () => {
    const at = (now: string) => overdueStarts(promised, since, now).length;
    expect([at('2026-01-05T02:10:00.000Z'), at('2026-01-05T02:15:00.000Z')]).toEqual([0, 1]);
  });

  it('was promised: nothing is of a job that came later', () => {
    expect(overdueStarts(promised, '2026-01-05T02:01:00.000Z', '2026-01-05T03:00:00.000Z')).toEqual([]);
  });

  it('is left to people after six hours', () => {
    const at = (now: string) => overdueStarts(promisedStarts(job, now), since, now).length;
    expect([at('2026-01-05T07:59:00.000Z'), at('2026-01-05T08:01:00.000Z')]).toEqual([1, 0]);
    expect(promised.validUntil).toBe('2026-01-05T07:00:00.000Z');
  });
});

describe('until no other start is overdue', () => {
  const hours = fc.integer({ min: 0, max: 200 });

  it('nothing new is, and then it is, or there is more to work out', () => {
    fc.assert(
      fc.property(hours, fc.integer({ min: 0, max: 59 }), (hour, minute) => {
        const job = {
          ...scheduled('15 3,9 * * ? *', 'UTC'),
          deadline: { withinMinutes: 120 },
        };
        const now = new Date(Date.UTC(2026, 0, 5, hour, minute)).toISOString();
        const promised = promisedStarts(job, now);
        const until = noneOverdueUntil(promised, now);
        const before = new Date(Date.parse(until) - 1).toISOString();
        const since = '2026-01-01T00:00:00.000Z';
        const known = new Set(overdueStarts(promised, since, now).map(({ scheduledAt }) => scheduledAt));
        const newly = (at: string) =>
          overdueStarts(promised, since, at).filter(({ scheduledAt }) => !known.has(scheduledAt));
        expect(until > now).toBe(true);
        expect(newly(before)).toEqual([]);
        expect(until === promised.validUntil || newly(until).length > 0).toBe(true);
      }),
    );
  });
});
