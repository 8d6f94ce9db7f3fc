import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventBridgeCron } from '../../../core/job/event-bridge-cron.ts';
import { deadlineOf, nextStart, runTemplateVariables, scheduledTimes } from '../../../core/job/schedule.ts';
import { renderTemplate } from '../../../core/job/template.ts';

const nightly = (timeZone: string) => ({ schedule: { cron: '30 2 * * ? *', timeZone } });

describe('the next start of a job', () => {
  const yearly = (cron: string) => ({ start: { schedule: { cron, timeZone: 'UTC' } } }) as const;

  it('is found however far off it lies, its own instant included', () => {
    const leapDay = yearly('0 2 29 2 ? *');
    expect(nextStart(leapDay, '2026-01-05T00:00:00.000Z')).toBe('2028-02-29T02:00:00.000Z');
    expect(nextStart(leapDay, '2028-02-29T02:00:00.000Z')).toBe('2028-02-29T02:00:00.000Z');
  });

  it('is none when the schedule is over, or callers start the job', () => {
    expect(nextStart(yearly('0 2 1 1 ? 2025'), '2026-01-05T00:00:00.000Z')).toBeNull();
    expect(nextStart({ start: { caller: {} } }, '2026-01-05T00:00:00.000Z')).toBeNull();
  });
});

describe('when a job starts', () => {
  it('follows the local clock through summer and winter', () => {
    const winter = scheduledTimes(
      { start: nightly('Europe/Berlin') },
      '2026-01-05T00:00:00Z',
      '2026-01-06T00:00:00Z',
    );
    const summer = scheduledTimes(
      { start: nightly('Europe/Berlin') },
      '2026-07-05T00:00:00Z',
      '2026-07-06T00:00:00Z',
    );
    expect([winter, summer]).toEqual([['2026-01-05T01:30:00.000Z'], ['2026-07-05T00:30:00.000Z']]);
  });

  it('does not start on the night when its time of day does not exist', () => {
    const days = scheduledTimes(
      { start: nightly('Europe/Berlin') },
      '2026-03-28T00:00:00Z',
      '2026-03-31T00:00:00Z',
    );
    expect(days).toEqual(['2026-03-28T01:30:00.000Z', '2026-03-30T00:30:00.000Z']);
  });

  it('starts once on the night when its time of day comes twice', () => {
    const days = scheduledTimes(
      { start: nightly('Europe/Berlin') },
      '2026-10-24T12:00:00Z',
      '2026-10-25T12:00:00Z',
    );
    expect(days).toEqual(['2026-10-25T00:30:00.000Z']);
  });

  it.each([
    ['Mondays, counted from Sunday = 1', '0 7 ? * 2 *', '2026-01-05T07:00:00.000Z'],
    ['weekdays by name', '0 7 ? * MON-FRI *', '2026-01-02T07:00:00.000Z'],
    ['the last day of the month', '0 7 L * ? *', '2026-01-31T07:00:00.000Z'],
    ['the third Friday', '0 7 ? * 6#3 *', '2026-01-16T07:00:00.000Z'],
    ['the last Friday', '0 7 ? * 6L *', '2026-01-30T07:00:00.000Z'],
    ['every fifth day from the first', '0 3 1/5 * ? *', '2026-01-06T03:00:00.000Z'],
    ['one year only', '0 3 1 2 ? 2028', '2028-02-01T03:00:00.000Z'],
  ])('understands %s', (_what, cron, first) => {
    const next = eventBridgeCron(cron, 'UTC').next(Date.parse('2026-01-01T12:00:00Z'));
    expect(next === null ? null : new Date(next).toISOString()).toBe(first);
  });

  it('never fires at or before the instant it is asked about', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 31 }),
        fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kolkata'),
        (s, zone) => {
          const next = eventBridgeCron('0/15 1-4 * * ? *', zone).next(s * 1000);
          expect(next).not.toBeNull();
          expect(next ?? 0).toBeGreaterThan(s * 1000);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('when a run must have ended', () => {
  it('is the next such time of day in the zone of the schedule', () => {
    const job = { start: nightly('Europe/Berlin'), deadline: { at: '05:30' } };
    expect(deadlineOf(job, '2026-01-05T01:30:00.000Z')).toBe('2026-01-05T04:30:00.000Z');
    expect(deadlineOf(job, '2026-01-05T04:30:00.000Z')).toBe('2026-01-06T04:30:00.000Z');
  });

  it('is a duration after the scheduled start', () => {
    const job = { start: { caller: {} }, deadline: { withinMinutes: 90 } };
    expect(deadlineOf(job, '2026-01-05T01:30:00.000Z')).toBe('2026-01-05T03:00:00.000Z');
  });
});

describe('templates', () => {
  it('use the local date of the scheduled start', () => {
    const run = { runKey: 'a@b', scheduledAt: '2026-01-05T23:30:00.000Z' };
    const variables = runTemplateVariables({ start: nightly('Europe/Berlin') }, run);
    expect(renderTemplate('dt={{ run.date }}/{{run.previousDate}}', variables)).toBe(
      'dt=2026-01-06/2026-01-05',
    );
  });

  it('refuse a name that has no value', () => {
    expect(() => renderTemplate('{{ attempt.output }}', { 'run.date': 'x' })).toThrow(
      /attempt.output.*known: run.date/,
    );
  });
});
