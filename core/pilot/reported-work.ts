import type { ReportedProgress } from '../contracts/reported-progress.ts';
import { SECONDS_PER_MINUTE, secondsBetween } from '../units.ts';

/** The reporter writes every 30 s, and at least every 5 minutes after failures; older than this says nothing. */
export const NEWEST_WITHIN_SECONDS = 10 * SECONDS_PER_MINUTE;
/** A cluster's clock may be ahead by this; by more, nobody knows when it reported. */
const CLOCK_AHEAD_SECONDS = 2 * SECONDS_PER_MINUTE;

/**
 * What a report still tells.
 *
 * @param now  ISO 8601 instant
 * @returns null when it is too old, or dated in the future: its reporter is dead, or clocks disagree
 */
export function timelyReport(reported: ReportedProgress | undefined, now: string): ReportedProgress | null {
  if (reported === undefined) return null;
  const ageSeconds = secondsBetween(reported.reportedAt, now);
  return ageSeconds > NEWEST_WITHIN_SECONDS || ageSeconds < -CLOCK_AHEAD_SECONDS ? null : reported;
}
