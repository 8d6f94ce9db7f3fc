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
