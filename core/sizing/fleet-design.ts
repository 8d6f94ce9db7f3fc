import type { Fleet } from '../contracts/fleet-plan.ts';
import type { Pool } from '../contracts/market.ts';
import { executorLayoutOf, type ExecutorLayout } from '../executors/executor-layout.ts';
import type { LayoutRules } from '../executors/layout-rules.ts';
import { storageUsdPerHour } from '../market/billing-rates.ts';
import type { Arena } from './arenas.ts';
import type { FleetGenome } from './fleet-genome.ts';

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

/** The design a genome stands for; undefined when it points outside its arenas. */
export function designOf(
  genome: FleetGenome,
  arenas: readonly Arena[],
  { diskGibPerNode, layout }: Required<Pick<Parts, 'diskGibPerNode' | 'layout'>>,
): FleetDesign | undefined {
  const arena = arenas[genome.arena];
  const core = arena?.pools[genome.core];
  if (arena === undefined || core === undefined) return undefined;
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
  const taskNodeCores = (k: number) => executors.taskNodeCores[k] ?? 0;
  const coreCores = Math.max(executors.coreFleetCores, executors.shape.cores);
  const cores = coreCores + taskNodes * meanOf(task, (_, k) => taskNodeCores(k));
  const taskWorkPerNode = meanOf(task, (pool, k) => taskNodeCores(k) * pool.instanceType.coreSpeed);
  const work = coreCores * core.instanceType.coreSpeed + taskNodes * taskWorkPerNode;
  const spotUsdPerHour = meanOf(task, (pool) => pool.spotUsdPerHour ?? pool.onDemandUsdPerHour);
  const spotHighUsdPerHour = meanOf(
    task,
    (pool) => pool.spotHighUsdPerHour ?? pool.spotUsdPerHour ?? pool.onDemandUsdPerHour,
  );
  return {
    ...parts,
    zone: core.zone,
    architecture: core.instanceType.architecture,
    nodes,
    executors,
    cores,
    memoryMib:
      coreNodes * core.instanceType.memoryMib +
      taskNodes * meanOf(task, (pool) => pool.instanceType.memoryMib),
    coreSpeed: work / cores,
    computeUsdPerHour:
      primary.onDemandUsdPerHour +
      coreNodes * core.onDemandUsdPerHour +
      taskOnDemandNodes * meanOf(task, (pool) => pool.onDemandUsdPerHour) +
      taskSpotNodes * spotUsdPerHour,
    computeRiseUsdPerHour: taskSpotNodes * (spotHighUsdPerHour - spotUsdPerHour),
    emrFeeUsdPerHour:
      primary.emrFeeUsdPerHour +
      coreNodes * core.emrFeeUsdPerHour +
      taskNodes * meanOf(task, (pool) => pool.emrFeeUsdPerHour),
    storageUsdPerHour: nodes * storageUsdPerHour(parts.diskGibPerNode) + storageUsdPerHour(0),
    spotShares: spotSharesOf(task, taskSpotNodes, work, taskNodeCores),
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

function meanOf(pools: readonly Pool[], valueOf: (pool: Pool, k: number) => number): number {
  if (pools.length === 0) return 0;
  return pools.reduce((sum, pool, k) => sum + valueOf(pool, k), 0) / pools.length;
}
