import { sha256Hex } from '../numerics/content-hash.ts';

const RUN_HASH_DIGITS = 12;
/** Step Functions allows 80 characters; with these only, the name can be logged. */
const EXECUTION_NAME_LENGTH = 80;
const EXECUTION_HASH_DIGITS = 16;

/**
 * The key that makes every step of a run idempotent.
 *
 * @param scheduledAt  ISO 8601 instant; written in one canonical form, so that `…:00Z` and `…:00.000Z` are one run.
 *   A text that is no instant stays as it is: such a run is never admitted, and reported all the same
 */
export function runKeyOf(job: string, scheduledAt: string): string {
  const instant = new Date(scheduledAt);
  return `${job}@${Number.isNaN(instant.getTime()) ? scheduledAt : instant.toISOString()}`;
}

/** First 12 hexadecimal digits of the run key's SHA-256: short enough for names, long enough to be unique. */
export function runHashOf(runKey: string): string {
  return sha256Hex(runKey).slice(0, RUN_HASH_DIGITS);
}

/** How the name of every cluster begins that is launched here, by whatever deployment. */
export const CLUSTER_NAME_PREFIX = 'flarepath-';

/** How the names of all clusters of a run begin. */
export function clusterNamePrefixOf(run: { job: string; runHash: string }): string {
  return `${CLUSTER_NAME_PREFIX}${run.job}-${run.runHash}-`;
}

/** Name of the cluster of one attempt: how a launch with an unknown outcome is found again. */
export function clusterNameOf(run: { job: string; runHash: string; attempt: number }): string {
  return `${clusterNamePrefixOf(run)}${run.attempt}`;
}

/**
 * Name of the run's Step Functions execution: readable in front, unique by the hash at its end, at most 80
 * characters of `A-Z a-z 0-9 _ -`. The same run always has the same name, so that a second start is refused.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
export function executionNameOf(runKey: string): string {
  const readable = runKey.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^-+/, '');
  const room = EXECUTION_NAME_LENGTH - EXECUTION_HASH_DIGITS - 1;
  return `${readable.slice(0, room)}-${sha256Hex(runKey).slice(0, EXECUTION_HASH_DIGITS)}`;
}
