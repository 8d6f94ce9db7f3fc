import { BYTES_PER_GIB, MIB_PER_GIB } from '../units.ts';

/** What a runtime depends on: a load and the core and task nodes that work on it. */
export interface ClusterShape {
  readonly inputBytes: number;
  /** cores of the executors on core and task nodes */
  readonly cores: number;
  readonly nodes: number;
  readonly memoryMib: number;
  /** relative speed of one vCPU; 1 = m5 */
  readonly coreSpeed: number;
}

/** Share of the nodes' memory that Spark can hold data in, after the system, YARN and the JVM. */
export const USABLE_MEMORY_SHARE = 0.5;
/** Beyond this many times the usable memory, a job reads everything from disk anyway. */
export const MAX_SPILL_RATIO = 4;

/** vCPUs weighted by speed: two fast cores do the work of three slow ones. */
export function effectiveCores(shape: ClusterShape): number {
  return Math.max(shape.cores * shape.coreSpeed, Number.MIN_VALUE);
}

/**
 * Terms whose weighted sum is the runtime: fixed, data per core, log cores, cores (waves of coordination), after
 * Ernest; and data per core that does not fit into memory, scaled by how badly it does not fit.
 *
 * @returns [1, GiB per effective core, log2(1 + effective cores), effective cores, spilled GiB per effective core]
 * @see Venkataraman et al., Ernest: Efficient Performance Prediction for Large-Scale Advanced Analytics, NSDI 2016
 */
export function runtimeFeatures(shape: ClusterShape): [number, number, number, number, number] {
  const cores = effectiveCores(shape);
  const inputGib = shape.inputBytes / BYTES_PER_GIB;
  const usableGib = Math.max((shape.memoryMib / MIB_PER_GIB) * USABLE_MEMORY_SHARE, Number.MIN_VALUE);
  const spillRatio = Math.min(Math.max(inputGib / usableGib - 1, 0), MAX_SPILL_RATIO);
  return [1, inputGib / cores, Math.log2(1 + cores), cores, (spillRatio * inputGib) / cores];
}
