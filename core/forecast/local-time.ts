import { MILLISECONDS_PER_SECOND } from '../units.ts';

/** Formats by time zone: making one is slow. */
const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * What a clock on the wall shows, as if it were UTC: days that begin at midnight there, and no jump of an hour
 * between two nights when daylight saving begins or ends.
 *
 * @param timeMs  milliseconds since the epoch
 * @param timeZone  IANA name
 * @returns milliseconds since the epoch of the same wall time in UTC
 */
export function localMilliseconds(timeMs: number, timeZone: string): number {
  if (timeZone === 'UTC') return timeMs;
  const part: Record<string, number> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(timeMs)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  const belowSecondMs = timeMs - Math.floor(timeMs / MILLISECONDS_PER_SECOND) * MILLISECONDS_PER_SECOND;
  return Date.UTC(year, month - 1, day, hour, minute, second) + belowSecondMs;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timeZone, format);
  return format;
}
