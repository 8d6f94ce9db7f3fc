import { durationText, percentText, usdText } from '../units-text.ts';
import { SECONDS_PER_MINUTE } from '../units.ts';
import { chooseFeasible, latenessThenCost, leastBy } from './choose-plan.ts';
import { designOf } from './fleet-design.ts';
import { finishSecondsAt } from './judge-design.ts';
import { searchFleets, type SearchBudget } from './search-fleets.ts';
import { NoFeasiblePlanError } from './sizing-errors.ts';
import type { Candidate, SizingProblem } from './sizing-problem.ts';

/** Fleets tried for the earliest finish. */
const FASTEST_TRIED = 20;
/** EMR fleets end at 1000 nodes in a job file. */
const MOST_NODES = 1000;

/** The error for a run that nothing can bring in on time: what binds, and what would help, found by sizing again. */
export function tooLateError(
  problem: SizingProblem,
  judged: readonly Candidate[],
  seed: string,
  budget: SearchBudget,
): NoFeasiblePlanError {
  const best = leastBy(
    judged.filter((candidate) => candidate.affordable),
    latenessThenCost,
  );
  const relaxations = [
    laterDeadline(problem, judged),
    higherLimit(problem, seed, budget),
    moreNodes(problem, seed, budget),
  ].filter((sentence) => sentence !== undefined);
  return new NoFeasiblePlanError(
    'deadline',
    `No fleet within ${usdText(problem.limitUsd)} and ${problem.maxNodes} nodes is late with at most ` +
      `${percentText(problem.allowedLate)} when ${durationText(problem.secondsLeft)} are left; the best is late with ` +
      `${percentText(best?.judgement.lateProbability ?? 1)}.`,
    relaxations,
  );
}

function laterDeadline(problem: SizingProblem, judged: readonly Candidate[]): string | undefined {
  const finishes = judged
    .filter((candidate) => candidate.affordable)
    .sort(latenessThenCost)
    .slice(0, FASTEST_TRIED)
    .map(({ genome }) =>
      finishSecondsAt(
        designOf(genome, problem.arenas, problem),
        problem.scenarios,
        problem.model,
        1 - problem.allowedLate,
      ),
    );
  if (finishes.length === 0) return undefined;
  const minutes = Math.ceil((Math.min(...finishes) - problem.secondsLeft) / SECONDS_PER_MINUTE);
  return `a deadline ${Math.max(minutes, 1)} min later`;
}

function higherLimit(problem: SizingProblem, seed: string, budget: SearchBudget): string | undefined {
  const free = { ...problem, limitUsd: Number.MAX_SAFE_INTEGER };
  const found = chooseFeasible(searchFleets(free, `${seed}/limit`, budget).candidates);
  return found === undefined
    ? undefined
    : `budget.perRun.limitUsd of at least ${usdText(Math.ceil((problem.spentUsd + found.judgement.costHighUsd) * 100) / 100)}`;
}

function moreNodes(problem: SizingProblem, seed: string, budget: SearchBudget): string | undefined {
  for (const factor of [1.5, 2, 4]) {
    const maxNodes = Math.min(Math.ceil(problem.maxNodes * factor), MOST_NODES);
    if (maxNodes <= problem.maxNodes) return undefined;
    const found = chooseFeasible(searchFleets({ ...problem, maxNodes }, `${seed}/nodes`, budget).candidates);
    if (found === undefined) continue;
    const { coreNodes, taskSpotNodes, taskOnDemandNodes } = found.genome;
    return `capacity.maxNodes of at least ${coreNodes + taskSpotNodes + taskOnDemandNodes}`;
  }
  return undefined;
}

/** The error for a run whose earlier attempts left nothing of its limit. */
export function spentError(limitUsd: number, spentUsd: number): NoFeasiblePlanError {
  return new NoFeasiblePlanError(
    'budget',
    `Earlier attempts of this run cost ${usdText(spentUsd)}: nothing is left of its limit of ${usdText(limitUsd)} for all attempts together.`,
    [`budget.perRun.limitUsd above ${usdText(spentUsd)}`],
  );
}

/** The error for a run that nothing can pay for, that the account's quota does not admit, or that fits on no node. */
export function tooDearError(problem: SizingProblem, candidates: readonly Candidate[]): NoFeasiblePlanError {
  const holding = candidates.filter((candidate) => candidate.holdsDriver);
  if (holding.length === 0) {
    return new NoFeasiblePlanError(
      'capacity',
      `No fleet of at most ${problem.maxNodes} nodes has a core node that holds Spark's driver and an executor beside it.`,
      [
        'capacity.maxNodes of 2 or more',
        'capacity.families or minMemoryGibPerCore with more memory per node',
      ],
    );
  }
  const withinQuota = holding.filter((candidate) => candidate.withinQuota);
  if (withinQuota.length === 0) {
    return new NoFeasiblePlanError(
      'quota',
      `Even the smallest fleet needs more vCPUs than the account may run: ${problem.vcpuQuotaOnDemand ?? 'any number of'} on demand, ${problem.vcpuQuotaSpot ?? 'any number of'} on spot.`,
      ['a higher EC2 vCPU quota'],
    );
  }
  const cheapest = withinQuota.reduce((one, other) =>
    other.judgement.costHighUsd < one.judgement.costHighUsd ? other : one,
  );
  const needed = Math.max(cheapest.judgement.costHighUsd, cheapest.judgement.costUsd);
  return new NoFeasiblePlanError(
    'budget',
    `No fleet stays within ${limitText(problem)}, however late: the cheapest may cost ${usdText(needed)}.`,
    [
      `budget.perRun.limitUsd of at least ${usdText(Math.ceil((problem.spentUsd + needed) * 100) / 100)}${
        cheapest.judgement.lateProbability > problem.allowedLate ? ', and more to be on time' : ''
      }`,
    ],
  );
}

/** The limit, and what earlier attempts left of it. */
function limitText({ limitUsd, spentUsd }: SizingProblem): string {
  const left = `the limit of ${usdText(limitUsd + spentUsd)} a run`;
  return spentUsd > 0
    ? `the ${usdText(limitUsd)} that earlier attempts, at ${usdText(spentUsd)}, left of ${left}`
    : left;
}
