import type { RunRecord } from '../../core/contracts/run-record.ts';
import type { Run } from '../../core/contracts/run.ts';
import { factsOfAttempt, type AttemptEvidence } from '../../core/failure-policy/gather-facts.ts';
import { backOffSeconds, judgeFailure } from '../../core/failure-policy/next-remedy.ts';
import { seededRng } from '../../core/numerics/rng.ts';
import { recordsOfRun } from './ledger-records.ts';
import type { Ledger } from './ledger-table.ts';
import { clusterMetrics } from './metrics.ts';

interface JudgedRecord {
  readonly record: RunRecord;
  readonly retry: { readonly retryable: boolean; readonly retryAfterSeconds: number };
}

/**
 * A record with what the failure policy says of it, in the light of the start's earlier attempts; CloudWatch is asked
 * only about a failure.
 *
 * @param lastAttempt  that the job allows this start of the run; what failed in earlier starts, somebody has mended
 */
export async function withFailure(
  ledger: Ledger,
  record: RunRecord,
  run: Run,
  lastAttempt: number,
  evidence: Omit<AttemptEvidence, 'metrics'>,
  now: Date,
): Promise<JudgedRecord> {
  if (record.outcome !== 'failed') return { record, retry: { retryable: false, retryAfterSeconds: 0 } };
  const { view } = evidence;
  const until = view.endedAt === null ? now : new Date(view.endedAt);
  const metrics = await clusterMetrics(ledger.clients, view.clusterId, until);
  const earlier = (await recordsOfRun(ledger, run.job, run.scheduledAt))
    .filter(({ attempt }) => attempt >= run.firstAttempt && attempt < run.attempt)
    .flatMap(({ failure }) => failure ?? []);
  const failure = judgeFailure(factsOfAttempt({ ...evidence, metrics }), earlier, lastAttempt - run.attempt);
  const retryAfterSeconds = backOffSeconds(
    failure,
    earlier,
    { now: now.toISOString(), deadlineAt: run.deadlineAt },
    // seeded: a replay of the state waits as long
    seededRng(`${run.runKey} ${run.attempt} back-off`),
  );
  return {
    record: { ...record, failure },
    retry: { retryable: failure.remedy !== 'stop-and-tell', retryAfterSeconds },
  };
}
