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

/**
 * What a job's capacity section and its EMR release ask of the type of a core or task node, one rule after another.
 *
 * @param supported  whether the release supports a type; without it, by what EMR is known to support
 */
export function typeRules({ capacity, release }: CapacityJob, supported = knownSupport(release)): TypeRule[] {
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
      holds: (type) => supported(type) && type.vcpus <= MAX_WEIGHT_UNITS,
    },
    {
      name: `capacity.minMemoryGibPerCore ${minMemoryGibPerCore}`,
      holds: (type) => type.memoryMib >= minMemoryGibPerCore * MIB_PER_GIB * type.vcpus,
    },
  ];
}

type Support = (type: InstanceType) => boolean;

function knownSupport(release: string): Support {
  return ({ family }) => emrSupports(release, family);
}

/** Whether a type can be a primary node: it holds EMR's daemons and pays for no GPU. */
export function suitsPrimary({ vcpus, memoryMib, gpus }: InstanceType): boolean {
  return vcpus >= PRIMARY_MIN_VCPUS && memoryMib >= PRIMARY_MIN_MEMORY_MIB && gpus === 0;
}

/**
 * The catalogue's types that a job may be placed on, primary nodes included: those worth a price.
 *
 * @param names  types that EMR itself lists for the job's release; undefined: by what it is known to support
 */
export function candidateTypes(job: CapacityJob, names?: ReadonlySet<string>): InstanceType[] {
  const supported =
    names === undefined ? knownSupport(job.release) : ({ name }: InstanceType) => names.has(name);
  const rules = typeRules(job, supported);
  return CATALOGUE.filter(
    (type) =>
      rules.every((rule) => rule.holds(type)) ||
      (job.capacity.gpu && isPrimaryOfGpuJob(job, type) && supported(type)),
  );
}

function isPrimaryOfGpuJob({ capacity }: CapacityJob, type: InstanceType): boolean {
  return (
    suitsPrimary(type) &&
    PRIMARY_FAMILIES.has(type.family) &&
    type.vcpus <= PRIMARY_MAX_VCPUS &&
    capacity.architectures.includes(type.architecture)
  );
}
