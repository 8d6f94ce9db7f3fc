import type { DriverShape, ExecutorShape } from '../contracts/fleet-plan.ts';
import type { InstanceType } from '../contracts/market.ts';
import { MIB_PER_GIB } from '../units.ts';
import { USUAL_LAYOUT, type LayoutRules } from './layout-rules.ts';

/** More cores per executor share broadcast data, fewer keep garbage collection short; four to five is usual. */
export const CORES_PER_EXECUTOR = 4;
/** EMR's default share of a container kept outside the heap (spark.executor.memoryOverheadFactor). */
const OVERHEAD_SHARE = 0.1875;
const MIN_OVERHEAD_MIB = 384;
/** Containers YARN grants are multiples of this (yarn.scheduler.minimum-allocation-mb). */
const CONTAINER_STEP_MIB = 32;
/** What EMR gives a driver by default, written down so that its container's size is known. */
const DRIVER: DriverShape = { cores: 1, memoryMib: 2048, memoryOverheadMib: 384 };
/** Of the driver's memory, once that is more than usual; Spark's own default share. */
const DRIVER_OVERHEAD_SHARE = 0.1;
/** Executors are made smaller for the driver's sake down to this share; below it, the driver's node holds one less. */
const LEAST_SHARE_BESIDE_DRIVER = 0.75;

type NodeType = Pick<InstanceType, 'vcpus' | 'memoryMib'>;

/** The nodes that executors can be on. */
interface Workers {
  readonly core: NodeType;
  readonly coreNodes: number;
  /** types of the task fleet */
  readonly task: readonly NodeType[];
}

/** How Spark lies on a fleet in YARN's cluster mode, where the driver is on one of the core nodes. */
export interface ExecutorLayout {
  readonly shape: ExecutorShape;
  /** cores of all executors on the core nodes, beside the driver: what is left when every spot node is gone */
  readonly coreFleetCores: number;
  /** cores of the executors on one node of each task type */
  readonly taskNodeCores: readonly number[];
  /** the core nodes are too small: executors had to shrink far below what the nodes hold, or there is none */
  readonly starved: boolean;
}

/**
 * Executors that fill every node type of a fleet, the poorest in memory per core deciding, with room for the driver
 * on one core node: smaller executors if little smaller ones do, else one less there.
 *
 * @param rules  what earlier attempts ask for: more memory for executors or the driver, fewer executors a node
 */
export function executorLayoutOf(workers: Workers, rules: LayoutRules = USUAL_LAYOUT): ExecutorLayout {
  const types = [workers.core, ...workers.task];
  const driver = driverOf(rules);
  const cores = executorCoresFor(types, rules);
  const slots = (type: NodeType) => Math.max(1, slotsOn(type, cores, rules));
  const neededMib = neededContainerMib(cores, rules);
  const fullMib = Math.min(...types.map((type) => yarnMemoryMib(type) / slots(type)));
  const besideMib = Math.min(
    fullMib,
    (yarnMemoryMib(workers.core) - containerMib(driver)) / slots(workers.core),
  );
  const leastMib = Math.max(LEAST_SHARE_BESIDE_DRIVER * fullMib, neededMib);
  const full = shapeOf(cores, fullMib, driver);
  const aside = coreFleetExecutors(workers, full);
  const shrinks = besideMib >= leastMib || aside === 0;
  const shape = shrinks ? shapeOf(cores, besideMib, driver) : full;
  return {
    shape,
    coreFleetCores: cores * (shrinks ? coreFleetExecutors(workers, shape) : aside),
    taskNodeCores: workers.task.map((type) => executorCoresOn(type, shape)),
    starved: (shrinks && besideMib < leastMib) || fullMib < neededMib,
  };
}

/** Cores of an executor: as many as usual, fewer where no node could give so many the memory they need. */
function executorCoresFor(types: readonly NodeType[], rules: LayoutRules): number {
  const usual = Math.min(CORES_PER_EXECUTOR, ...types.map((type) => type.vcpus));
  for (let cores = usual; cores >= 1; cores = Math.floor(cores / 2)) {
    if (types.every((type) => slotsOn(type, cores, rules) >= 1)) return cores;
  }
  return usual;
}

/** Executors that a node is to hold. */
function slotsOn(type: NodeType, cores: number, rules: LayoutRules): number {
  const all = Math.floor(type.vcpus / cores);
  const few = Math.max(1, Math.floor(all * rules.executorsPerNodeShare));
  const needed = neededContainerMib(cores, rules);
  return needed === 0 ? few : Math.min(few, Math.floor(yarnMemoryMib(type) / needed));
}

/** The container of an executor with the least memory that is allowed, MiB; 0 when any will do. */
function neededContainerMib(cores: number, { executorMemoryMibPerCore }: LayoutRules): number {
  if (executorMemoryMibPerCore === 0) return 0;
  const heapMib = executorMemoryMibPerCore * cores;
  const wholeMib = heapMib + Math.max(Math.ceil(heapMib * OVERHEAD_SHARE), MIN_OVERHEAD_MIB);
  return Math.ceil(wholeMib / CONTAINER_STEP_MIB) * CONTAINER_STEP_MIB;
}

function driverOf({ driverMemoryFactor }: LayoutRules): DriverShape {
  if (driverMemoryFactor === 1) return DRIVER;
  const memoryMib = Math.round(DRIVER.memoryMib * driverMemoryFactor);
  const memoryOverheadMib = Math.max(DRIVER.memoryOverheadMib, Math.ceil(memoryMib * DRIVER_OVERHEAD_SHARE));
  return { ...DRIVER, memoryMib, memoryOverheadMib };
}

/** Executor cores of so many nodes of one type, laid out as above: what a fleet that somebody else runs offers. */
export function usualExecutorCores(core: NodeType, coreNodes: number): number {
  const { shape, coreFleetCores } = executorLayoutOf({ core, coreNodes, task: [] });
  return Math.max(coreFleetCores, shape.cores);
}

/** Cores of the executors that YARN places on a node. */
export function executorCoresOn(type: NodeType, shape: ExecutorShape): number {
  return shape.cores * executorsOn(type, shape, 0);
}

/** Executor cores that a core node is short of while it holds the driver. */
export function coresTakenByDriver(type: NodeType, shape: ExecutorShape): number {
  return shape.cores * (executorsOn(type, shape, 0) - executorsOn(type, shape, containerMib(shape.driver)));
}

function coreFleetExecutors({ core, coreNodes }: Workers, shape: ExecutorShape): number {
  return (coreNodes - 1) * executorsOn(core, shape, 0) + executorsOn(core, shape, containerMib(shape.driver));
}

function executorsOn(type: NodeType, shape: ExecutorShape, reservedMib: number): number {
  const byMemory = Math.floor((yarnMemoryMib(type) - reservedMib) / containerMib(shape));
  return Math.max(0, Math.min(Math.floor(type.vcpus / shape.cores), byMemory));
}

function shapeOf(cores: number, mostMib: number, driver: DriverShape): ExecutorShape {
  const usableMib = Math.floor(mostMib / CONTAINER_STEP_MIB) * CONTAINER_STEP_MIB;
  const memoryOverheadMib = Math.max(
    Math.ceil((usableMib * OVERHEAD_SHARE) / (1 + OVERHEAD_SHARE)),
    MIN_OVERHEAD_MIB,
  );
  const memoryMib = Math.max(usableMib - memoryOverheadMib, CONTAINER_STEP_MIB);
  return { cores, memoryMib, memoryOverheadMib, driver };
}

function containerMib(shape: Pick<DriverShape, 'memoryMib' | 'memoryOverheadMib'>): number {
  return shape.memoryMib + shape.memoryOverheadMib;
}

/**
 * What YARN can give away on a node: EMR keeps a quarter of small nodes and 8 GiB of large ones for the system.
 *
 * @see https://docs.aws.amazon.com/emr/latest/ReleaseGuide/emr-hadoop-task-config.html
 */
function yarnMemoryMib({ memoryMib }: NodeType): number {
  return Math.floor(Math.max(memoryMib * 0.75, memoryMib - 8 * MIB_PER_GIB));
}
