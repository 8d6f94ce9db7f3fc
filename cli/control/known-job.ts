import { InvalidInputError } from '../../core/errors.ts';
import type { Ledger } from '../../lambdas/aws/ledger-table.ts';
import type { CommandContext } from '../command-context.ts';

const JOB_NAME = /^[a-z][a-z0-9-]{1,38}[a-z0-9]$/;

/** @throws InvalidInputError  when it can be no job's name */
export function checkJobName(job: string): void {
  if (JOB_NAME.test(job)) return;
  throw new InvalidInputError(
    `Job: found ${job}, allowed: a name as job files have it: a to z, 0 to 9 and -, 3 to 40 characters.`,
  );
}

/**
 * Says so when the ledger has no run of a job yet: its name may be mistyped, and what is set for it would hold nobody.
 *
 * @throws InvalidInputError  when it can be no job's name
 */
export async function noteUnknownJob(
  job: string | null,
  ledger: Ledger,
  context: CommandContext,
): Promise<void> {
  if (job === null) return;
  checkJobName(job);
  const { newestRecords } = await import('../../lambdas/aws/ledger-records.ts');
  if ((await newestRecords(ledger, job, 1)).length > 0) return;
  context.note(`Note: no run of ${job} is on record yet. If that is not its name, no run heeds this.`);
}
