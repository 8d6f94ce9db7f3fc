import type { DeployedJob, Job } from '../contracts/job.ts';
import type { RunRecord } from '../contracts/run-record.ts';
import { writesBelowAttempt } from '../job/attempt-output.ts';
import { isFinished } from './is-finished.ts';

/** Whether an attempt's output may become its run's: it is finished, left something, and wrote below its own prefix. */
export function isPublishable(
  record: Pick<RunRecord, 'outcome' | 'outputPresent'>,
  job: Pick<Job | DeployedJob, 'steps'>,
): boolean {
  return isFinished(record.outcome) && record.outputPresent === true && writesBelowAttempt(job);
}
