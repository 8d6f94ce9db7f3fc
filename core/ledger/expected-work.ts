import type { RunRecord } from '../contracts/run-record.ts';
import { isFinished } from './is-finished.ts';

/** Runs that are looked at: few enough to follow a job that changes. */
export const RUNS_BEHIND_EXPECTATION = 5;

type Past = Pick<RunRecord, 'outcome' | 'reclaims' | 'inputBytes' | 'taskSeconds'>;

/**
 * Task time that a run's Spark applications should take: the median of what a byte took in past runs, times the
 * load. Runs that lost nodes did work twice, so they count only where there are no others.
 *
 * @param inputBytes  load that is expected
 * @returns task-seconds; null when no past run tells
 */
export function expectedTaskSeconds(past: readonly Past[], inputBytes: number): number | null {
  const telling = past.filter(({ outcome }) => isFinished(outcome));
  const undisturbed = telling.filter(({ reclaims }) => reclaims === 0);
  const perByte = (undisturbed.length > 0 ? undisturbed : telling)
    .flatMap(({ taskSeconds, inputBytes: load }) => (taskSeconds && load ? [taskSeconds / load] : []))
    .sort((one, other) => one - other);
  const median = perByte[Math.floor(perByte.length / 2)];
  return median === undefined || inputBytes <= 0 ? null : median * inputBytes;
}
