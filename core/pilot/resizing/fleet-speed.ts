import type { FleetPlan } from '../../contracts/fleet-plan.ts';
import type { Pool } from '../../contracts/market.ts';
import { coresTakenByDriver, executorCoresOn } from '../../executors/executor-layout.ts';
import { predictRuntime, type RuntimeModel } from '../../runtime-model/runtime-model.ts';

/** Nodes of one kind: of one type, or of several in equal parts. */
export interface NodeGroup {
  readonly pools: readonly Pool[];
  readonly nodes: number;
}

interface Sums {
  readonly nodes: number;
  readonly cores: number;
  readonly memoryMib: number;
  /** cores by speed */
  readonly work: number;
}

/**
 * How much faster a run gets when nodes join its cluster, by its runtime model. The executors have the shape that they
 * were launched with: a node takes as many of those as it holds.
 */
export class FleetSpeed {
  readonly #plan: FleetPlan;
  readonly #model: RuntimeModel;
  readonly #inputBytes: number;
  readonly #present: Sums;
  readonly #presentSeconds: number;
  readonly #known = new Map<string, number>();

  /**
   * @param core  the core fleet as it runs; the driver is on one of its nodes
   * @param task  the task fleet as it runs
   */
  constructor(plan: FleetPlan, model: RuntimeModel, inputBytes: number, core: NodeGroup, task: NodeGroup) {
    this.#plan = plan;
    this.#model = model;
    this.#inputBytes = inputBytes;
    const [coreType] = core.pools;
    const taken = coreType === undefined ? 0 : coresTakenByDriver(coreType.instanceType, plan.executor);
    const coreSums = this.#sumsOf(core);
    const beside = coreSums.cores === 0 ? 0 : Math.max(coreSums.cores - taken, 0) / coreSums.cores;
    this.#present = added(
      { ...coreSums, cores: coreSums.cores * beside, work: coreSums.work * beside },
      this.#sumsOf(task),
    );
    this.#presentSeconds = this.#secondsOf(this.#present);
  }

  /** How many times as fast the run is with these nodes more: 1 or more, and never by more than their share. */
  gain(groups: readonly NodeGroup[]): number {
    const key = groups
      .map(({ pools, nodes }) => `${pools.map((pool) => pool.instanceType.name).join('+')}x${nodes}`)
      .join('/');
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const sums = groups.reduce((sum, group) => added(sum, this.#sumsOf(group)), this.#present);
    const byModel = this.#presentSeconds / this.#secondsOf(sums);
    const inProportion = this.#present.work > 0 ? sums.work / this.#present.work : byModel;
    const gain = Math.max(Math.min(byModel, inProportion), 1);
    this.#known.set(key, gain);
    return gain;
  }

  #sumsOf({ pools, nodes }: NodeGroup): Sums {
    const perNode = (of: (pool: Pool) => number): number =>
      pools.length === 0 ? 0 : (nodes * pools.reduce((sum, pool) => sum + of(pool), 0)) / pools.length;
    const coresOn = ({ instanceType }: Pool): number => executorCoresOn(instanceType, this.#plan.executor);
    return {
      nodes: pools.length === 0 ? 0 : nodes,
      cores: perNode(coresOn),
      memoryMib: perNode(({ instanceType }) => instanceType.memoryMib),
      work: perNode((pool) => coresOn(pool) * pool.instanceType.coreSpeed),
    };
  }

  #secondsOf({ nodes, cores, memoryMib, work }: Sums): number {
    // a fleet too small for any executor is judged as if it held one core
    const least = Math.max(cores, 1);
    const { medianSeconds } = predictRuntime(this.#model, {
      inputBytes: this.#inputBytes,
      cores: least,
      nodes: Math.max(nodes, 1),
      memoryMib: Math.max(memoryMib, 1),
      coreSpeed: cores > 0 ? work / cores : 1,
    });
    return Math.max(medianSeconds, 1);
  }
}

function added(one: Sums, other: Sums): Sums {
  return {
    nodes: one.nodes + other.nodes,
    cores: one.cores + other.cores,
    memoryMib: one.memoryMib + other.memoryMib,
    work: one.work + other.work,
  };
}
