import { FleetPlan } from '../../core/contracts/fleet-plan.ts';
import type { RunRecord } from '../../core/contracts/run-record.ts';
import { runHashOf } from '../../core/ledger/run-key.ts';
import type { RunView } from '../../dashboard/report-data.ts';
import { getDocument, type Documents } from '../../lambdas/aws/documents.ts';
import { decisionsOf } from '../../lambdas/aws/ledger-decisions.ts';
import { newestRecords } from '../../lambdas/aws/ledger-records.ts';
import type { Ledger } from '../../lambdas/aws/ledger-table.ts';

/** Where a deployment keeps its memory: an account's, or a simulated one's. */
export interface Memory {
  readonly ledger: Ledger;
  readonly documents: Documents;
}

/** What a run's clusters were charged, and when the last was gone. */
export interface Charge {
  readonly usd: number;
  readonly releasedAt: string | null;
}

const LOOKS_MAX = 5000;

/**
 * A job's runs, by scheduled time; of a run with several attempts, the last one.
 *
 * @param last  how many records to read at most
 * @param chargeOf  by run hash; undefined when nothing was charged or nobody knows
 */
export async function readRuns(
  memory: Memory,
  job: string,
  last: number,
  chargeOf: (runHash: string) => Charge | undefined,
): Promise<RunView[]> {
  const records = (await newestRecords(memory.ledger, job, last)).map((item) => item.record);
  const lastAttempts = new Map<string, RunRecord>();
  // newest first: the first record of a key is its last attempt
  for (const record of records) if (!lastAttempts.has(record.runKey)) lastAttempts.set(record.runKey, record);
  const views: RunView[] = [];
  for (const record of [...lastAttempts.values()].reverse()) {
    const charge = chargeOf(runHashOf(record.runKey));
    const decisions = await decisionsOf(memory.ledger, record.runKey, record.attempt, LOOKS_MAX);
    views.push({
      record,
      plan: record.plan === null ? null : await getDocument(memory.documents, record.plan, FleetPlan),
      decisions: decisions.reverse(),
      chargedUsd: charge?.usd ?? null,
      releasedAt: charge?.releasedAt ?? null,
    });
  }
  return views;
}
