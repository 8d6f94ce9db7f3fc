import { ATTEMPT_NUMBERS_MAX, type Run } from '../../core/contracts/run.ts';
import { TerminalError } from '../../core/errors.ts';
import { clusterNameOf } from '../../core/ledger/run-key.ts';
import { leaseOf, releaseLease, sealAttempt, type Lease } from './ledger-leases.ts';
import type { Ledger } from './ledger-table.ts';

/** A run was started again and again, and has no attempt number left. */
class AttemptNumbersSpentError extends TerminalError {
  override readonly name = 'AttemptNumbersSpentError';
}

type OfRun = Pick<Run, 'runKey' | 'job' | 'runHash'>;

/**
 * Leases of a run's attempts, in order. One lease follows the other without a gap.
 *
 * @param from  number of the first attempt to read
 */
export async function leasesOf(ledger: Ledger, run: OfRun, from = 1): Promise<Lease[]> {
  const leases: Lease[] = [];
  for (let attempt = from; attempt <= ATTEMPT_NUMBERS_MAX; attempt += 1) {
    const lease = await leaseOf(ledger, clusterNameOf({ ...run, attempt }));
    if (lease === undefined) break;
    leases.push(lease);
  }
  return leases;
}

/**
 * Ends a start's attempts for good: what it leased is released, and the attempt that would come next is sealed, so
 * that not even a launch that is under way, or an execution that is driven again, adds another.
 *
 * @param from  the start's first attempt
 * @returns number of the sealed attempt; the next start's follow it
 * @throws AttemptNumbersSpentError  when the run has none left
 */
export async function endAttempts(ledger: Ledger, run: OfRun, from: number, now: Date): Promise<number> {
  for (let attempt = from; attempt <= ATTEMPT_NUMBERS_MAX; attempt += 1) {
    const { runKey, job } = run;
    const clusterName = clusterNameOf({ ...run, attempt });
    const lease =
      (await leaseOf(ledger, clusterName)) ??
      (await sealAttempt(ledger, { clusterName, runKey, job, attempt }, now));
    if (lease.seal === true) return attempt;
    if (lease.releasedAt === null) await releaseLease(ledger, clusterName, now);
  }
  throw new AttemptNumbersSpentError(
    `found attempts 1 to ${ATTEMPT_NUMBERS_MAX} of ${run.runKey}, allowed: no more. ` +
      'Mend what keeps it from landing, and start the job for another time.',
  );
}

/** The last attempt for which this start of a run asked for a cluster; its first when it asked for none. */
export async function lastAttemptOfStart(ledger: Ledger, run: Run): Promise<number> {
  if (run.attempt < run.firstAttempt) return run.attempt;
  const asked = (await leasesOf(ledger, run, run.firstAttempt)).filter(({ seal }) => seal !== true);
  return asked.at(-1)?.attempt ?? run.firstAttempt;
}
