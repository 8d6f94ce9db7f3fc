import type { Job } from '../contracts/job.ts';
import { BYTES_PER_GIB } from '../units.ts';

/**
 * What a usual run reads, as the job file says.
 *
 * @returns bytes over all inputs; null when any input leaves it out, as a part would pass for the whole
 */
export function declaredInputBytes(job: Pick<Job, 'inputs'>): number | null {
  let sumGib = 0;
  for (const { typicalGib } of job.inputs) {
    if (typicalGib === undefined) return null;
    sumGib += typicalGib;
  }
  return sumGib * BYTES_PER_GIB;
}
