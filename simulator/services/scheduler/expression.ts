import { eventBridgeCron } from '../../../core/job/event-bridge-cron.ts';
import { NotSimulatedError } from '../../contracts.ts';
import { cronFields, ratePeriodMs } from '../rate.ts';

/** The first invocation strictly after an instant, or null when there is none. */
export type NextInvocation = (afterMs: number) => number | null;

/**
 * Reads `cron(…)`, `rate(…)` and `at(…)`.
 *
 * A cron time that daylight saving skips is skipped, one that it repeats comes once; a day of a rate is 24
 * hours; a rate begins at its start date, or at once.
 *
 * @param startMs  the schedule's start date, or its creation
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function nextInvocation(expression: string, timeZone: string, startMs: number): NextInvocation {
  const fields = cronFields(expression);
  if (fields !== undefined) {
    const cron = eventBridgeCron(fields, timeZone);
    return (afterMs) => cron.next(Math.max(afterMs, startMs - 1));
  }
  const periodMs = ratePeriodMs(expression);
  if (periodMs !== undefined) {
    return (afterMs) =>
      afterMs < startMs ? startMs : startMs + (Math.floor((afterMs - startMs) / periodMs) + 1) * periodMs;
  }
  const local = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(expression.trim())?.[1];
  if (local === undefined)
    throw new NotSimulatedError(`The schedule expression ${expression} is not simulated`);
  const atMs = instantOf(local, timeZone);
  return (afterMs) => (afterMs < atMs ? atMs : null);
}

/**
 * The instant of a local time. Of two, the earlier.
 *
 * @throws NotSimulatedError  when daylight saving skips it: nobody documents what a one-time schedule does then
 */
function instantOf(local: string, timeZone: string): number {
  const asUtcMs = Date.parse(`${local}Z`);
  const offsets = [-86_400_000, 86_400_000].map((shift) => offsetMs(asUtcMs + shift, timeZone));
  const candidates = offsets
    .map((offset) => asUtcMs - offset)
    .filter((timeMs) => timeMs + offsetMs(timeMs, timeZone) === asUtcMs);
  if (candidates.length === 0) {
    throw new NotSimulatedError(`${local} does not exist in ${timeZone}: daylight saving skips it`);
  }
  return Math.min(...candidates);
}

/** Local time minus UTC at an instant, milliseconds. */
function offsetMs(timeMs: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(timeMs);
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    parts.find((each) => each.type === type)?.value ?? '00';
  const date = `${part('year')}-${part('month')}-${part('day')}`;
  return Date.parse(`${date}T${part('hour')}:${part('minute')}:${part('second')}Z`) - timeMs;
}
