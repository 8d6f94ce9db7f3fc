/** Conversions between the units that names in this project carry. */

export const SECONDS_PER_MINUTE = 60;
export const SECONDS_PER_HOUR = 3600;
export const SECONDS_PER_DAY = 86_400;
export const MILLISECONDS_PER_SECOND = 1000;
export const MILLISECONDS_PER_DAY = SECONDS_PER_DAY * MILLISECONDS_PER_SECOND;
export const MIB_PER_GIB = 1024;
export const BYTES_PER_MIB = 1024 ** 2;
export const BYTES_PER_GIB = 1024 ** 3;

/** Milliseconds since the epoch of an ISO 8601 instant. */
export function epochMilliseconds(instant: string): number {
  return Date.parse(instant);
}

/** ISO 8601 instant, UTC, of milliseconds since the epoch. */
export function isoInstant(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** ISO 8601 instant so many seconds after another, to the millisecond; before it when they are negative. */
export function afterSeconds(instant: string, seconds: number): string {
  return isoInstant(epochMilliseconds(instant) + Math.round(seconds * MILLISECONDS_PER_SECOND));
}

/** Seconds from one ISO 8601 instant to another; negative when `to` is earlier. */
export function secondsBetween(from: string, to: string): number {
  return (epochMilliseconds(to) - epochMilliseconds(from)) / MILLISECONDS_PER_SECOND;
}
