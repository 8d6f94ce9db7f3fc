import { CORES_PER_EXECUTOR } from '../../executors/executor-layout.ts';
import type { LayoutRules } from '../../executors/layout-rules.ts';
import { storageUsdPerHour } from '../../market/billing-rates.ts';
import type { Range } from '../../runtime-model/law-range.ts';
import type { Arena } from '../arenas.ts';
import { MAX_TASK_CORES_PER_CORE_CORE } from '../fleet-genome.ts';
import type { SizingProblem } from '../sizing-problem.ts';
import type { LinearModel, LinearProblem, LinearSolver } from './linear-solver.ts';

/** Cores lost to the driver's place on a core node: those of an executor at most. */
const MOST_CORES_LOST_TO_DRIVER = CORES_PER_EXECUTOR;

const ROW = {
  capacity: 0,
  memory: 1,
  nodes: 2,
  onDemandVcpus: 3,
  spotVcpus: 4,
  coreShare: 5,
  slowest: 6,
  fastest: 7,
} as const;
const ROWS = 8;

/** What fleets of a cell have in common. */
export interface FleetCell {
  readonly effectiveCores: Range;
  readonly memoryMibPerEffectiveCore: Range;
  readonly nodes: Range;
}

/** What a node of a pool costs over a cell's runs, USD: at today's price, by a rise, and for each node. */
export interface CellCosts {
  readonly billedHours: number;
  /** mean of billed hours times the rise of spot prices (0..1) */
  readonly billedHoursInRise: number;
  readonly usdPerNode: number;
  /** for a spot node of pool i */
  readonly reclaimUsd: Float64Array;
}

/** A cell's least cost. */
export interface RelaxedFleet {
  /** at the cell's smallest capacity */
  readonly nodesUsd: number;
  /** what it grows by at least for each effective core more */
  readonly usdPerCore: number;
  /** no fleet of the cell costs less by the hour, primary included */
  readonly usdPerHour: number;
  /** of any node's cost, at most so much is the start-up's */
  readonly startupShare: number;
  /** nodes of each pool, on demand and then on spot */
  readonly columns: Float64Array;
}

/**
 * The linear relaxation of an arena's fleets. Columns are nodes of each pool, on demand and on spot. It knows
 * capacity, memory, nodes, quotas, the share of core nodes, pools that are only tried, and the mean core speed; it
 * knows neither whole nodes, nor one core type, nor task nodes of one size. So every fleet is a solution of it.
 */
export class FleetRelaxation {
  readonly arena: Arena;
  private readonly problem: SizingProblem;
  private readonly speeds: Range | null;
  private readonly work: Float64Array;
  private readonly nodeUsdPerHour: Float64Array;
  private readonly riseUsdPerHour: Float64Array;
  /** executors take whole nodes: true but for layouts that leave cores out on purpose */
  private readonly whole: boolean;
  private readonly linear: LinearProblem;
  private model: LinearModel | undefined;

  /** @param speeds  the mean core speed of its fleets; null: any */
  constructor(arena: Arena, problem: SizingProblem, speeds: Range | null) {
    this.arena = arena;
    this.problem = problem;
    this.speeds = speeds;
    this.whole = isWholeLayout(problem.layout);
    const storage = storageUsdPerHour(problem.diskGibPerNode, arena.primary.storageUsdPerGibMonth);
    const both = [false, true].flatMap((spot) => arena.pools.map((pool) => ({ pool, spot })));
    this.work = Float64Array.from(both, ({ pool }) => pool.instanceType.vcpus * pool.instanceType.coreSpeed);
    this.nodeUsdPerHour = Float64Array.from(both, ({ pool, spot }) => {
      const compute = spot ? (pool.spotUsdPerHour ?? pool.onDemandUsdPerHour) : pool.onDemandUsdPerHour;
      return compute + pool.emrFeeUsdPerHour + storage;
    });
    this.riseUsdPerHour = Float64Array.from(both, ({ pool, spot }) =>
      spot && pool.spotUsdPerHour !== null
        ? (pool.spotHighUsdPerHour ?? pool.spotUsdPerHour) - pool.spotUsdPerHour
        : 0,
    );
    this.linear = this.formulate();
  }

  /** The primary node and its disk. */
  get primaryUsdPerHour(): number {
    const { primary } = this.arena;
    const storage = storageUsdPerHour(0, primary.storageUsdPerGibMonth);
    return primary.onDemandUsdPerHour + primary.emrFeeUsdPerHour + storage;
  }

  /**
   * The least cost of a cell's nodes, without the primary.
   *
   * @returns undefined when the cell holds no fleet
   */
  solve(solver: LinearSolver, cell: FleetCell, costs: CellCosts): RelaxedFleet | undefined {
    this.model ??= solver.model(this.linear);
    const bounds = this.boundsOf(cell, costs);
    const { objective, columns, rowDual } = this.model.solve(bounds);
    if (objective === undefined) return undefined;
    const byMemory = cell.memoryMibPerEffectiveCore[0] * Math.max(rowDual[ROW.memory] ?? 0, 0);
    return {
      nodesUsd: objective,
      usdPerCore: Math.max(rowDual[ROW.capacity] ?? 0, 0) + byMemory,
      ...this.ratesOf(objective, bounds.cost, costs),
      columns,
    };
  }

  /**
   * The least that nodes and primary can cost by the hour at today's prices (no node costs more over its runs, for
   * what it costs by the hour, than the dearest in that), and the most that the start-up adds to any node's cost.
   */
  private ratesOf(objective: number, cost: Float64Array, { usdPerNode }: CellCosts) {
    let dearest = 0;
    let startupShare = 0;
    for (let i = 0; i < cost.length; i += 1) {
      const all = cost[i] ?? 0;
      dearest = Math.max(dearest, all / (this.nodeUsdPerHour[i] ?? 1));
      startupShare = Math.max(startupShare, usdPerNode / Math.max(all, Number.MIN_VALUE));
    }
    const usdPerHour = this.primaryUsdPerHour + (dearest > 0 ? objective / dearest : 0);
    return { usdPerHour, startupShare };
  }

  dispose(): void {
    this.model?.dispose();
    this.model = undefined;
  }

  private boundsOf(cell: FleetCell, costs: CellCosts) {
    const { pools } = this.arena;
    const [fewest, most] = cell.effectiveCores;
    const lost = this.whole
      ? MOST_CORES_LOST_TO_DRIVER * largest(pools.map(speedOf))
      : Number.POSITIVE_INFINITY;
    const count = this.linear.columns;
    const cost = new Float64Array(count);
    const columnUpper = new Float64Array(count);
    for (let i = 0; i < count; i += 1) {
      const spot = i >= pools.length;
      const work = this.work[i] ?? 0;
      cost[i] =
        costs.billedHours * (this.nodeUsdPerHour[i] ?? 0) +
        costs.billedHoursInRise * (this.riseUsdPerHour[i] ?? 0) +
        costs.usdPerNode +
        (spot && this.whole ? (costs.reclaimUsd[i - pools.length] ?? 0) : 0);
      const fits = work <= most + lost;
      columnUpper[i] = fits ? Math.min(this.linear.columnUpper[i] ?? 0, this.trialNodes(i, most)) : 0;
    }
    const rowLower = this.linear.rowLower.slice();
    const rowUpper = this.linear.rowUpper.slice();
    rowLower[ROW.capacity] = fewest;
    rowLower[ROW.memory] = cell.memoryMibPerEffectiveCore[0] * fewest;
    rowUpper[ROW.memory] = cell.memoryMibPerEffectiveCore[1] * most;
    rowLower[ROW.nodes] = cell.nodes[0];
    rowUpper[ROW.nodes] = cell.nodes[1];
    return { cost, columnUpper, rowLower, rowUpper };
  }

  /** Nodes that a pool which is only tried may have of so much capacity. */
  private trialNodes(column: number, capacity: number): number {
    const share = this.arena.pools[column - this.arena.pools.length]?.spotShareMost;
    if (share === undefined || !this.whole) return Number.POSITIVE_INFINITY;
    return (share * capacity) / (this.work[column] ?? 1);
  }

  private formulate(): LinearProblem {
    const { pools, primary, spotGroups } = this.arena;
    const { vcpuQuotaOnDemand, vcpuQuotaSpot, maxNodes } = this.problem;
    const columns = pools.length * 2;
    const values = new Float64Array(columns * ROWS);
    const sold = (i: number) => i < pools.length || (spotGroups.length > 0 && isOnSpot(this.arena, i));
    for (let i = 0; i < columns; i += 1) this.fillColumn(values, i);
    const rowLower = new Float64Array(ROWS).fill(Number.NEGATIVE_INFINITY);
    const rowUpper = new Float64Array(ROWS).fill(Number.POSITIVE_INFINITY);
    rowUpper[ROW.onDemandVcpus] =
      (vcpuQuotaOnDemand ?? Number.POSITIVE_INFINITY) - primary.instanceType.vcpus;
    rowUpper[ROW.spotVcpus] = vcpuQuotaSpot ?? Number.POSITIVE_INFINITY;
    rowLower[ROW.coreShare] = 0;
    if (this.speeds !== null && this.whole) {
      const [slowest, fastest] = this.speeds;
      const lost = MOST_CORES_LOST_TO_DRIVER;
      rowLower[ROW.slowest] = lost * Math.min(0, Math.min(...pools.map(speedOf)) - slowest);
      rowUpper[ROW.fastest] = lost * Math.max(0, largest(pools.map(speedOf)) - fastest);
    }
    return {
      columns,
      rows: ROWS,
      columnUpper: Float64Array.from({ length: columns }, (_, i) => (sold(i) ? maxNodes : 0)),
      cost: new Float64Array(columns),
      rowLower,
      rowUpper,
      starts: Int32Array.from({ length: columns + 1 }, (_, i) => i * ROWS),
      rowIndex: Int32Array.from(values, (_, entry) => entry % ROWS),
      values,
    };
  }

  private fillColumn(values: Float64Array, column: number): void {
    const { pools } = this.arena;
    const spot = column >= pools.length;
    const type = pools[column % pools.length]?.instanceType;
    if (type === undefined) return;
    const set = (row: number, value: number) => {
      values[column * ROWS + row] = value;
    };
    set(ROW.capacity, this.work[column] ?? 0);
    set(ROW.memory, type.memoryMib);
    set(ROW.nodes, 1);
    set(spot ? ROW.spotVcpus : ROW.onDemandVcpus, type.vcpus);
    const share = 1 / (1 + MAX_TASK_CORES_PER_CORE_CORE);
    set(ROW.coreShare, ((spot ? 0 : 1) - share) * type.vcpus);
    const [slowest, fastest] = this.speeds ?? [0, 0];
    set(ROW.slowest, (type.coreSpeed - slowest) * type.vcpus);
    set(ROW.fastest, (type.coreSpeed - fastest) * type.vcpus);
  }
}

/** Whether executors take whole nodes: true but for layouts that leave cores out on purpose. */
export function isWholeLayout({ executorMemoryMibPerCore, executorsPerNodeShare }: LayoutRules): boolean {
  return executorMemoryMibPerCore === 0 && executorsPerNodeShare === 1;
}

function isOnSpot({ pools }: Arena, column: number): boolean {
  const pool = pools[column - pools.length];
  return pool !== undefined && pool.spotUsdPerHour !== null;
}

function speedOf({ instanceType }: Arena['pools'][number]): number {
  return instanceType.coreSpeed;
}

function largest(values: readonly number[]): number {
  return Math.max(...values);
}
