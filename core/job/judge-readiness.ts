import type { InputReadiness } from '../contracts/input-manifest.ts';
import type { Job } from '../contracts/job.ts';
import { SECONDS_PER_MINUTE, secondsBetween } from '../units.ts';

const LOOK_AGAIN_SECONDS = 60;

/**
 * What to make of a look at a job's markers: all there, or still time to wait, or what the job wants when the time
 * is up.
 *
 * @param missingMarkers  addresses of those that are not there
 * @param waitingSince  ISO 8601 instant of the first look
 * @param now  ISO 8601 instant of this one
 */
export function judgeReadiness(
  { readiness }: Pick<Job, 'readiness'>,
  missingMarkers: readonly string[],
  waitingSince: string,
  now: string,
): Omit<InputReadiness, 'manifest'> {
  const retryAfterSeconds = LOOK_AGAIN_SECONDS;
  if (missingMarkers.length === 0) {
    return { decision: 'ready', reason: 'No marker is missing.', retryAfterSeconds };
  }
  const missing = `Missing: ${missingMarkers.join(', ')}.`;
  const waitMinutes = readiness?.waitMinutes ?? 0;
  const leftSeconds = waitMinutes * SECONDS_PER_MINUTE - secondsBetween(waitingSince, now);
  if (leftSeconds > 0) {
    const soonerSeconds = Math.max(1, Math.min(LOOK_AGAIN_SECONDS, Math.ceil(leftSeconds)));
    return { decision: 'wait', reason: missing, retryAfterSeconds: soonerSeconds };
  }
  const policy = readiness?.onTimeout ?? 'run';
  const reason = `${missing} Waited ${waitMinutes} minutes.`;
  return { decision: policy === 'run' ? 'run-anyway' : policy, reason, retryAfterSeconds };
}
