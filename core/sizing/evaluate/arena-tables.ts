import type { Pool } from '../../contracts/market.ts';
import { executorLayoutOf } from '../../executors/executor-layout.ts';
import type { LayoutRules } from '../../executors/layout-rules.ts';
import { storageUsdPerHour } from '../../market/billing-rates.ts';
import type { Arena } from '../arenas.ts';
import type { FleetGenome } from '../fleet-genome.ts';
import type { FleetSums } from './fleet-sums.ts';

/** How Spark lies on a core type beside task types, for fleets of one core node or of more. */
interface Layout {
  /** executor cores of the core fleet: so many with the fewest core nodes, and so many with each one more */
  readonly coreCores: number;
  readonly coreCoresPerNode: number;
  /** cores of an executor */
  readonly executorCores: number;
  readonly starved: boolean;
  /** mean over the task types */
  readonly taskCores: number;
  readonly taskWork: number;
  /** cores by speed of a node of each task type */
  readonly taskWorkByType: Float64Array;
}

/** A core type beside task types. */
interface Pairing {
  readonly core: Pool;
  readonly task: readonly Pool[];
  readonly taskVcpus: number;
  readonly oneCoreNode: Layout;
  readonly moreCoreNodes: Layout;
  /** means over the task types */
  readonly memoryMib: number;
  readonly onDemandUsdPerHour: number;
  readonly spotUsdPerHour: number;
  readonly spotRiseUsdPerHour: number;
  readonly emrFeeUsdPerHour: number;
}

/**
 * Adds up the fleets of an arena. What does not depend on node counts is worked out once for each core type beside
 * each set of task types. The figures are those of `buildDesign`, which describes one fleet for people.
 */
export class ArenaTables {
  private readonly arena: Arena;
  private readonly layout: LayoutRules;
  private readonly primaryStorageUsdPerHour: number;
  private readonly nodeStorageUsdPerHour: number;
  private readonly pairings = new Map<string, Pairing>();

  constructor(arena: Arena, { diskGibPerNode, layout }: { diskGibPerNode: number; layout: LayoutRules }) {
    this.arena = arena;
    this.layout = layout;
    // disks cost the same everywhere in a region
    const { storageUsdPerGibMonth } = arena.primary;
    this.primaryStorageUsdPerHour = storageUsdPerHour(0, storageUsdPerGibMonth);
    this.nodeStorageUsdPerHour = storageUsdPerHour(diskGibPerNode, storageUsdPerGibMonth);
  }

  /**
   * Writes a fleet's figures.
   *
   * @param sums  is overwritten
   * @throws RangeError  for a genome that points outside the arena
   */
  addUp(genome: FleetGenome, sums: FleetSums): void {
    const pairing = this.pairingOf(genome);
    const { primary } = this.arena;
    const { core } = pairing;
    const empty = pairing.task.length === 0;
    const spotNodes = empty ? 0 : genome.taskSpotNodes;
    const onDemandNodes = empty ? 0 : genome.taskOnDemandNodes;
    const { coreNodes } = genome;
    const taskNodes = spotNodes + onDemandNodes;
    const layout = coreNodes === 1 ? pairing.oneCoreNode : pairing.moreCoreNodes;
    const coreFleetCores = layout.coreCores + layout.coreCoresPerNode * Math.max(coreNodes - 2, 0);
    const coreCores = Math.max(coreFleetCores, layout.executorCores);
    const work = coreCores * core.instanceType.coreSpeed + taskNodes * layout.taskWork;
    sums.nodes = coreNodes + taskNodes;
    sums.gpu = core.instanceType.gpus > 0;
    sums.cores = coreCores + taskNodes * layout.taskCores;
    sums.memoryMib = coreNodes * core.instanceType.memoryMib + taskNodes * pairing.memoryMib;
    sums.coreSpeed = work / sums.cores;
    sums.emrFeeUsdPerHour =
      primary.emrFeeUsdPerHour + coreNodes * core.emrFeeUsdPerHour + taskNodes * pairing.emrFeeUsdPerHour;
    sums.storageUsdPerHour = sums.nodes * this.nodeStorageUsdPerHour + this.primaryStorageUsdPerHour;
    const compute =
      primary.onDemandUsdPerHour +
      coreNodes * core.onDemandUsdPerHour +
      onDemandNodes * pairing.onDemandUsdPerHour +
      spotNodes * pairing.spotUsdPerHour;
    sums.steadyUsdPerHour = compute + sums.emrFeeUsdPerHour + sums.storageUsdPerHour;
    sums.riseUsdPerHour = spotNodes * pairing.spotRiseUsdPerHour;
    sums.onDemandVcpus =
      primary.instanceType.vcpus + coreNodes * core.instanceType.vcpus + onDemandNodes * pairing.taskVcpus;
    sums.spotVcpus = spotNodes * pairing.taskVcpus;
    sums.holdsDriver = !layout.starved && coreFleetCores > 0;
    spreadSpot(pairing, layout, spotNodes, work, sums);
  }

  private pairingOf({ core, task }: FleetGenome): Pairing {
    const key = `${core}/${task.join('+')}`;
    const known = this.pairings.get(key);
    if (known !== undefined) return known;
    const made = this.pair(core, task);
    this.pairings.set(key, made);
    return made;
  }

  private pair(coreIndex: number, taskIndices: readonly number[]): Pairing {
    const core = this.arena.pools[coreIndex];
    if (core === undefined) throw new RangeError(`core type ${coreIndex} lies outside the arena`);
    const task = taskIndices.flatMap((i) => this.arena.pools[i] ?? []);
    return {
      core,
      task,
      taskVcpus: task[0]?.instanceType.vcpus ?? 0,
      oneCoreNode: this.layoutOf(core, task, 1),
      moreCoreNodes: this.layoutOf(core, task, 2),
      memoryMib: meanOf(task, ({ instanceType }) => instanceType.memoryMib),
      onDemandUsdPerHour: meanOf(task, (pool) => pool.onDemandUsdPerHour),
      spotUsdPerHour: meanOf(task, spotPrice),
      spotRiseUsdPerHour: meanOf(
        task,
        (pool) => (pool.spotHighUsdPerHour ?? spotPrice(pool)) - spotPrice(pool),
      ),
      emrFeeUsdPerHour: meanOf(task, (pool) => pool.emrFeeUsdPerHour),
    };
  }

  /** @param coreNodes  1, or 2 for two and more: beyond, every node adds the same */
  private layoutOf(core: Pool, task: readonly Pool[], coreNodes: 1 | 2): Layout {
    const types = { core: core.instanceType, task: task.map(({ instanceType }) => instanceType) };
    const layout = executorLayoutOf({ ...types, coreNodes }, this.layout);
    const next = executorLayoutOf({ ...types, coreNodes: coreNodes + 1 }, this.layout);
    const work = Float64Array.from(
      task,
      ({ instanceType }, k) => (layout.taskNodeCores[k] ?? 0) * instanceType.coreSpeed,
    );
    return {
      coreCores: layout.coreFleetCores,
      coreCoresPerNode: coreNodes === 1 ? 0 : next.coreFleetCores - layout.coreFleetCores,
      executorCores: layout.shape.cores,
      starved: layout.starved,
      taskCores: meanOf(task, (_, k) => layout.taskNodeCores[k] ?? 0),
      taskWork: meanOf(task, (_, k) => work[k] ?? 0),
      taskWorkByType: work,
    };
  }
}

function spreadSpot(
  { task }: Pairing,
  { taskWorkByType }: Layout,
  spotNodes: number,
  work: number,
  sums: FleetSums,
): void {
  sums.clearPools();
  if (spotNodes === 0 || work === 0) return;
  const poolsHit = Math.min(task.length, spotNodes);
  for (let k = 0; k < poolsHit; k += 1) {
    const pool = task[k];
    const share = ((spotNodes / poolsHit) * (taskWorkByType[k] ?? 0)) / work;
    if (pool !== undefined && share > 0) sums.addPool(pool, share);
  }
}

function spotPrice(pool: Pool): number {
  return pool.spotUsdPerHour ?? pool.onDemandUsdPerHour;
}

function meanOf(pools: readonly Pool[], valueOf: (pool: Pool, k: number) => number): number {
  if (pools.length === 0) return 0;
  return pools.reduce((sum, pool, k) => sum + valueOf(pool, k), 0) / pools.length;
}
