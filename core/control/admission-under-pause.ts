import type { RunRecord } from '../contracts/run-record.ts';
import type { Admission, Run } from '../contracts/run.ts';
import type { Job } from '../contracts/job.ts';
import { SECONDS_PER_MINUTE, secondsBetween } from '../units.ts';
import type { LaunchBar } from './launch-bar.ts';

/** A pause may be ended early; that is noticed so soon. */
const AGAIN_SECONDS = 300;

/**
 * What becomes of a run whose job is paused: it waits if it can still land in time after the pause, else it is
 * skipped. Null: no pause stands in its way. A kill switch bars the launch, not the admission: it may be off by then.
 *
 * @param expectedSeconds  from launch to landing
 */
export function admissionUnderPause(
  bar: LaunchBar | null,
  run: Run,
  expectedSeconds: number,
  now: string,
): Admission | null {
  if (bar === null || bar.until === null) return null;
  const pauseSeconds = Math.max(secondsBetween(now, bar.until), 1);
  if (secondsBetween(bar.until, run.deadlineAt) >= expectedSeconds) {
    const retryAfterSeconds = Math.ceil(Math.min(pauseSeconds, AGAIN_SECONDS));
    return { decision: 'wait', reason: bar.reason, run, heldBy: 'pause', retryAfterSeconds };
  }
  return { decision: 'skipped', reason: `${bar.reason}. After that it would miss its deadline.`, run };
}

/**
 * What a run of the job takes from launch to landing: the longest of those that landed lately, else what the job file
 * says of its baseline, else nothing that is known.
 */
export function usualFlightSeconds(
  records: readonly Pick<RunRecord, 'launchedAt' | 'stepsEndedAt' | 'outcome'>[],
  job: Pick<Job, 'baseline'>,
): number {
  const flights = records.flatMap(({ launchedAt, stepsEndedAt, outcome }) =>
    launchedAt === null || stepsEndedAt === null || !['succeeded', 'late'].includes(outcome)
      ? []
      : [secondsBetween(launchedAt, stepsEndedAt)],
  );
  if (flights.length > 0) return Math.max(...flights);
  return (job.baseline?.typicalMinutes ?? 0) * SECONDS_PER_MINUTE;
}
