import { valueAt } from '../numerics/quantiles.ts';
import { USABLE_MEMORY_SHARE, type ClusterShape } from '../runtime-model/cluster-shape.ts';
import { predictRuntime } from '../runtime-model/predict-runtime.ts';
import type { RuntimeModel } from '../runtime-model/model.ts';
import { BYTES_PER_GIB, MIB_PER_GIB, SECONDS_PER_HOUR } from '../units.ts';
import type { WorkloadDescription } from './description.ts';
import { passesOf } from './work-passes.ts';
import { traitsOf, type Bottleneck } from './work-traits.ts';

/** What a described workload asks of its machines, before it ran. */
export interface WorkloadProfile {
  readonly computeType: Bottleneck;
  /** null: no number of cores up to the most makes its deadline, or its input is not known */
  readonly vcpus: number | null;
  readonly memoryGibPerCore: number;
  /** of all of them; null without vcpus */
  readonly memoryGib: number | null;
  /** null where the input is not known */
  readonly shuffleGib: number | null;
  /** for what is shuffled and spilled, on local disks; null where the input is not known */
  readonly storageGib: number | null;
  /** core-hours that tasks keep busy, on a core as fast as an m5's; null where the input is not known */
  readonly busyCoreHours: number | null;
  /** how long that many vCPUs are busy: half, and 95 % of such jobs need no more; null without vcpus */
  readonly busyHours: { readonly median: number; readonly p95: number } | null;
  /** sentences on what decides */
  readonly reasons: readonly string[];
}

/** Start-up, the tail and luck take the rest. */
const SHARE_OF_DEADLINE = 0.7;
const MOST_VCPUS = 4096;
/** Cores are for the load's time in four of five cases: what a first run is not sure of is the plan's to weigh. */
const LIKELY = 0.8;
const SLOW = 0.95;
const BYTES_PER_VALUE = 8;
const MEMORIES_GIB_PER_CORE = [2, 4, 8, 16] as const;
/** Shuffle files of a stage are there while the next one's are written. */
const STORAGE_PER_SHUFFLE = 2;
const CORES_PER_NODE = 8;

/**
 * Sizes a workload by its description: memory by what the algorithm holds, cores by its deadline.
 *
 * @param model  of the job: fitted on its runs, or what similar workloads, its kind and its baseline say
 */
export function profileWorkload(description: WorkloadDescription, model: RuntimeModel): WorkloadProfile {
  const { task, algorithm, inputGib } = description;
  const traits = traitsOf(task, algorithm);
  const heldGib = heldInMemoryGib(description, traits.bottleneck);
  const shapeOf = (vcpus: number, gibPerCore: number): ClusterShape => ({
    inputBytes: (inputGib ?? 0) * BYTES_PER_GIB,
    cores: vcpus,
    nodes: Math.ceil(vcpus / CORES_PER_NODE),
    memoryMib: vcpus * gibPerCore * MIB_PER_GIB,
    coreSpeed: 1,
  });
  const secondsAt = (vcpus: number, level: number) => {
    const { medianSeconds, logResidual } = predictRuntime(model, shapeOf(vcpus, traits.memoryGibPerCore));
    return medianSeconds * Math.exp(valueAt(logResidual, level));
  };
  const vcpus = inputGib === null ? null : fewestVcpus((count) => secondsAt(count, LIKELY), description);
  const memoryGibPerCore =
    vcpus === null || heldGib === null
      ? traits.memoryGibPerCore
      : roomFor(heldGib / vcpus / USABLE_MEMORY_SHARE, traits.memoryGibPerCore);
  const hours = (level: number) => (vcpus === null ? 0 : secondsAt(vcpus, level) / SECONDS_PER_HOUR);
  const shuffleGib = inputGib === null ? null : inputGib * traits.shuffleShare;
  return {
    computeType: traits.bottleneck,
    vcpus,
    memoryGibPerCore,
    memoryGib: vcpus === null ? null : vcpus * memoryGibPerCore,
    shuffleGib,
    storageGib: shuffleGib === null ? null : shuffleGib * STORAGE_PER_SHUFFLE,
    busyCoreHours:
      inputGib === null
        ? null
        : predictRuntime(model, shapeOf(vcpus ?? MOST_VCPUS, memoryGibPerCore)).busyCoreSeconds /
          SECONDS_PER_HOUR,
    busyHours: vcpus === null ? null : { median: hours(0.5), p95: hours(SLOW) },
    reasons: [
      `${algorithm === null ? `Task ${task}` : `Algorithm ${algorithm}`}: ${traits.because}, so ${traits.bottleneck} comes first.`,
      ...memoryReason(heldGib, description),
      ...passesReason(description),
      ...vcpuReason(vcpus, description),
    ],
  };
}

/** What an algorithm that goes over its rows again keeps of them: a dense number for each column. */
function heldInMemoryGib(
  { task, rows, columns }: WorkloadDescription,
  bottleneck: Bottleneck,
): number | null {
  if (rows === null || columns === null || (task !== 'training' && bottleneck !== 'memory')) return null;
  return (rows * columns * BYTES_PER_VALUE) / BYTES_PER_GIB;
}

function fewestVcpus(
  secondsOn: (vcpus: number) => number,
  { hoursToDeadline }: WorkloadDescription,
): number | null {
  const allowed = hoursToDeadline * SECONDS_PER_HOUR * SHARE_OF_DEADLINE;
  for (let vcpus = 4; vcpus <= MOST_VCPUS; vcpus = Math.ceil((vcpus * 1.25) / 4) * 4) {
    if (secondsOn(vcpus) <= allowed) return vcpus;
  }
  return null;
}

function roomFor(neededGibPerCore: number, leastGibPerCore: number): number {
  const enough = MEMORIES_GIB_PER_CORE.find((gib) => gib >= Math.max(neededGibPerCore, leastGibPerCore));
  return enough ?? Math.ceil(neededGibPerCore);
}

function memoryReason(heldGib: number | null, { rows, columns }: WorkloadDescription): string[] {
  if (heldGib === null) return [];
  return [
    `Its ${rows} rows of ${columns} columns fill ${Number(heldGib.toPrecision(3))} GiB when all lie in memory.`,
  ];
}

function passesReason(description: WorkloadDescription): string[] {
  const passes = passesOf(description);
  return passes === null ? [] : [`Its parameters ask for ${passes} passes over the data.`];
}

function vcpuReason(vcpus: number | null, { inputGib, hoursToDeadline }: WorkloadDescription): string[] {
  if (inputGib === null) {
    return ['What it reads is not told: give inputs[].typicalGib for cores, storage and hours.'];
  }
  const window = `${Number((SHARE_OF_DEADLINE * hoursToDeadline).toPrecision(3))} h, ${SHARE_OF_DEADLINE * 100} % of the time to its deadline`;
  return vcpus === null
    ? [`No ${MOST_VCPUS} vCPUs end it in ${window}, in 4 of 5 cases.`]
    : [`${vcpus} vCPUs as fast as an m5's end it in ${window}, in 4 of 5 cases.`];
}
