import type { Job } from '../contracts/job.ts';
import type { InstanceType } from '../contracts/market.ts';
import { MIB_PER_GIB } from '../units.ts';
import { CATALOGUE } from './catalogue.ts';
import { emrSupports } from './emr-support.ts';

/** Weights of EMR fleets end at 999; nothing near it is offered, but a market file could say so. */
const MAX_WEIGHT_UNITS = 999;
/** EMR's own daemons need this much on the primary node; the driver runs on a core node. */
export const PRIMARY_MIN_VCPUS = 4;
const PRIMARY_MIN_MEMORY_MIB = 16 * MIB_PER_GIB;
/** A GPU job's primary node needs no GPU: its price is asked for one of these. */
const PRIMARY_FAMILIES: ReadonlySet<string> = new Set(['m5', 'm6i', 'm6g']);
const PRIMARY_MAX_VCPUS = 8;

type CapacityJob = Pick<Job, 'capacity' | 'release'>;

interface TypeRule {
  /** as the job file names it, with its value */
  readonly name: string;
  readonly holds: (type: InstanceType) => boolean;
}

/** What a job's capacity section and its EMR release ask of the type of a core or task node, one rule after another. */
export function typeRules({ capacity, release }: CapacityJob): TypeRule[] {
  const { architectures, families, gpu, minMemoryGibPerCore } = capacity;
  return [
    {
      name: `capacity.architectures [${architectures.join(', ')}]`,
      holds: (type) => architectures.includes(type.architecture),
    },
    { name: `capacity.gpu ${gpu}`, holds: (type) => type.gpus > 0 === gpu },
    {
      name: `capacity.families [${families.join(', ')}]`,
      holds: (type) => families.length === 0 || families.includes(type.family),
    },
    {
      name: `release ${release}`,
      holds: (type) => emrSupports(release, type.family) && type.vcpus <= MAX_WEIGHT_UNITS,
    },
    {
      name: `capacity.minMemoryGibPerCore ${minMemoryGibPerCore}`,
      holds: (type) => type.memoryMib >= minMemoryGibPerCore * MIB_PER_GIB * type.vcpus,
    },
  ];
}

/** Whether a type can be a primary node: it holds EMR's daemons and pays for no GPU. */
export function suitsPrimary({ vcpus, memoryMib, gpus }: InstanceType): boolean {
  return vcpus >= PRIMARY_MIN_VCPUS && memoryMib >= PRIMARY_MIN_MEMORY_MIB && gpus === 0;
}

/** The catalogue's types that a job may be placed on, primary nodes included: those worth a price. */
export function candidateTypes(job: CapacityJob): InstanceType[] {
  const rules = typeRules(job);
  return CATALOGUE.filter(
    (type) => rules.every((rule) => rule.holds(type)) || (job.capacity.gpu && isPrimaryOfGpuJob(job, type)),
  );
}

function isPrimaryOfGpuJob({ capacity, release }: CapacityJob, type: InstanceType): boolean {
  return (
    suitsPrimary(type) &&
    PRIMARY_FAMILIES.has(type.family) &&
    type.vcpus <= PRIMARY_MAX_VCPUS &&
    capacity.architectures.includes(type.architecture) &&
    emrSupports(release, type.family)
  );
}
