import { FleetPlan } from '../../core/contracts/fleet-plan.ts';
import type { Run } from '../../core/contracts/run.ts';
import type { EarlierAttempt } from '../../core/failure-policy/constraints-of.ts';
import { getDocument, type Documents } from './documents.ts';
import { recordsOfRun } from './ledger-records.ts';
import type { Ledger } from './ledger-table.ts';

/** What came of a start's attempts before this one, and what they flew, in their order; none for the first. */
export async function earlierAttempts(
  ledger: Ledger,
  documents: Documents,
  run: Run,
): Promise<EarlierAttempt[]> {
  if (run.attempt <= run.firstAttempt) return [];
  const attempts: EarlierAttempt[] = [];
  for (const record of await recordsOfRun(ledger, run.job, run.scheduledAt)) {
    if (record.attempt < run.firstAttempt || record.attempt >= run.attempt) continue;
    const plan = record.plan === null ? null : await getDocument(documents, record.plan, FleetPlan);
    attempts.push({ record, plan });
  }
  return attempts;
}
