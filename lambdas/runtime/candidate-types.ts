import type { DeployedJob } from '../../core/contracts/job.ts';
import type { InstanceType } from '../../core/contracts/market.ts';
import { CATALOGUE } from '../../core/market/catalogue.ts';
import { emrSupports } from '../../core/market/emr-support.ts';
import { MIB_PER_GIB } from '../../core/units.ts';

/** A GPU job's primary node needs no GPU: it is one of these. */
const PRIMARY_FAMILIES: ReadonlySet<string> = new Set(['m5', 'm6i', 'm6g']);
const PRIMARY_VCPUS_MAX = 8;

/** The catalogue's types that a job's capacity section and its EMR release allow: those worth a price. */
export function candidateTypes(job: Pick<DeployedJob, 'capacity' | 'release'>): InstanceType[] {
  const { architectures, families, gpu, minMemoryGibPerCore } = job.capacity;
  return CATALOGUE.filter((type) => {
    if (!architectures.includes(type.architecture) || !emrSupports(job.release, type.family)) return false;
    if (gpu && type.gpus === 0) return PRIMARY_FAMILIES.has(type.family) && type.vcpus <= PRIMARY_VCPUS_MAX;
    if (!gpu && type.gpus > 0) return false;
    if (families.length > 0 && !families.includes(type.family)) return false;
    return type.memoryMib / type.vcpus >= minMemoryGibPerCore * MIB_PER_GIB;
  });
}
