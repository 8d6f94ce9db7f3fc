import type { ExecutorShape } from '../contracts/fleet-plan.ts';
import { MIB_PER_GIB } from '../units.ts';
import type { FleetDesign } from './fleet-design.ts';

/** More cores per executor share broadcast data, fewer keep garbage collection short; four to five is usual. */
const CORES_PER_EXECUTOR = 4;
/** EMR's default share of a container kept outside the heap (spark.executor.memoryOverheadFactor). */
const OVERHEAD_SHARE = 0.1875;
const MIN_OVERHEAD_MIB = 384;
/** Containers YARN grants are multiples of this (yarn.scheduler.minimum-allocation-mb). */
const CONTAINER_STEP_MIB = 32;

/**
 * What YARN can give away on a node. EMR leaves about a quarter of small nodes and an eighth of larger ones to
 * the system.
 */
function yarnMemoryMib(memoryMib: number): number {
  return memoryMib * (memoryMib <= 32 * MIB_PER_GIB ? 0.75 : 0.86);
}

/** Executors that fit every node type of the fleet: the poorest in memory per core decides. */
export function executorShapeOf(design: FleetDesign): ExecutorShape {
  const types = [design.core, ...design.task].map((pool) => pool.instanceType);
  const cores = Math.min(CORES_PER_EXECUTOR, ...types.map((type) => type.vcpus));
  const containerMib = Math.min(
    ...types.map((type) => yarnMemoryMib(type.memoryMib) / Math.floor(type.vcpus / cores)),
  );
  const usableMib = Math.floor(containerMib / CONTAINER_STEP_MIB) * CONTAINER_STEP_MIB;
  const memoryOverheadMib = Math.max(
    Math.ceil((usableMib * OVERHEAD_SHARE) / (1 + OVERHEAD_SHARE)),
    MIN_OVERHEAD_MIB,
  );
  return { cores, memoryMib: Math.max(usableMib - memoryOverheadMib, CONTAINER_STEP_MIB), memoryOverheadMib };
}
