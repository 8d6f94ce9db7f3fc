import type { DeployedJob, Job } from '../contracts/job.ts';
import type { DocumentRef } from '../contracts/quantities.ts';
import type { RunRecord, RunSummary } from '../contracts/run-record.ts';
import { secondsBetween } from '../units.ts';
import { isFinished } from './is-finished.ts';
import { isPublishable } from './is-publishable.ts';

type Evidence = Pick<
  RunRecord,
  'attempt' | 'outcome' | 'outcomeReason' | 'outputPresent' | 'stepsEndedAt' | 'deadlineAt'
>;

/**
 * The attempt of a run that did the work, if one did: nothing need be flown again. A record that was called failed
 * for what came after its collection counts, as its output is there.
 *
 * @param records  of the run's attempts, each with its document
 * @returns null when no attempt finished; of several, the first
 */
export function finishedAttempt(
  records: readonly { readonly record: Evidence; readonly ref: DocumentRef | null }[],
  job: Pick<Job | DeployedJob, 'steps'>,
): { readonly attempt: number; readonly summary: RunSummary } | null {
  const [first] = records
    .filter(({ record }) => isFinished(record.outcome) || record.outputPresent === true)
    .sort((one, other) => one.record.attempt - other.record.attempt);
  if (first === undefined || first.ref === null) return null;
  const { record, ref } = first;
  const outcome = isFinished(record.outcome) ? record.outcome : landedAs(record);
  const summary = {
    record: ref,
    outcome,
    reason: isFinished(record.outcome) ? record.outcomeReason : 'Its output is there.',
    publishable: isPublishable({ outcome, outputPresent: record.outputPresent }, job),
    retryable: false,
    retryAfterSeconds: 0,
  };
  return { attempt: record.attempt, summary };
}

function landedAs({ stepsEndedAt, deadlineAt }: Evidence): 'succeeded' | 'late' {
  return stepsEndedAt !== null && secondsBetween(deadlineAt, stepsEndedAt) > 0 ? 'late' : 'succeeded';
}
