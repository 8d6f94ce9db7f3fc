import type { FleetPlan } from '../contracts/fleet-plan.ts';
import { USUAL_LAYOUT } from '../executors/layout-rules.ts';
import { durationText } from '../units-text.ts';
import { secondsBetween } from '../units.ts';
import { eligibleArenas, type EligibilityRule } from './arenas.ts';
import { baselineGenomes } from './baseline-fleet.ts';
import type { LinearSolver } from './bound/linear-solver.ts';
import { optimalityReason } from './bound/prove-optimality.ts';
import { chooseLeastLate } from './choose-plan.ts';
import { composePlan } from './compose-plan.ts';
import { constrain } from './constrain-request.ts';
import { EFFORTS, type Effort } from './effort.ts';
import { cautiousLateProbability } from './lateness-margin.ts';
import { withRoomForData } from './memory-fit.ts';
import { spentError, tooDearError, tooLateError } from './relaxations.ts';
import { safestUpToUsd } from './safest.ts';
import { drawScenarios } from './scenarios.ts';
import { sizeFleet } from './size-fleet.ts';
import { NoFeasiblePlanError } from './sizing-errors.ts';
import type { SizingProblem } from './sizing-problem.ts';
import { allowedLateOf, type SizingRequest } from './sizing-request.ts';
import { proposeTry } from './try-next.ts';

export { NoFeasiblePlanError } from './sizing-errors.ts';
export type { SizingJob, SizingRequest } from './sizing-request.ts';

/**
 * Sizes a fleet for one run: NSGA-II over zones, types, counts and purchase options, judged over scenarios of
 * load, luck, start-up, prices and reclaims. Deadline first (a chance constraint by the job's SLO), then cost, then
 * utilisation. The same request gives the same plan.
 *
 * @param solver  gives the search linear optima to begin with, and proves how far from the best the plan can be
 * @returns the plan with the alternatives it beat and the reasons
 * @throws NoFeasiblePlanError  when the deadline has passed before the first attempt, the capacity rules leave
 *   nothing, no fleet stays within what earlier attempts left of the limit, or (with `whenLate: 'refuse'`) none is punctual enough; it says what would help
 */
export function planFleet(asked: SizingRequest, solver?: LinearSolver): FleetPlan {
  const held = constrained(asked);
  if (held.otherwise === undefined) return planHeld(held, solver);
  try {
    return planHeld(held, solver);
  } catch (error) {
    if (!(error instanceof NoFeasiblePlanError)) throw error;
    const { reasons } = held.otherwise;
    return planHeld({ ...held.otherwise, reasons: [...held.constraintReasons, ...reasons] }, solver);
  }
}

function planHeld(
  { request, rule, reasons }: Pick<ReturnType<typeof constrained>, 'request' | 'rule' | 'reasons'>,
  solver?: LinearSolver,
): FleetPlan {
  const effort = EFFORTS[request.effort];
  const problem = problemOf(request, effort, rule);
  const fresh = {
    ...problem,
    allowedLate: allowedLateOf(request),
    scenarios: drawScenarios(request.forecast.inputBytes, effort.freshScenarios, `${request.seed}/fresh`),
  };
  const sized = sizeFleet(problem, fresh, effort, {
    seed: request.seed,
    seeds: baselineGenomes(request.job, problem.arenas),
    solver,
    safestUpToUsd: safestUpToUsd(request),
  });
  const { candidates, optimality } = sized;
  const chosen = sized.chosen ?? chooseLeastLate(candidates);
  if (chosen === undefined) throw tooDearError(fresh, candidates);
  if (sized.chosen === undefined && request.whenLate === 'refuse') {
    throw tooLateError(fresh, candidates, request.seed, EFFORTS.fast.search);
  }
  const proposal =
    safestUpToUsd(request) === undefined ? proposeTry(request, fresh, candidates, chosen) : null;
  const tried = proposal?.tryNext.tried === true;
  const plan = tried
    ? composePlan(request, fresh, sized.found, candidates, proposal.candidate, chosen)
    : composePlan(request, fresh, sized.found, candidates, chosen);
  // what is proved of the cheapest fleet is not said of one that is tried
  const proved = tried ? undefined : optimality;
  return {
    ...plan,
    reasons: [
      ...reasons,
      ...plan.reasons,
      ...(proposal === null ? [] : [proposal.tryNext.reason]),
      ...(request.remarks ?? []),
      ...(proved === undefined ? [] : [optimalityReason(proved)]),
    ],
    ...(proved === undefined ? {} : { optimality: proved }),
    ...(proposal === null ? {} : { tryNext: proposal.tryNext }),
  };
}

function constrained(
  request: SizingRequest,
): ReturnType<typeof withRoomForData> & { readonly constraintReasons: readonly string[] } {
  if (request.constraints === undefined) return { ...withRoomForData(request), constraintReasons: [] };
  const { reasons, ...rest } = constrain(request.job, request.market, request.constraints);
  const held = withRoomForData({ ...request, ...rest });
  return { ...held, reasons: [...reasons, ...held.reasons], constraintReasons: reasons };
}

function problemOf(request: SizingRequest, effort: Effort, rule?: EligibilityRule): SizingProblem {
  const { job, market } = request;
  const secondsLeft = secondsBetween(request.now, request.deadlineAt);
  if (!(secondsLeft > 0) && (request.whenLate === 'refuse' || (request.attempt ?? 1) === 1)) {
    throw new NoFeasiblePlanError(
      'deadline',
      `The deadline ${request.deadlineAt} lies ${durationText(-secondsLeft)} before now (${request.now}): nothing can be planned for it.`,
      ['a later deadline or an earlier start'],
    );
  }
  const spentUsd = request.spentUsd ?? 0;
  const limitUsd = job.budget.perRun.limitUsd - spentUsd;
  if (!(limitUsd > 0)) throw spentError(job.budget.perRun.limitUsd, spentUsd);
  return {
    arenas: eligibleArenas(job, market, rule),
    model: request.model,
    scenarios: drawScenarios(request.forecast.inputBytes, effort.searchScenarios, request.seed),
    secondsLeft,
    allowedLate: cautiousLateProbability(allowedLateOf(request), effort.searchScenarios),
    limitUsd,
    spentUsd,
    maxNodes: job.capacity.maxNodes,
    diskGibPerNode: job.capacity.diskGibPerNode,
    layout: request.constraints?.layout ?? USUAL_LAYOUT,
    vcpuQuotaOnDemand: market.vcpuQuotaOnDemand,
    vcpuQuotaSpot: market.vcpuQuotaSpot,
  };
}
