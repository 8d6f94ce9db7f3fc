import type { FleetPlan } from '../../core/contracts/fleet-plan.ts';
import { hypervolume } from '../../core/numerics/hypervolume.ts';
import type { LinearSolver } from '../../core/sizing/bound/linear-solver.ts';
import type { ClimbBudget } from '../../core/sizing/climb.ts';
import { costLatenessFront } from '../../core/sizing/choose-plan.ts';
import { EFFORTS, type Effort } from '../../core/sizing/effort.ts';
import { designOf, fleetsOf } from '../../core/sizing/fleet-design.ts';
import type { FleetGenome } from '../../core/sizing/fleet-genome.ts';
import { cautiousLateProbability } from '../../core/sizing/lateness-margin.ts';
import { sizeFleet } from '../../core/sizing/size-fleet.ts';
import { CandidateBook, type Candidate, type SizingProblem } from '../../core/sizing/sizing-problem.ts';
import { BASELINES, baselineCosts, type BaselineName } from './baselines.ts';
import { everyFleet } from './every-fleet.ts';
import type { Instance } from './instance.ts';
import { problemOf, problemOverFreshDraws, searchedProblem } from './problem-of.ts';

const FRESH_DRAWS = 10_000;
/** Independent searches that look for the best known plan, each with a multiple of the effort: twenty times in all. */
const KNOWN_SEARCHES = 5;
const KNOWN_EFFORT = 4;

/** What a suite needs to know of an instance's plan. */
export interface Measured {
  readonly name: string;
  readonly kind: Instance['kind'];
  readonly types: number;
  readonly feasible: boolean;
  readonly costUsd: number | null;
  readonly floorUsd: number | null;
  readonly bestKnownUsd: number | null;
  /** of all fleets, where they are few enough to look at each */
  readonly optimumUsd: number | null;
  readonly milliseconds: number;
  readonly lateOnFreshDraws: number | null;
  readonly allowedLate: number;
  readonly hypervolumeRatio: number | null;
  readonly baselines: Record<BaselineName, number | null>;
  readonly fleets: FleetPlan['fleets'];
  readonly zone: string | null;
  readonly front: readonly (readonly [costUsd: number, lateProbability: number])[];
}

/** Sizes an instance and everything beside it. */
export function measureInstance(
  instance: Instance,
  solver: LinearSolver,
  effortName: 'fast' | 'full',
): Measured {
  const problem = problemOf(instance);
  const before = process.cpuUsage().user;
  const sized = sizeInstance(instance, effortName, solver);
  const milliseconds = (process.cpuUsage().user - before) / 1000;
  const { chosen } = sized;
  const known = bestKnown(instance, solver);
  const optimumUsd = instance.kind === 'small' ? optimumOf(problem) : null;
  const costs = [chosen?.judgement.costUsd, known.costUsd, optimumUsd].filter(
    (usd) => usd !== null && usd !== undefined,
  );
  const design = chosen === undefined ? undefined : designOf(chosen.genome, problem.arenas, problem);
  return {
    name: instance.name,
    kind: instance.kind,
    types: new Set(problem.arenas.flatMap(({ pools }) => pools.map(({ instanceType }) => instanceType.name)))
      .size,
    feasible: chosen !== undefined,
    costUsd: chosen?.judgement.costUsd ?? null,
    floorUsd: sized.optimality?.costFloorUsd ?? null,
    bestKnownUsd: costs.length === 0 ? null : Math.min(...costs),
    optimumUsd,
    milliseconds,
    lateOnFreshDraws: chosen === undefined ? null : lateOnFreshDraws(instance, chosen.genome),
    allowedLate: problem.allowedLate,
    hypervolumeRatio: ratioOf(
      frontOf(sized.candidates),
      frontOf(known.candidates),
      chosen?.judgement.costUsd,
    ),
    baselines: baselineCosts(cautious(problem), solver, instance.name),
    fleets: design === undefined ? [] : fleetsOf(design),
    zone: design?.zone ?? null,
    front: frontOf(sized.candidates),
  };
}

/** Sizes an instance as a deployment would. */
export function sizeInstance(instance: Instance, effortName: 'fast' | 'full', solver: LinearSolver) {
  return size(instance, EFFORTS[effortName], instance.name, effortName === 'full' ? solver : undefined);
}

function size(instance: Instance, effort: Effort, seed: string, solver: LinearSolver | undefined) {
  return sizeFleet(searchedProblem(instance, effort, seed), problemOf(instance), effort, {
    seed,
    seeds: [],
    solver,
    worthOfAGoodFleet: 0,
  });
}

function cautious(problem: SizingProblem): SizingProblem {
  return {
    ...problem,
    allowedLate: cautiousLateProbability(problem.allowedLate, problem.scenarios.count),
  };
}

/** The best plan of searches with twenty times the effort, each from another seed. */
function bestKnown(
  instance: Instance,
  solver: LinearSolver,
): { costUsd: number | null; candidates: Candidate[] } {
  const { full } = EFFORTS;
  const effort: Effort = {
    ...full,
    search: {
      screenedSeeds: full.search.screenedSeeds * KNOWN_EFFORT,
      populationSize: full.search.populationSize * 2,
      generations: full.search.generations * 2,
      stallGenerations: full.search.stallGenerations * 2,
      climbs: climbsOf(full.search.climbs, 2),
      climbsToGoodUse: full.search.climbsToGoodUse,
    },
    finalists: full.finalists * KNOWN_EFFORT,
    finalClimbs: climbsOf(full.finalClimbs, KNOWN_EFFORT),
    finalClimbsToGoodUse: full.finalClimbsToGoodUse,
    proof: { ...full.proof, cells: 1 },
  };
  const found = Array.from({ length: KNOWN_SEARCHES }, (_, k) =>
    size(instance, effort, `${instance.name}/known ${k}`, solver),
  );
  const costs = found.flatMap(({ chosen }) => (chosen === undefined ? [] : [chosen.judgement.costUsd]));
  return {
    costUsd: costs.length === 0 ? null : Math.min(...costs),
    candidates: found.flatMap(({ candidates }) => [...candidates]),
  };
}

function climbsOf({ near, far, rounds }: ClimbBudget, longer: number): ClimbBudget {
  return { near: near * KNOWN_EFFORT, far: far * KNOWN_EFFORT, rounds: rounds * longer };
}

/** The cheapest of all fleets that holds every constraint with the caution that the sizer uses. */
function optimumOf(problem: SizingProblem): number | null {
  const book = new CandidateBook(cautious(problem));
  let best: number | null = null;
  for (const genome of everyFleet(problem)) {
    const { violation, judgement } = book.judge(genome);
    if (violation === 0 && (best === null || judgement.costUsd < best)) best = judgement.costUsd;
  }
  return best;
}

function lateOnFreshDraws(instance: Instance, genome: FleetGenome): number {
  const fresh = problemOverFreshDraws(instance, FRESH_DRAWS, `${instance.name}/fresh`);
  return new CandidateBook(fresh).judge(genome).judgement.lateProbability;
}

function frontOf(candidates: readonly Candidate[]): [number, number][] {
  return costLatenessFront(candidates.filter(({ affordable }) => affordable)).map(({ judgement }) => [
    judgement.costUsd,
    judgement.lateProbability,
  ]);
}

/** Of the area that both fronts dominate below twice the plan's cost, the part that the plan's front does. */
function ratioOf(
  own: readonly (readonly number[])[],
  known: readonly (readonly number[])[],
  costUsd: number | undefined,
): number | null {
  if (costUsd === undefined) return null;
  const reference = [2 * costUsd, 1];
  return hypervolume(own, reference) / hypervolume([...own, ...known], reference);
}

/** By how much each baseline's cost lies above the plan's, %; null where it has none. */
export function aboveThePlan({ costUsd, baselines }: Measured): Record<BaselineName, number | null> {
  const above = (name: BaselineName) => {
    const usd = baselines[name];
    return usd === null || costUsd === null ? null : 100 * (usd / costUsd - 1);
  };
  const [plainNsga2, greedyCheapest, onDemand, diversifiedDefault, bestHighsSeed] = BASELINES;
  return {
    plainNsga2: above(plainNsga2),
    greedyCheapest: above(greedyCheapest),
    onDemand: above(onDemand),
    diversifiedDefault: above(diversifiedDefault),
    bestHighsSeed: above(bestHighsSeed),
  };
}
