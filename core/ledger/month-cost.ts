import type { RunRecord } from '../contracts/run-record.ts';

const MONTH = 'yyyy-mm'.length;

/** The calendar month of an ISO 8601 instant, in UTC: `2026-01`. */
export function monthOf(instant: string): string {
  return instant.slice(0, MONTH);
}

/**
 * What a job has cost in a calendar month: every attempt whose cost is known, also of runs that failed.
 *
 * @param month  `yyyy-mm`, UTC
 * @returns USD
 */
export function monthCostUsd(
  records: readonly Pick<RunRecord, 'scheduledAt' | 'costUsd'>[],
  month: string,
): number {
  return records
    .filter(({ scheduledAt }) => monthOf(scheduledAt) === month)
    .reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0);
}

/**
 * Calendar months from one instant to another, both included, in UTC.
 *
 * @returns `yyyy-mm` each, ascending; the later one's alone when the order is the other way
 */
export function monthsBetween(fromIso: string, untilIso: string): string[] {
  const last = monthOf(untilIso);
  const months: string[] = [];
  for (let at = new Date(`${monthOf(fromIso)}-01T00:00:00Z`); monthOf(at.toISOString()) < last;) {
    months.push(monthOf(at.toISOString()));
    at.setUTCMonth(at.getUTCMonth() + 1);
  }
  return [...months, last];
}
