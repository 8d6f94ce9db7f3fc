import type { Rng } from '../rng.ts';
import { NonDominatedArchive } from './archive.ts';
import { crowdingDistances } from './crowding-distance.ts';
import type { Evaluation } from './domination.ts';
import { keepSpread } from './keep-spread.ts';
import { nonDominatedSort } from './non-dominated-sort.ts';

/** What is to be optimised. Genomes are never changed in place: every operator returns a new one. */
export interface Nsga2Problem<Genome> {
  create(rng: Rng): Genome;
  crossover(one: Genome, other: Genome, rng: Rng): Genome;
  mutate(genome: Genome, rng: Rng): Genome;
  /** brings a genome back into its bounds */
  repair?(genome: Genome, rng: Rng): Genome;
  evaluate(genome: Genome): Evaluation;
  /** one text per distinct genome: when given, a child that already lives is changed again */
  keyOf?(genome: Genome): string;
}

export interface Nsga2Options<Genome> {
  readonly rng: Rng;
  readonly populationSize: number;
  readonly generations: number;
  /** genomes to begin with; the rest of the first population is created at random */
  readonly seeds?: readonly Genome[];
  /** share of children made of two parents, 0..1 @default 0.9 */
  readonly crossoverProbability?: number;
  /** most members of the archive @default 200 */
  readonly archiveSize?: number;
  /** end early once so many generations brought nothing new into the archive @default never */
  readonly stallGenerations?: number;
}

export interface Nsga2Member<Genome> extends Evaluation {
  readonly genome: Genome;
}

export interface Nsga2Result<Genome> {
  /** feasible and non-dominated among everything evaluated; empty when nothing was feasible */
  readonly front: readonly Nsga2Member<Genome>[];
  readonly population: readonly Nsga2Member<Genome>[];
  readonly generations: number;
  readonly evaluations: number;
}

/** Twins add nothing to a population: a child that equals a living one is mutated again, this often at most. */
const DUPLICATE_RETRIES = 4;

interface Ranked<Genome> {
  readonly member: Nsga2Member<Genome>;
  readonly rank: number;
  readonly distance: number;
}

/**
 * Constrained multi-objective search: an elitist genetic algorithm that keeps what is least dominated and, among
 * equals, what is least crowded. The same problem, options and generator give the same result.
 *
 * @returns the archive of feasible non-dominated members, the last population and what was spent
 * @see Deb, Pratap, Agarwal and Meyarivan, A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II,
 *   IEEE Transactions on Evolutionary Computation 6(2), 2002
 */
export function nsga2<Genome>(
  problem: Nsga2Problem<Genome>,
  options: Nsga2Options<Genome>,
): Nsga2Result<Genome> {
  const { rng, populationSize } = options;
  const archive = new NonDominatedArchive<Nsga2Member<Genome>>(options.archiveSize ?? 200);
  let evaluations = 0;
  let improved = false;

  const repaired = (raw: Genome): Genome => problem.repair?.(raw, rng) ?? raw;
  const evaluated = (genome: Genome): Nsga2Member<Genome> => {
    const member = { genome, ...problem.evaluate(genome) };
    evaluations += 1;
    if (archive.add(member)) improved = true;
    return member;
  };

  const first = (options.seeds ?? []).slice(0, populationSize).map((seed) => evaluated(repaired(seed)));
  while (first.length < populationSize) first.push(evaluated(repaired(problem.create(rng))));
  let population = select(first, populationSize);

  let generation = 0;
  let stalled = 0;
  while (
    generation < options.generations &&
    stalled < (options.stallGenerations ?? Number.POSITIVE_INFINITY)
  ) {
    improved = false;
    const alive = new Set(population.map(({ member }) => problem.keyOf?.(member.genome)));
    const children: Nsga2Member<Genome>[] = [];
    while (children.length < populationSize) {
      const parent = tournament(population, rng).genome;
      const crossed =
        rng() < (options.crossoverProbability ?? 0.9)
          ? problem.crossover(parent, tournament(population, rng).genome, rng)
          : parent;
      let child = repaired(problem.mutate(crossed, rng));
      for (let retry = 0; retry < DUPLICATE_RETRIES && isAlive(problem, child, alive); retry += 1) {
        child = repaired(problem.mutate(child, rng));
      }
      alive.add(problem.keyOf?.(child));
      children.push(evaluated(child));
    }
    population = select([...population.map(({ member }) => member), ...children], populationSize);
    generation += 1;
    stalled = improved ? 0 : stalled + 1;
  }

  return {
    front: archive.members,
    population: population.map(({ member }) => member),
    generations: generation,
    evaluations,
  };
}

function isAlive<Genome>(
  problem: Nsga2Problem<Genome>,
  genome: Genome,
  alive: ReadonlySet<string | undefined>,
): boolean {
  return problem.keyOf !== undefined && alive.has(problem.keyOf(genome));
}

/** The best by front; the last front, which fits only in part, is thinned out. */
function select<Genome>(members: readonly Nsga2Member<Genome>[], size: number): Ranked<Genome>[] {
  const selected: Ranked<Genome>[] = [];
  for (const [rank, front] of nonDominatedSort(members).entries()) {
    const room = size - selected.length;
    const objectives = (indices: readonly number[]) => indices.map((i) => members[i]?.objectives ?? []);
    const kept =
      front.length <= room ? front : keepSpread(objectives(front), room).flatMap((k) => front[k] ?? []);
    const distances = crowdingDistances(objectives(kept));
    kept.slice(0, room).forEach((i, place) => {
      const member = members[i];
      if (member !== undefined) selected.push({ member, rank, distance: distances[place] ?? 0 });
    });
    if (selected.length >= size) break;
  }
  return selected;
}

/** The better of two picked at random: lower front first, then more room. */
function tournament<Genome>(population: readonly Ranked<Genome>[], rng: Rng): Nsga2Member<Genome> {
  const one = pick(population, rng);
  const other = pick(population, rng);
  const oneWins = one.rank < other.rank || (one.rank === other.rank && one.distance >= other.distance);
  return (oneWins ? one : other).member;
}

function pick<T>(items: readonly T[], rng: Rng): T {
  const item = items[Math.floor(rng() * items.length)];
  if (item === undefined) throw new RangeError('the population is empty: populationSize must be at least 1');
  return item;
}
