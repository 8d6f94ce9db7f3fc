import type { ReportedProgress } from '../contracts/reported-progress.ts';
import { durationText } from '../units-text.ts';
import { SECONDS_PER_MINUTE, secondsBetween } from '../units.ts';

/** The reporter writes every 30 s, and at least every 5 minutes after failures; older than this says nothing. */
export const NEWEST_WITHIN_SECONDS = 10 * SECONDS_PER_MINUTE;
/** A cluster's clock may be ahead by this; by more, nobody knows when it reported. */
const CLOCK_AHEAD_SECONDS = 2 * SECONDS_PER_MINUTE;

/**
 * Why a report tells nothing: it is too old, or dated in the future: its reporter is dead, or clocks disagree.
 *
 * @param now  ISO 8601 instant
 * @returns in words, for people; null for a report that tells
 */
export function whyUntimely({ reportedAt }: ReportedProgress, now: string): string | null {
  const ageSeconds = secondsBetween(reportedAt, now);
  if (ageSeconds > NEWEST_WITHIN_SECONDS) return `its newest report is ${durationText(ageSeconds)} old`;
  if (ageSeconds >= -CLOCK_AHEAD_SECONDS) return null;
  return `its newest report is dated ${durationText(-ageSeconds)} ahead, so clocks disagree`;
}
