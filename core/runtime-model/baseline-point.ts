import type { Job } from '../contracts/job.ts';
import type { InstanceType } from '../contracts/market.ts';
import { usualExecutorCores } from '../executors/executor-layout.ts';
import { declaredInputBytes } from '../job/declared-load.ts';
import { SECONDS_PER_MINUTE } from '../units.ts';
import type { BaselinePoint } from './training-run.ts';

/**
 * The run a job file describes: the usual load on the baseline fleet in the usual time.
 *
 * @param instanceTypeByName  the catalogue's look-up
 * @returns null when the file leaves out the fleet, the time or the load, or names a type that is not known
 */
export function baselinePointOf(
  job: Pick<Job, 'baseline' | 'inputs'>,
  instanceTypeByName: (name: string) => InstanceType | undefined,
): BaselinePoint | null {
  const { baseline } = job;
  const inputBytes = declaredInputBytes(job);
  const type = baseline === undefined ? undefined : instanceTypeByName(baseline.instanceType);
  if (baseline?.typicalMinutes === undefined || inputBytes === null || type === undefined) return null;
  return {
    inputBytes,
    cores: usualExecutorCores(type, baseline.count),
    nodes: baseline.count,
    memoryMib: type.memoryMib * baseline.count,
    coreSpeed: type.coreSpeed,
    runtimeSeconds: baseline.typicalMinutes * SECONDS_PER_MINUTE,
  };
}
