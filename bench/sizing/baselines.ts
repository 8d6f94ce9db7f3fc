import { linearSeeds } from '../../core/sizing/bound/linear-seeds.ts';
import type { LinearSolver } from '../../core/sizing/bound/linear-solver.ts';
import { nsga2 } from '../../core/numerics/nsga2/nsga2.ts';
import { seededRng } from '../../core/numerics/rng.ts';
import { genomeKey, randomGenome, repairGenome, type FleetGenome } from '../../core/sizing/fleet-genome.ts';
import { crossGenomes, mutateGenome } from '../../core/sizing/genome-operators.ts';
import { greedyFleets } from './greedy-fleets.ts';
import { CandidateBook, type SizingProblem } from '../../core/sizing/sizing-problem.ts';

export const BASELINES = [
  'plainNsga2',
  'greedyCheapest',
  'onDemand',
  'diversifiedDefault',
  'bestHighsSeed',
] as const;
export type BaselineName = (typeof BASELINES)[number];

/** Types that EMR's console offers a fleet by default, and the share of it that is on spot. */
const DIVERSIFIED_TYPES = 5;
const DIVERSIFIED_SPOT_SHARE = 0.75;
const PLAIN_POPULATION = 100;
const PLAIN_GENERATIONS = 100;

/** What each baseline's best feasible fleet costs, USD; null where it finds none. */
export function baselineCosts(
  problem: SizingProblem,
  solver: LinearSolver,
  seed: string,
): Record<BaselineName, number | null> {
  const book = new CandidateBook(problem);
  const cheapest = (genomes: readonly FleetGenome[]): number | null => {
    const costs = genomes
      .map((genome) => book.judge(repairGenome(genome, problem)))
      .filter(({ violation }) => violation === 0)
      .map(({ judgement }) => judgement.costUsd);
    return costs.length === 0 ? null : Math.min(...costs);
  };
  const greedy = greedyFleets(problem);
  return {
    plainNsga2: cheapest(plainFront(problem, book, seed)),
    greedyCheapest: cheapest(greedy),
    onDemand: cheapest(greedy.filter(({ taskSpotNodes }) => taskSpotNodes === 0)),
    diversifiedDefault: cheapest(diversified(problem)),
    bestHighsSeed: cheapest(linearSeeds(problem, solver)),
  };
}

/** NSGA-II from chance alone. */
function plainFront(problem: SizingProblem, book: CandidateBook, seed: string): FleetGenome[] {
  const { front } = nsga2<FleetGenome>(
    {
      create: (rng) => randomGenome(problem, rng),
      crossover: crossGenomes,
      mutate: (genome, rng) => mutateGenome(genome, problem, rng),
      repair: (genome) => repairGenome(genome, problem),
      evaluate: (genome) => book.judge(genome),
      keyOf: genomeKey,
    },
    {
      rng: seededRng(`${seed}/plain`),
      populationSize: PLAIN_POPULATION,
      generations: PLAIN_GENERATIONS,
    },
  );
  return front.map(({ genome }) => genome);
}

/** Fleets as people set them up: the cheapest types of one size, three quarters on spot, at every scale. */
function diversified({ arenas, maxNodes }: SizingProblem): FleetGenome[] {
  return arenas.flatMap((place, arena) =>
    place.spotGroups.flatMap((group) => {
      const [core] = [...group].sort((a, b) => a - b);
      if (core === undefined) return [];
      return Array.from({ length: maxNodes }, (_, i) => {
        const taskSpotNodes = Math.round((i + 1) * DIVERSIFIED_SPOT_SHARE);
        const task = group.slice(0, DIVERSIFIED_TYPES);
        return {
          ...{ arena, core, coreNodes: i + 1 - taskSpotNodes, task },
          ...{ taskSpotNodes, taskOnDemandNodes: 0 },
        };
      });
    }),
  );
}
