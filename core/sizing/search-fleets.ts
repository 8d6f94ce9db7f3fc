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
import { crossGenomes, mutateGenome, neighboursOf } from './genome-operators.ts';
import { seedFleets } from './seed-fleets.ts';
import { CandidateBook, type Candidate, type SizingProblem } from './sizing-problem.ts';

/** How much a search may spend. */
export interface SearchBudget {
  readonly populationSize: number;
  readonly generations: number;
  readonly stallGenerations: number;
  /** rounds of the hill climb that follows */
  readonly climbRounds: number;
}

export interface SearchResult {
  /** every fleet judged on the way */
  readonly candidates: readonly Candidate[];
  readonly generations: number;
  readonly evaluations: number;
}

/**
 * Searches fleets with NSGA-II over cost, lateness and distance from good utilisation, from greedy seeds, and
 * climbs from the best it found: a genetic algorithm finds the region, a climb its top.
 */
export function searchFleets(
  problem: SizingProblem,
  seed: string,
  budget: SearchBudget,
  further: readonly FleetGenome[] = [],
): SearchResult {
  const bounds: GenomeBounds = { arenas: problem.arenas, maxNodes: problem.maxNodes };
  const book = new CandidateBook(problem);
  const seeds = [...further.map((genome) => repairGenome(genome, bounds)), ...seedFleets(bounds)];
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
      seeds: bestSeeds(seeds, book, budget.populationSize),
    },
  );
  climb(book, bounds, budget.climbRounds);
  return { candidates: book.all, generations, evaluations: book.all.length };
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

/** Moves to the best neighbour while there is a better one; bounded. */
function climb(book: CandidateBook, bounds: GenomeBounds, rounds: number): void {
  let best = book.all.reduce<Candidate | undefined>(
    (one, other) => (one === undefined || isBetter(other, one) ? other : one),
    undefined,
  );
  for (let round = 0; round < rounds && best !== undefined; round += 1) {
    const from: Candidate = best;
    best = neighboursOf(from.genome, bounds)
      .map((genome) => book.judge(genome))
      .reduce((one, other) => (isBetter(other, one) ? other : one), from);
    if (best === from) return;
  }
}

/** Less violating first, then cheaper. */
function isBetter(one: Candidate, other: Candidate): boolean {
  if (one.violation !== other.violation) return one.violation < other.violation;
  return one.judgement.costUsd < other.judgement.costUsd;
}
