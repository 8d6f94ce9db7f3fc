import { Cron } from 'croner';
import { InvalidInputError } from '../errors.ts';

export interface CronSchedule {
  /** the first firing strictly after an instant, milliseconds since the epoch; null when there is none */
  next(afterMs: number): number | null;
}

const FIELDS = ['minutes', 'hours', 'day of month', 'month', 'day of week', 'year'] as const;
/** A daylight saving change skips one day's firing at the most; a few in a row is only a safety bound. */
const MAX_SKIPPED_FIRINGS = 50;

/**
 * A schedule in EventBridge's cron dialect: six fields with a year, `?` for "no specific", 1 = Sunday.
 * As EventBridge Scheduler does, a local time that daylight saving skips does not fire that day, and one
 * that it repeats fires once.
 *
 * @param expression  the six fields, without `cron( )`
 * @param timeZone  IANA name
 * @throws InvalidInputError  when it is not such an expression
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function eventBridgeCron(expression: string, timeZone: string): CronSchedule {
  const pattern = cronerPattern(expression);
  let cron: Cron;
  try {
    cron = new Cron(pattern, {
      timezone: timeZone,
      alternativeWeekdays: true,
      mode: '7-part',
      // EventBridge writes steps as 0/15
      sloppyRanges: true,
      paused: true,
    });
  } catch (error) {
    throw refused(expression, error instanceof Error ? error.message : String(error));
  }
  const wallClock = wallClockIn(timeZone);
  const fires = (timeMs: number) => cron.match(new Date(timeMs)) && !repeated(timeMs, wallClock);
  return {
    next(afterMs) {
      let from = afterMs;
      for (let i = 0; i < MAX_SKIPPED_FIRINGS; i += 1) {
        const candidate = cron.nextRun(new Date(from))?.getTime();
        if (candidate === undefined) return null;
        if (candidate > afterMs && fires(candidate)) return candidate;
        from = Math.max(candidate, from + 1000);
      }
      return null;
    },
  };
}

function cronerPattern(expression: string): string {
  const fields = expression.trim().split(/\s+/);
  if (fields.length !== FIELDS.length) {
    throw refused(expression, `it has ${fields.length} fields instead of ${FIELDS.length}`);
  }
  const [minutes, hours, dayOfMonth, month, dayOfWeek, year] = fields;
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) {
    throw refused(expression, 'exactly one of day of month and day of week must be "?"');
  }
  const open = (field = '*') => (field === '?' ? '*' : field);
  return ['0', minutes, hours, open(dayOfMonth), month, open(dayOfWeek), year].join(' ');
}

function refused(expression: string, why: string): InvalidInputError {
  return new InvalidInputError(
    `"${expression}" is not a cron expression of EventBridge: ${why}. ` +
      `Write ${FIELDS.join(', ')}, such as "0 2 * * ? *" for 02:00 every day.`,
  );
}

function wallClockIn(timeZone: string): (timeMs: number) => string {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
    hourCycle: 'h23',
  });
  return (timeMs) => format.format(timeMs);
}

/** Clocks go back by an hour, or by half of one: the second showing of a wall-clock time is no firing. */
function repeated(timeMs: number, wallClock: (timeMs: number) => string): boolean {
  const minuteMs = 60_000;
  return [30, 60].some((minutes) => wallClock(timeMs - minutes * minuteMs) === wallClock(timeMs));
}
