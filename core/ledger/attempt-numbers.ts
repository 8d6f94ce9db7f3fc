import type { Job } from '../contracts/job.ts';
import type { Run } from '../contracts/run.ts';

/** The last attempt that a job file allows a start: each start has attempts of its own, numbered after the last. */
export function lastAttemptOf(run: Pick<Run, 'firstAttempt'>, job: Pick<Job, 'maxAttempts'>): number {
  return run.firstAttempt + job.maxAttempts - 1;
}
