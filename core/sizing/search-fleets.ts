import { nsga2 } from '../numerics/nsga2/nsga2.ts';
import { nonDominatedSort } from '../numerics/nsga2/non-dominated-sort.ts';
import { seededRng } from '../numerics/rng.ts';
import {
  genomeKey,
  randomGenome,
  repairGenome,
  type FleetGenome,
  type GenomeBounds,
} from './fleet-genome.ts';
import { betterUsed, climbFromBest, type ClimbBudget } from './climb.ts';
import { crossGenomes, mutateGenome } from './genome-operators.ts';
import { screenedSeeds } from './screening/screened-seeds.ts';
import { CandidateBook, type Candidate, type SizingProblem } from './sizing-problem.ts';

/** How much a search may spend. */
export interface SearchBudget {
  /** fleets of a quick screening that are judged to begin with */
  readonly screenedSeeds: number;
  readonly populationSize: number;
  readonly generations: number;
  readonly stallGenerations: number;
  /** climbs that follow: to cheaper fleets, and to well used ones */
  readonly climbs: ClimbBudget;
  readonly climbsToGoodUse: ClimbBudget;
}

export interface SearchResult {
  /** every fleet judged on the way */
  readonly candidates: readonly Candidate[];
  readonly generations: number;
  readonly evaluations: number;
}

/**
 * Searches fleets with NSGA-II over cost, lateness and distance from good utilisation, from given and screened seeds,
 * and climbs from the best it found: a genetic algorithm finds the regions, climbs their tops.
 *
 * @param book  judges, and remembers, every fleet
 * @param seeds  fleets to begin with, beside the screened ones
 */
export function searchFleets(
  problem: SizingProblem,
  seed: string,
  budget: SearchBudget,
  seeds: readonly FleetGenome[] = [],
  book: CandidateBook = new CandidateBook(problem),
): SearchResult {
  const bounds: GenomeBounds = { arenas: problem.arenas, maxNodes: problem.maxNodes };
  const all = [...seeds, ...screenedSeeds(problem, budget.screenedSeeds)].map((genome) =>
    repairGenome(genome, bounds),
  );
  const { generations } = nsga2<FleetGenome>(
    {
      create: (rng) => randomGenome(bounds, rng),
      crossover: crossGenomes,
      mutate: (genome, rng) => mutateGenome(genome, bounds, rng),
      repair: (genome) => repairGenome(genome, bounds),
      evaluate: (genome) => book.judge(genome),
      keyOf: genomeKey,
    },
    {
      rng: seededRng(`${seed}/search`),
      populationSize: budget.populationSize,
      generations: budget.generations,
      stallGenerations: budget.stallGenerations,
      seeds: bestSeeds(all, book, budget.populationSize),
    },
  );
  climbFromBest(book, bounds, budget.climbs);
  climbFromBest(book, bounds, budget.climbsToGoodUse, betterUsed);
  return { candidates: book.all, generations, evaluations: book.size };
}

/** Three quarters of the first population: the seeds that are least dominated; the rest is left to chance. */
function bestSeeds(
  seeds: readonly FleetGenome[],
  book: CandidateBook,
  populationSize: number,
): FleetGenome[] {
  const judged = seeds.map((genome) => book.judge(genome));
  const order = nonDominatedSort(judged).flat();
  return order.slice(0, Math.ceil(populationSize * 0.75)).flatMap((i) => judged[i]?.genome ?? []);
}
