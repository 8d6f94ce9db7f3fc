import { MIB_PER_GIB } from '../../units.ts';
import type { Arena } from '../arenas.ts';
import type { FleetGenome } from '../fleet-genome.ts';
import type { SizingProblem } from '../sizing-problem.ts';
import { FleetRelaxation } from './fleet-relaxation.ts';
import type { LinearSolver } from './linear-solver.ts';
import { runFloor } from './run-floor.ts';
import { speedModes } from './speed-modes.ts';

/** Capacities tried in each arena: from the least that could be in time on, each so much larger than the one before. */
const CAPACITIES = 14;
const CAPACITY_STEP = 1.15;
const SCAN_STEP = 1.1;
const SEEDED_TASK_TYPES = 4;
/** A core node that holds the driver beside an executor without stunting it. */
const ROOMY_CORE_MIB = 15 * MIB_PER_GIB;
/** A solver's whole number may be off by so much. */
const WHOLE_TOLERANCE = 1e-6;

/**
 * Fleets to begin a search with: the cheapest of a linear programme for each of a grid of capacities, in every arena,
 * in whole nodes. They know prices and capacity, and nothing of reclaims, memory or how long a run takes.
 */
export function linearSeeds(problem: SizingProblem, solver: LinearSolver): FleetGenome[] {
  const least = leastCapacity(problem);
  return problem.arenas.flatMap((arena, index) => {
    const relaxation = new FleetRelaxation(arena, problem, null);
    const seeds: FleetGenome[] = [];
    for (let k = 0; k < CAPACITIES; k += 1) {
      const capacity = least * CAPACITY_STEP ** k;
      const relaxed = relaxation.solve(
        solver,
        {
          effectiveCores: [capacity, Number.POSITIVE_INFINITY],
          memoryMibPerEffectiveCore: [0, Number.POSITIVE_INFINITY],
          nodes: [1, problem.maxNodes],
        },
        {
          billedHours: 1,
          billedHoursInRise: 0,
          usdPerNode: 0,
          reclaimUsd: new Float64Array(arena.pools.length),
        },
      );
      if (relaxed === undefined) break;
      seeds.push(...wholeFleets(relaxed.columns, arena, index, capacity));
    }
    relaxation.dispose();
    return seeds;
  });
}

/** The least capacity whose fastest run is in time often enough, in steps; that of one node where none is. */
function leastCapacity(problem: SizingProblem): number {
  const { arenas, maxNodes, model, allowedLate } = problem;
  const types = arenas.flatMap(({ pools }) => pools.map(({ instanceType }) => instanceType));
  const work = types.map(({ vcpus, coreSpeed }) => vcpus * coreSpeed);
  const memory = Math.max(...types.map(({ memoryMib, vcpus, coreSpeed }) => memoryMib / (vcpus * coreSpeed)));
  const [mode] = speedModes(model, arenas);
  const [least, most] = [Math.min(...work), Math.max(...work) * maxNodes];
  if (mode === undefined) return least;
  const isInTime = (capacity: number) => {
    const cell = {
      effectiveCores: [capacity, capacity],
      memoryMibPerEffectiveCore: [memory, memory],
      nodes: [1, 1],
    } as const;
    return runFloor(problem, mode, cell, false).lateProbability <= allowedLate;
  };
  // very many cores can take longer than fewer: the first step in time is looked for from below
  for (let capacity = least; capacity < most; capacity *= SCAN_STEP) if (isInTime(capacity)) return capacity;
  return least;
}

/** A linear solution in whole nodes: one core type, task nodes of one size; rounded down and up. */
function wholeFleets(
  columns: Float64Array,
  { pools }: Arena,
  arena: number,
  capacity: number,
): FleetGenome[] {
  const workOf = (i: number) => {
    const type = pools[i]?.instanceType;
    return type === undefined ? 0 : type.vcpus * type.coreSpeed;
  };
  const vcpusOf = (i: number) => pools[i]?.instanceType.vcpus ?? 0;
  const spot = pools.map((_, i) => (columns[pools.length + i] ?? 0) * workOf(i));
  const ranked = [...spot.keys()]
    .filter((i) => (spot[i] ?? 0) > 0)
    .sort((a, b) => (spot[b] ?? 0) - (spot[a] ?? 0));
  const [main] = ranked;
  const spotWork = spot.reduce((sum, each) => sum + each, 0);
  const onDemand = Math.max(capacity - spotWork, 0);
  const task = ranked
    .filter((i) => main !== undefined && vcpusOf(i) === vcpusOf(main))
    .slice(0, SEEDED_TASK_TYPES);
  const exact = main === undefined ? 0 : spotWork / workOf(main);
  return [0, ROOMY_CORE_MIB].flatMap((leastMib) => {
    const core = cheapestFor(onDemand, pools, workOf, leastMib);
    const coreNodes = Math.max(1, Math.ceil(onDemand / workOf(core) - WHOLE_TOLERANCE));
    return [...new Set([Math.floor(exact), Math.ceil(exact)])].map((taskSpotNodes) => ({
      ...{ arena, core, coreNodes, task, taskSpotNodes, taskOnDemandNodes: 0 },
    }));
  });
}

/** The type of which so much work costs least on demand, in whole nodes of at least so much memory. */
function cheapestFor(
  work: number,
  pools: Arena['pools'],
  workOf: (i: number) => number,
  leastMib: number,
): number {
  let best = 0;
  let leastUsd = Number.POSITIVE_INFINITY;
  pools.forEach((pool, i) => {
    const nodes = Math.max(1, Math.ceil(work / workOf(i) - WHOLE_TOLERANCE));
    const usd = nodes * (pool.onDemandUsdPerHour + pool.emrFeeUsdPerHour);
    if (pool.instanceType.memoryMib < leastMib || usd >= leastUsd) return;
    leastUsd = usd;
    best = i;
  });
  return best;
}
