import type { RunRecord } from '../contracts/run-record.ts';
import { SECONDS_PER_DAY, secondsBetween } from '../units.ts';

/** How much lateness the SLO still allows. */
export interface ErrorBudget {
  readonly windowDays: number;
  /** share of runs that must be on time */
  readonly target: number;
  /** runs in the window that had a deadline to keep */
  readonly runs: number;
  /** of these, late or failed */
  readonly missed: number;
  /** misses the target allows for so many runs; a fraction */
  readonly allowed: number;
  /** share of the budget that is left; negative when overspent; null without a run */
  readonly remainingShare: number | null;
}

type BudgetRecord = Pick<RunRecord, 'runKey' | 'scheduledAt' | 'attempt' | 'outcome'>;

/**
 * Error budget over the SLO's window: late and failed runs against those the target allows. Runs that were
 * skipped or declined had no deadline to keep. Of several attempts, the last one is the run.
 *
 * @param now  ISO 8601 instant at which the window ends
 */
export function errorBudget(
  records: readonly BudgetRecord[],
  slo: { target: number; windowDays: number },
  now: string,
): ErrorBudget {
  const last = new Map<string, BudgetRecord>();
  for (const record of records) {
    const ageSeconds = secondsBetween(record.scheduledAt, now);
    if (ageSeconds < 0 || ageSeconds > slo.windowDays * SECONDS_PER_DAY) continue;
    if ((last.get(record.runKey)?.attempt ?? 0) <= record.attempt) last.set(record.runKey, record);
  }
  const outcomes = [...last.values()].map(({ outcome }) => outcome);
  const missed = outcomes.filter((outcome) => outcome === 'late' || outcome === 'failed').length;
  const runs = missed + outcomes.filter((outcome) => outcome === 'succeeded').length;
  const allowed = runs * (1 - slo.target);
  return {
    windowDays: slo.windowDays,
    target: slo.target,
    runs,
    missed,
    allowed,
    remainingShare: runs === 0 ? null : 1 - missed / allowed,
  };
}
