import type { FleetPlan } from '../contracts/fleet-plan.ts';
import type { Job } from '../contracts/job.ts';
import type { RunRecord, RunScores } from '../contracts/run-record.ts';
import type { ErrorBudget } from '../ledger/error-budget.ts';

/** All that the message about a run that has ended is written from. */
export interface RunReport {
  readonly record: RunRecord;
  readonly plan: FleetPlan | null;
  readonly scores: RunScores | null;
  readonly errorBudget: ErrorBudget | null;
  /** when people were told that this run would miss its deadline; null or absent: they never were */
  readonly missAnnouncedAt?: string | null;
  /** the job's budget per run */
  readonly budget?: Job['budget']['perRun'] | null;
}
