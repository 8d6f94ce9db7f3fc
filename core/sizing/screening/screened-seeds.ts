import type { Pool } from '../../contracts/market.ts';
import type { Arena } from '../arenas.ts';
import { MAX_TASK_CORES_PER_CORE_CORE, type FleetGenome } from '../fleet-genome.ts';
import type { SizingProblem } from '../sizing-problem.ts';
import { coreFleetOf, LeastCoreFleets } from './core-fleet.ts';
import { QuickEstimate, type QuickFleet } from './quick-estimate.ts';
import { worthwhilePools, type WorthwhilePools } from './worthwhile-pools.ts';

/** Node counts of a ladder grow so: half a step off costs a few per cent, which climbs mend. */
const LADDER_STEP = 1.12;
/** From the fewest nodes in time on, so many steps of the ladder are priced: reclaims and fixed costs may ask for more. */
const STEPS_PRICED = [0, 1, 2, 4, 6] as const;
/** Seeds of one spot line. */
const MOST_OF_A_LINE = 3;
/** Types of one size that are taken together, when these are the cheapest there. */
const MOST_TOGETHER = 4;
/** What each further type is taken to add to the cost: it is not the cheapest. */
const DEARER_PER_TYPE = 1.08;
/** Of the seeds, so many have no task fleet: where spot is dear, short or not wanted, these are what is left. */
const SHARE_ON_DEMAND = 0.15;

/** A fleet with its screening figures. */
interface Screened {
  readonly genome: FleetGenome;
  readonly usd: number;
  /** how late a bad case ends, 0 when in time */
  readonly lateSeconds: number;
}

interface Counted {
  readonly nodes: number;
  readonly lateSeconds: number;
}

/**
 * Fleets to begin a search with, found line by line: in every zone and architecture every spot type, and every core
 * type alone, with as many nodes as a quick estimate needs to be in time, and a few more; spot beside the least core
 * that it may have. The best fleets lie near such lines, and only some types are worth one.
 *
 * @param most  fleets returned: those in time before others, cheap ones first, and a few on demand alone
 */
export function screenedSeeds(problem: SizingProblem, most: number): FleetGenome[] {
  const estimate = new QuickEstimate(problem);
  const worth = worthwhilePools(problem.arenas);
  const lines = problem.arenas.map((place, arena) => new ArenaLines(place, arena, problem, estimate));
  const few = Math.ceil(most * SHARE_ON_DEMAND);
  return [
    ...bestOf(
      lines.flatMap((each) => each.onSpot(worth)),
      most - few,
    ),
    ...bestOf(
      lines.flatMap((each) => each.onDemand(worth)),
      few,
    ),
  ].map(({ genome }) => genome);
}

function bestOf(lines: Screened[], count: number): Screened[] {
  return lines.sort(punctualThenCheap).slice(0, count);
}

function punctualThenCheap(one: Screened, other: Screened): number {
  return one.lateSeconds - other.lateSeconds || one.usd - other.usd;
}

class ArenaLines {
  private readonly place: Arena;
  private readonly arena: number;
  private readonly problem: SizingProblem;
  private readonly estimate: QuickEstimate;
  private readonly leastCores: LeastCoreFleets;

  constructor(place: Arena, arena: number, problem: SizingProblem, estimate: QuickEstimate) {
    this.place = place;
    this.arena = arena;
    this.problem = problem;
    this.estimate = estimate;
    this.leastCores = new LeastCoreFleets(place);
  }

  onDemand({ onDemand }: WorthwhilePools): Screened[] {
    const { place, arena, estimate } = this;
    const { maxNodes, vcpuQuotaOnDemand } = this.problem;
    return place.pools.flatMap((pool, core) => {
      if (!onDemand.has(pool)) return [];
      const fleetAt = (nodes: number): QuickFleet => ({
        primary: place.primary,
        core: coreFleetOf(pool, core, nodes),
        task: undefined,
        taskNodes: 0,
      });
      return this.counts(mostNodes(maxNodes, vcpuQuotaOnDemand, pool), fleetAt).map(
        ({ nodes, lateSeconds }) => ({
          genome: { arena, core, coreNodes: nodes, task: [], taskSpotNodes: 0, taskOnDemandNodes: 0 },
          usd: estimate.usd(fleetAt(nodes)),
          lateSeconds,
        }),
      );
    });
  }

  onSpot({ onSpot }: WorthwhilePools): Screened[] {
    return this.place.spotGroups.flatMap((group) => {
      const lines = group.map((type) => {
        const pool = this.place.pools[type];
        return pool === undefined || !onSpot.has(pool) ? [] : this.spotLine(type, pool);
      });
      return [...lines.flat(), ...together(lines, group)];
    });
  }

  private spotLine(type: number, pool: Pool): Screened[] {
    const { place, arena, estimate, leastCores } = this;
    const { maxNodes, vcpuQuotaSpot } = this.problem;
    const { vcpus } = pool.instanceType;
    const fleetAt = (taskNodes: number): QuickFleet => ({
      primary: place.primary,
      core: leastCores.of((taskNodes * vcpus) / MAX_TASK_CORES_PER_CORE_CORE),
      task: pool,
      taskNodes,
    });
    return this.counts(mostNodes(maxNodes - 1, vcpuQuotaSpot, pool), fleetAt)
      .map(({ nodes, lateSeconds }) => {
        const fleet = fleetAt(nodes);
        const { core, coreNodes } = fleet.core;
        return {
          genome: { arena, core, coreNodes, task: [type], taskSpotNodes: nodes, taskOnDemandNodes: 0 },
          usd: estimate.usd(fleet),
          lateSeconds,
        };
      })
      .sort(punctualThenCheap)
      .slice(0, MOST_OF_A_LINE);
  }

  /** The fewest nodes that a bad case is in time with, by the ladder, and some more; the most there are where none is. */
  private counts(most: number, fleetAt: (nodes: number) => QuickFleet): Counted[] {
    const ladder = ladderTo(most);
    const late = (nodes: number) => this.estimate.lateSeconds(fleetAt(nodes));
    let from = 0;
    let to = ladder.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (late(ladder[middle] ?? 1) === 0) to = middle;
      else from = middle + 1;
    }
    const last = ladder.length - 1;
    if (from > last) return ladder.slice(-1).map((nodes) => ({ nodes, lateSeconds: late(nodes) }));
    const counts = STEPS_PRICED.map((step) => ladder[Math.min(from + step, last)] ?? most);
    return [...new Set(counts)].map((nodes) => ({ nodes, lateSeconds: 0 }));
  }
}

/** The cheapest line of a size with one, two and three of the size's cheapest types beside its own. */
function together(lines: readonly (readonly Screened[])[], group: readonly number[]): Screened[] {
  const [best] = lines.flatMap((line) => line[0] ?? []).sort(punctualThenCheap);
  if (best === undefined) return [];
  const { task } = best.genome;
  const others = group.filter((i) => !task.includes(i)).slice(0, MOST_TOGETHER - 1);
  return others.map((_, k) => ({
    ...best,
    usd: best.usd * DEARER_PER_TYPE ** (k + 1),
    genome: { ...best.genome, task: [...task, ...others.slice(0, k + 1)].sort((a, b) => a - b) },
  }));
}

function mostNodes(maxNodes: number, vcpuQuota: number | null, { instanceType }: Pool): number {
  return vcpuQuota === null ? maxNodes : Math.min(maxNodes, Math.floor(vcpuQuota / instanceType.vcpus));
}

function ladderTo(most: number): number[] {
  const counts: number[] = [];
  for (let count = 1; count < most; count = Math.max(count + 1, Math.round(count * LADDER_STEP))) {
    counts.push(count);
  }
  return most >= 1 ? [...counts, most] : [];
}
