import type { FleetPlan } from '../contracts/fleet-plan.ts';
import { linearSeeds } from './bound/linear-seeds.ts';
import type { LinearSolver } from './bound/linear-solver.ts';
import { proveOptimality } from './bound/prove-optimality.ts';
import { chooseFeasible, finalistsOf, WORTH_OF_A_GOOD_FLEET } from './choose-plan.ts';
import { betterUsed, climbFromBest } from './climb.ts';
import type { Effort } from './effort.ts';
import { repairGenome, type FleetGenome } from './fleet-genome.ts';
import { cautiousLateProbability } from './lateness-margin.ts';
import { chooseSafest, saferUpTo } from './safest.ts';
import { screenedSeeds } from './screening/screened-seeds.ts';
import { searchFleets, type SearchResult } from './search-fleets.ts';
import { CandidateBook, type Candidate, type SizingProblem } from './sizing-problem.ts';

interface Means {
  readonly seed: string;
  /** fleets to begin with, beside screened and linear ones */
  readonly seeds: readonly FleetGenome[];
  /** gives linear optima to begin with, and proves how far from the best the choice can be */
  readonly solver: LinearSolver | undefined;
  /** a fleet that is well used and well spread may cost so much more than the cheapest, as a share @default 0.05 */
  readonly worthOfAGoodFleet?: number;
  /** the safest fleet is wanted of those expected to cost at most so much, USD; absent: the cheapest */
  readonly safestUpToUsd?: number | undefined;
}

interface Wish extends Pick<Means, 'safestUpToUsd'> {
  readonly worth: number;
}

/** What sizing came to. */
interface Sized {
  readonly found: SearchResult;
  /** the finalists, judged over the final scenarios */
  readonly candidates: readonly Candidate[];
  /** undefined: no fleet found holds every constraint */
  readonly chosen: Candidate | undefined;
  readonly optimality: FleetPlan['optimality'];
}

/**
 * Searches fleets over some scenarios, judges the best again over others, climbs there, chooses, and proves.
 *
 * @param searched  the problem with the scenarios of the search
 * @param final  the same problem with those that the choice is made over
 */
export function sizeFleet(
  searched: SizingProblem,
  final: SizingProblem,
  effort: Effort,
  { seed, seeds, solver, worthOfAGoodFleet: worth = WORTH_OF_A_GOOD_FLEET, safestUpToUsd }: Means,
): Sized {
  const book = new CandidateBook(searched);
  const linear = solver === undefined ? [] : linearSeeds(searched, solver);
  const found = searchFleets(searched, seed, effort.search, [...linear, ...seeds], book);
  const judged = judgeAfresh(found, final, effort, book, { worth, safestUpToUsd });
  const { candidates, chosen } = judged;
  const optimality =
    // how far the cheapest could lie below says nothing of a fleet that is to be safe
    solver === undefined || chosen === undefined || safestUpToUsd !== undefined
      ? undefined
      : proveOptimality({ chosen, candidates, linear }, final, solver, effort.proof, book);
  return { found, candidates, chosen, optimality };
}

/**
 * The search's finalists on scenarios that it has not seen, and climbs from there: the choice is made among these.
 * What is only just in time there is taken when nothing is so with caution.
 */
function judgeAfresh(
  found: SearchResult,
  fresh: SizingProblem,
  effort: Effort,
  searched: CandidateBook,
  wish: Wish,
): Pick<Sized, 'candidates' | 'chosen'> {
  const bounds = { arenas: fresh.arenas, maxNodes: fresh.maxNodes };
  const cautious = searched.for({
    ...fresh,
    allowedLate: cautiousLateProbability(fresh.allowedLate, fresh.scenarios.count),
  });
  const finalists = finalistsOf(found.candidates, effort.finalists).map(({ genome }) => genome);
  const screened = screenedSeeds(fresh, effort.finalists).map((genome) => repairGenome(genome, bounds));
  for (const genome of [...finalists, ...screened]) cautious.judge(genome);
  climbFromBest(cautious, bounds, effort.finalClimbs);
  if (wish.worth > 0) climbFromBest(cautious, bounds, effort.finalClimbsToGoodUse, betterUsed);
  if (wish.safestUpToUsd !== undefined) {
    climbFromBest(cautious, bounds, effort.finalClimbs, saferUpTo(wish.safestUpToUsd));
  }
  const chosen = chooseBy(wish, cautious.all);
  if (chosen !== undefined) return { candidates: cautious.all, chosen };
  const allowed = searched.for(fresh);
  for (const { genome } of cautious.all) allowed.judge(genome);
  return { candidates: allowed.all, chosen: chooseBy(wish, allowed.all) };
}

function chooseBy({ worth, safestUpToUsd }: Wish, candidates: readonly Candidate[]): Candidate | undefined {
  const safest = safestUpToUsd === undefined ? undefined : chooseSafest(candidates, safestUpToUsd);
  return safest ?? chooseFeasible(candidates, worth);
}
