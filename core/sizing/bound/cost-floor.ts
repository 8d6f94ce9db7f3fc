import { BinaryHeap } from '../../numerics/binary-heap.ts';
import type { Range } from '../../runtime-model/law-range.ts';
import { runtimeFloor } from '../../runtime-model/runtime-floor.ts';
import type { SizingProblem } from '../sizing-problem.ts';
import { SECONDS_PER_HOUR } from '../../units.ts';
import { medianStartupSeconds } from '../cluster-times.ts';
import { CORES_PER_EXECUTOR } from '../../executors/executor-layout.ts';
import { FleetRelaxation, isWholeLayout, type FleetCell } from './fleet-relaxation.ts';
import type { LinearSolver } from './linear-solver.ts';
import { reclaimHours, runFloor, type RunFloor } from './run-floor.ts';
import { speedModes, type SpeedMode } from './speed-modes.ts';

/** How much proving may spend. */
export interface FloorBudget {
  /** cells looked at */
  readonly cells: number;
  /** ends when the bound is as close to the best known cost, as a share */
  readonly tolerance: number;
}

/** A lower bound, and what was spent on it. */
export interface CostFloor {
  /** no fleet that holds every constraint costs less on average over the scenarios; infinite: there is none */
  readonly costUsd: number;
  readonly cells: number;
}

interface Cell extends FleetCell {
  readonly place: Place;
  readonly boundUsd: number;
  /** the least its nodes and primary cost by the hour */
  readonly usdPerHour: number;
}

interface Slice {
  readonly cores: Range;
  readonly floor: RunFloor;
}

interface Place {
  readonly index: number;
  readonly relaxation: FleetRelaxation;
  readonly mode: SpeedMode;
}

/** A cell's capacity is bounded in so many slices at once: their run times are shared by all places. */
const SLICES = 8;
/** What a solver's tolerances may have added to an optimum, as a share. */
const SOLVER_TOLERANCE = 1e-6;

/**
 * A cost that no feasible fleet undercuts, by branch and bound over cells of capacity, memory per core and node
 * count, in every zone and architecture. In a cell the cost is at least the hours of the fastest run any of its fleets
 * could have, times the least rate at which its smallest capacity can be had (a linear programme). Cells whose
 * fastest run is too often late hold nothing; the cell with the lowest bound is halved until the bound is close to
 * the best known cost, or the budget ends.
 *
 * @param bestUsd  cost of a feasible fleet, if one is known
 * @see Land and Doig, An Automatic Method of Solving Discrete Programming Problems, Econometrica 28(3), 1960
 */
export class CostFloorSearch {
  private readonly problem: SizingProblem;
  private readonly solver: LinearSolver;
  private readonly budget: FloorBudget;
  private readonly gpu: boolean;
  private readonly floors = new Map<string, RunFloor>();
  private readonly places: readonly Place[];
  private readonly open = new BinaryHeap<Cell>(({ boundUsd }) => boundUsd);
  private cells = 0;
  private goal = Number.POSITIVE_INFINITY;
  private leastPassedUsd = Number.POSITIVE_INFINITY;

  constructor(problem: SizingProblem, solver: LinearSolver, budget: FloorBudget) {
    this.problem = problem;
    this.budget = budget;
    this.solver = solver;
    this.gpu = (problem.arenas[0]?.pools[0]?.instanceType.gpus ?? 0) > 0;
    const modes = speedModes(problem.model, problem.arenas);
    this.places = problem.arenas
      .flatMap((arena) =>
        modes.map((mode) => ({
          mode,
          relaxation: new FleetRelaxation(arena, problem, mode.bound ? mode.speeds : null),
        })),
      )
      .map((place, index) => ({ ...place, index }));
  }

  /** Proves; frees what the solver holds. */
  run(bestUsd: number | undefined): CostFloor {
    const { budget } = this;
    this.goal = (bestUsd ?? Number.POSITIVE_INFINITY) * (1 - budget.tolerance);
    const whole = wholeCell(this.problem);
    for (const place of this.places) {
      this.look({
        ...whole,
        place,
        boundUsd: 0,
        usdPerHour: place.relaxation.primaryUsdPerHour,
      });
    }
    while (this.cells < budget.cells) {
      const next = this.open.least;
      if (next === undefined || next.boundUsd >= this.goal) break;
      this.open.pop();
      for (const half of this.halves(next)) this.look(half);
    }
    for (const { relaxation } of this.places) relaxation.dispose();
    const openUsd = this.open.least?.boundUsd ?? Number.POSITIVE_INFINITY;
    const known = bestUsd ?? Number.POSITIVE_INFINITY;
    return { costUsd: Math.min(openUsd, this.leastPassedUsd, known), cells: this.cells };
  }

  /**
   * Bounds a cell, slice by slice of its capacity, and keeps the slices that may hold a fleet cheaper than the goal:
   * the rate grows from one slice to the next by what a core costs at least.
   */
  private look(cell: Cell): void {
    this.cells += 1;
    const { relaxation } = cell.place;
    const slices = this.slicesOf(cell);
    const last = slices.at(-1);
    const first = slices[0];
    if (first === undefined || last === undefined) return;
    const startupUsd = last.floor.startupHoursPerNode * cell.usdPerHour;
    const inTime: Cell = { ...cell, effectiveCores: [first.cores[0], last.cores[1]] };
    const costs = {
      billedHours: last.floor.billedHours,
      billedHoursInRise: last.floor.billedHoursInRise,
      usdPerNode: startupUsd,
      reclaimUsd: this.reclaimUsd(inTime, slices),
    };
    const relaxed = relaxation.solve(this.solver, inTime, costs);
    if (relaxed === undefined) return;
    const fixedUsd = ({ floor }: Slice) =>
      floor.billedHours * relaxation.primaryUsdPerHour - startupUsd * cell.nodes[0];
    const bounded = slices.map((slice) => {
      const more = relaxed.usdPerCore * (slice.cores[0] - first.cores[0]);
      const nodesUsd = (relaxed.nodesUsd + more) * lengthOf(slice, last, relaxed.startupShare);
      return {
        cores: slice.cores,
        usd: Math.max(cell.boundUsd, (fixedUsd(slice) + nodesUsd) * (1 - SOLVER_TOLERANCE)),
      };
    });
    this.keep({ ...cell, usdPerHour: relaxed.usdPerHour }, bounded);
  }

  /** Keeps what lies between the first and the last slice that may be worth it. */
  private keep(cell: Cell, slices: readonly { cores: Range; usd: number }[]): void {
    const worth = slices.filter(({ usd }) => usd < this.goal && usd <= this.problem.limitUsd);
    const [first, last] = [worth[0], worth.at(-1)];
    this.leastPassedUsd = Math.min(
      this.leastPassedUsd,
      ...slices.filter(({ usd }) => usd >= this.goal).map(({ usd }) => usd),
    );
    if (first === undefined || last === undefined) return;
    const boundUsd = Math.min(...worth.map(({ usd }) => usd));
    this.open.push({ ...cell, boundUsd, effectiveCores: [first.cores[0], last.cores[1]] });
  }

  /** Slices of a cell's capacity, but for those whose fastest run is too often late. */
  private slicesOf(cell: Cell): Slice[] {
    const [fewest, most] = cell.effectiveCores;
    const edge = (k: number) => (k === SLICES ? most : fewest * (most / fewest) ** (k / SLICES));
    return Array.from({ length: SLICES }, (_, k): Range => [edge(k), edge(k + 1)])
      .map((cores) => ({ cores, floor: this.floorOf({ ...cell, effectiveCores: cores }) }))
      .filter(({ floor }) => floor.lateProbability <= this.problem.allowedLate);
  }

  private floorOf(cell: Cell): RunFloor {
    const { mode } = cell.place;
    const key = [
      mode.coreSpeed,
      ...cell.effectiveCores,
      ...cell.memoryMibPerEffectiveCore,
      ...cell.nodes,
    ].join();
    const known = this.floors.get(key);
    if (known !== undefined) return known;
    const floor = runFloor(this.problem, mode, cell, this.gpu);
    this.floors.set(key, floor);
    return floor;
  }

  /** For a spot node of each pool: its share of the largest capacity, times the hours lost, at the lowest rate. */
  private reclaimUsd(cell: Cell, slices: readonly Slice[]): Float64Array {
    const least = Float64Array.from(slices[0]?.floor.runtimeSeconds ?? []);
    for (const { floor } of slices) {
      for (let s = 0; s < least.length; s += 1) {
        least[s] = Math.min(least[s] ?? 0, floor.runtimeSeconds[s] ?? 0);
      }
    }
    return Float64Array.from(cell.place.relaxation.arena.pools, (pool) => {
      if (pool.spotUsdPerHour === null) return 0;
      const { vcpus, coreSpeed } = pool.instanceType;
      const cores = vcpus < CORES_PER_EXECUTOR ? vcpus : vcpus - (vcpus % CORES_PER_EXECUTOR);
      const share = (cores * coreSpeed) / cell.effectiveCores[1];
      return share * reclaimHours(pool, this.problem, least) * cell.usdPerHour;
    });
  }

  /** Halves a cell where its bound is loosest. */
  private halves(cell: Cell): Cell[] {
    const { effectiveCores, memoryMibPerEffectiveCore: memory, nodes } = cell;
    const [fewest, most] = effectiveCores;
    const byCores = Math.log(most / fewest) / SLICES;
    const scores = [memory[0], Math.sqrt(memory[0] * memory[1]), memory[1]].map((at) =>
      this.scoreAt(cell, at),
    );
    const byMemory = Math.max(...scores) - Math.min(...scores);
    const byNodes = this.looseByNodes(cell);
    if (byNodes > byCores && byNodes > byMemory) {
      const middle = Math.floor((nodes[0] + nodes[1]) / 2);
      return [
        { ...cell, nodes: [nodes[0], middle] },
        { ...cell, nodes: [middle + 1, nodes[1]] },
      ];
    }
    if (byMemory > byCores) {
      const middle = Math.sqrt(memory[0] * memory[1]);
      return [
        { ...cell, memoryMibPerEffectiveCore: [memory[0], middle] },
        { ...cell, memoryMibPerEffectiveCore: [middle, memory[1]] },
      ];
    }
    const middle = Math.sqrt(fewest * most);
    return [
      { ...cell, effectiveCores: [fewest, middle] },
      { ...cell, effectiveCores: [middle, most] },
    ];
  }

  /** Log seconds, with a bad residual, of a cell's largest capacity with so much memory. */
  private scoreAt({ place, effectiveCores }: Cell, memory: number): number {
    const { supportBytes } = this.problem.scenarios;
    const [slowest, fastest] = place.mode.speeds;
    const cores: Range = [effectiveCores[1], effectiveCores[1]];
    const floor = runtimeFloor(this.problem.model, supportBytes[supportBytes.length >> 1] ?? 0, {
      effectiveCores: cores,
      memoryMibPerEffectiveCore: [memory, memory],
      memoryMibPerCore: [memory * slowest, memory * fastest],
      coreSpeed: place.mode.coreSpeed,
    });
    return floor.logMedianSeconds + (floor.logResidual[6] ?? 0);
  }

  /** What the chord leaves out of the start-up in its middle, as a share of the run's billed time. */
  private looseByNodes({ nodes: [fewest, most], ...cell }: Cell): number {
    if (most <= fewest) return 0;
    const at = (nodes: number) => medianStartupSeconds(nodes + 1, this.gpu);
    const middle = Math.sqrt((fewest + 1) * (most + 1)) - 1;
    const chord = at(fewest) + ((at(most) - at(fewest)) * (middle - fewest)) / (most - fewest);
    const hours = this.floorOf({ ...cell, nodes: [fewest, most] }).billedHours;
    return (at(middle) - chord) / (hours * SECONDS_PER_HOUR);
  }
}

/**
 * By how much a slice's runs are at least longer than another's, as a factor on what nodes cost: their start-up's
 * part does not grow with the run.
 */
function lengthOf(slice: Slice, other: Slice, startupShare: number): number {
  const [own, others] = [slice.floor, other.floor];
  const inRise =
    others.billedHoursInRise > 0
      ? own.billedHoursInRise / others.billedHoursInRise
      : Number.POSITIVE_INFINITY;
  const ratio = Math.min(own.billedHours / others.billedHours, inRise);
  return ratio < 1 ? ratio : 1 + (ratio - 1) * (1 - startupShare);
}

/** All fleets of a problem. */
function wholeCell({ arenas, maxNodes, layout }: SizingProblem): FleetCell {
  const types = arenas.flatMap(({ pools }) => pools.map(({ instanceType }) => instanceType));
  const speeds = types.map(({ coreSpeed }) => coreSpeed);
  const memories = types.map(({ memoryMib }) => memoryMib);
  const slowest = Math.min(...speeds);
  return {
    // an executor has a core at least; where layouts leave cores out, whole nodes may have none
    effectiveCores: [slowest, maxNodes * Math.max(...types.map((type) => type.vcpus * type.coreSpeed))],
    memoryMibPerEffectiveCore: [
      Math.min(...types.map((type) => type.memoryMib / (type.vcpus * type.coreSpeed))),
      (Math.max(...memories) / slowest) * (isWholeLayout(layout) ? 1 : maxNodes),
    ],
    nodes: [1, maxNodes],
  };
}
