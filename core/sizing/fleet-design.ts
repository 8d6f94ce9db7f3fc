import type { Fleet } from '../contracts/fleet-plan.ts';
import type { Pool } from '../contracts/market.ts';
import { executorLayoutOf, type ExecutorLayout } from '../executors/executor-layout.ts';
import type { LayoutRules } from '../executors/layout-rules.ts';
import { storageUsdPerHour } from '../market/billing-rates.ts';
import type { Arena } from './arenas.ts';
import { genomeKey, type FleetGenome } from './fleet-genome.ts';

/** A fleet with its figures added up. */
export interface FleetDesign {
  readonly zone: string;
  readonly architecture: Pool['instanceType']['architecture'];
  readonly primary: Pool;
  readonly core: Pool;
  readonly coreNodes: number;
  readonly task: readonly Pool[];
  readonly taskSpotNodes: number;
  readonly taskOnDemandNodes: number;
  /** core and task nodes together */
  readonly nodes: number;
  readonly executors: ExecutorLayout;
  /** cores of all executors; at least those of one, so that a fleet too small for any can be judged, too */
  readonly cores: number;
  readonly memoryMib: number;
  /** mean over executor cores, 1 = m5 */
  readonly coreSpeed: number;
  /** USD per hour for EC2 at today's prices, what a rise to high spot prices adds, EMR and disks; primary included */
  readonly computeUsdPerHour: number;
  readonly computeRiseUsdPerHour: number;
  readonly emrFeeUsdPerHour: number;
  readonly storageUsdPerHour: number;
  /** share of the capacity (executor cores by speed) in each spot pool: no more pools than there are nodes */
  readonly spotShares: readonly number[];
}

/** The design a genome stands for. @throws RangeError when it points outside its arenas */
export function designOf(
  genome: FleetGenome,
  arenas: readonly Arena[],
  { diskGibPerNode, layout }: Required<Pick<Parts, 'diskGibPerNode' | 'layout'>>,
): FleetDesign {
  const arena = arenas[genome.arena];
  const core = arena?.pools[genome.core];
  if (arena === undefined || core === undefined) {
    throw new RangeError(`fleet ${genomeKey(genome)} lies outside the arenas: repair it first`);
  }
  const task = genome.task.flatMap((i) => arena.pools[i] ?? []);
  return buildDesign({
    primary: arena.primary,
    core,
    coreNodes: genome.coreNodes,
    task,
    taskSpotNodes: task.length === 0 ? 0 : genome.taskSpotNodes,
    taskOnDemandNodes: task.length === 0 ? 0 : genome.taskOnDemandNodes,
    diskGibPerNode,
    layout,
  });
}

interface Parts {
  readonly primary: Pool;
  readonly core: Pool;
  readonly coreNodes: number;
  readonly task: readonly Pool[];
  readonly taskSpotNodes: number;
  readonly taskOnDemandNodes: number;
  readonly diskGibPerNode: number;
  /** default: as usual */
  readonly layout?: LayoutRules;
}

/** Adds up a fleet's figures. EMR decides which task types it buys: they are taken in equal parts. */
export function buildDesign(parts: Parts): FleetDesign {
  const { primary, core, coreNodes, task, taskSpotNodes, taskOnDemandNodes } = parts;
  const taskNodes = taskSpotNodes + taskOnDemandNodes;
  const nodes = coreNodes + taskNodes;
  const workers = { core: core.instanceType, coreNodes, task: task.map((pool) => pool.instanceType) };
  const executors = executorLayoutOf(workers, parts.layout);
  const coreCores = Math.max(executors.coreFleetCores, executors.shape.cores);
  const mean = meansOf(task, executors);
  const cores = coreCores + taskNodes * mean.cores;
  const work = coreCores * core.instanceType.coreSpeed + taskNodes * mean.work;
  return {
    ...parts,
    zone: core.zone,
    architecture: core.instanceType.architecture,
    nodes,
    executors,
    cores,
    memoryMib: coreNodes * core.instanceType.memoryMib + taskNodes * mean.memoryMib,
    coreSpeed: work / cores,
    computeUsdPerHour:
      primary.onDemandUsdPerHour +
      coreNodes * core.onDemandUsdPerHour +
      taskOnDemandNodes * mean.onDemandUsdPerHour +
      taskSpotNodes * mean.spotUsdPerHour,
    computeRiseUsdPerHour: taskSpotNodes * (mean.spotHighUsdPerHour - mean.spotUsdPerHour),
    emrFeeUsdPerHour:
      primary.emrFeeUsdPerHour + coreNodes * core.emrFeeUsdPerHour + taskNodes * mean.emrFeeUsdPerHour,
    storageUsdPerHour:
      nodes * storageUsdPerHour(parts.diskGibPerNode, core.storageUsdPerGibMonth) +
      storageUsdPerHour(0, core.storageUsdPerGibMonth),
    spotShares: spotSharesOf(task, taskSpotNodes, work, (k) => executors.taskNodeCores[k] ?? 0),
  };
}

interface Means {
  cores: number;
  /** cores by speed */
  work: number;
  memoryMib: number;
  onDemandUsdPerHour: number;
  spotUsdPerHour: number;
  spotHighUsdPerHour: number;
  emrFeeUsdPerHour: number;
}

/** What a node of the task fleet is on average, added up in one pass: thousands of fleets are designed for a plan. */
function meansOf(task: readonly Pool[], executors: ExecutorLayout): Means {
  const sum: Means = {
    cores: 0,
    work: 0,
    memoryMib: 0,
    onDemandUsdPerHour: 0,
    spotUsdPerHour: 0,
    spotHighUsdPerHour: 0,
    emrFeeUsdPerHour: 0,
  };
  if (task.length === 0) return sum;
  task.forEach((pool, k) => {
    const nodeCores = executors.taskNodeCores[k] ?? 0;
    const spotUsdPerHour = pool.spotUsdPerHour ?? pool.onDemandUsdPerHour;
    sum.cores += nodeCores;
    sum.work += nodeCores * pool.instanceType.coreSpeed;
    sum.memoryMib += pool.instanceType.memoryMib;
    sum.onDemandUsdPerHour += pool.onDemandUsdPerHour;
    sum.spotUsdPerHour += spotUsdPerHour;
    sum.spotHighUsdPerHour += pool.spotHighUsdPerHour ?? spotUsdPerHour;
    sum.emrFeeUsdPerHour += pool.emrFeeUsdPerHour;
  });
  return {
    cores: sum.cores / task.length,
    work: sum.work / task.length,
    memoryMib: sum.memoryMib / task.length,
    onDemandUsdPerHour: sum.onDemandUsdPerHour / task.length,
    spotUsdPerHour: sum.spotUsdPerHour / task.length,
    spotHighUsdPerHour: sum.spotHighUsdPerHour / task.length,
    emrFeeUsdPerHour: sum.emrFeeUsdPerHour / task.length,
  };
}

function spotSharesOf(
  task: readonly Pool[],
  taskSpotNodes: number,
  work: number,
  nodeCores: (k: number) => number,
): number[] {
  const poolsHit = Math.min(task.length, taskSpotNodes);
  return task.map(({ instanceType }, k) =>
    k >= poolsHit || work === 0
      ? 0
      : ((taskSpotNodes / poolsHit) * nodeCores(k) * instanceType.coreSpeed) / work,
  );
}

/** A design as EMR instance fleets: a type's weight is its vCPU count. */
export function fleetsOf(design: FleetDesign): Fleet[] {
  const typed = (pools: readonly Pool[]) =>
    pools.map(({ instanceType }) => ({ name: instanceType.name, weightUnits: instanceType.vcpus }));
  const fleets: Fleet[] = [
    {
      role: 'primary',
      instanceTypes: typed([design.primary]),
      onDemandUnits: design.primary.instanceType.vcpus,
      spotUnits: 0,
    },
    {
      role: 'core',
      instanceTypes: typed([design.core]),
      onDemandUnits: design.coreNodes * design.core.instanceType.vcpus,
      spotUnits: 0,
    },
  ];
  const taskVcpus = design.task[0]?.instanceType.vcpus;
  if (taskVcpus !== undefined) {
    fleets.push({
      role: 'task',
      instanceTypes: typed(design.task),
      onDemandUnits: design.taskOnDemandNodes * taskVcpus,
      spotUnits: design.taskSpotNodes * taskVcpus,
    });
  }
  return fleets;
}
