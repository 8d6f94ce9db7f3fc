import type { Job } from '../contracts/job.ts';
import { BYTES_PER_GIB } from '../units.ts';

/** What a usual run reads, as the job file says: bytes over all inputs; null when it says nothing. */
export function declaredInputBytes(job: Pick<Job, 'inputs'>): number | null {
  const declaredGib = job.inputs.flatMap((input) => input.typicalGib ?? []);
  return declaredGib.length === 0 ? null : declaredGib.reduce((sum, each) => sum + each, 0) * BYTES_PER_GIB;
}
