import type { FleetPlan } from '../contracts/fleet-plan.ts';
import { USUAL_LAYOUT } from '../executors/layout-rules.ts';
import { surveyedNodePrices } from '../market/node-prices.ts';
import { durationText } from '../units-text.ts';
import { secondsBetween } from '../units.ts';
import { eligibleArenas } from './arenas.ts';
import { baselineDesign, baselineGenomes } from './baseline-fleet.ts';
import { chooseFeasible, chooseLeastLate, costLatenessFront, finalistsOf } from './choose-plan.ts';
import { alternativesTo, reasonsFor } from './explain-plan.ts';
import { fleetsOf } from './fleet-design.ts';
import { forecastDesign } from './judge-design.ts';
import { constrain } from './constrain-request.ts';
import { spentError, tooDearError, tooLateError } from './relaxations.ts';
import { drawScenarios } from './scenarios.ts';
import { searchFleets, type SearchBudget, type SearchResult } from './search-fleets.ts';
import { NoFeasiblePlanError } from './sizing-errors.ts';
import { candidateOf, type Candidate, type SizingProblem } from './sizing-problem.ts';
import type { SizingRequest } from './sizing-request.ts';

export { NoFeasiblePlanError } from './sizing-errors.ts';
export type { SizingJob, SizingRequest } from './sizing-request.ts';

interface Effort {
  readonly search: SearchBudget;
  readonly searchScenarios: number;
  /** finalists are judged again on so many scenarios that the search never saw */
  readonly freshScenarios: number;
  readonly finalists: number;
}

const EFFORTS: Readonly<Record<SizingRequest['effort'], Effort>> = {
  fast: {
    search: { populationSize: 40, generations: 16, stallGenerations: 8, climbRounds: 8 },
    searchScenarios: 200,
    freshScenarios: 500,
    finalists: 16,
  },
  full: {
    search: { populationSize: 90, generations: 70, stallGenerations: 12, climbRounds: 40 },
    searchScenarios: 500,
    freshScenarios: 3000,
    finalists: 40,
  },
};

/** The search aims below what is allowed: what it finds must hold on scenarios it has not seen. */
const SEARCH_MARGIN = 0.8;
const MOST_FRONT_POINTS = 60;

/**
 * Sizes a fleet for one run: NSGA-II over zones, types, counts and purchase options, judged over scenarios of
 * load, luck, start-up, prices and reclaims. Deadline first (a chance constraint by the job's SLO), then cost, then
 * utilisation. The same request gives the same plan.
 *
 * @returns the plan with the alternatives it beat and the reasons
 * @throws NoFeasiblePlanError  when the deadline has passed before the first attempt, the capacity rules leave
 *   nothing, no fleet stays within what earlier attempts left of the limit, or (with `whenLate: 'refuse'`) none is punctual enough; it says what would help
 */
export function planFleet(asked: SizingRequest): FleetPlan {
  const { request, reasons } = constrained(asked);
  const effort = EFFORTS[request.effort];
  const problem = problemOf(request, effort);
  const found = searchFleets(
    { ...problem, allowedLate: problem.allowedLate * SEARCH_MARGIN },
    request.seed,
    effort.search,
    baselineGenomes(request.job, problem.arenas),
  );
  const fresh = {
    ...problem,
    scenarios: drawScenarios(request.forecast.inputBytes, effort.freshScenarios, `${request.seed}/fresh`),
  };
  const judged = finalistsOf(found.candidates, effort.finalists).flatMap(
    ({ genome }) => candidateOf(genome, fresh) ?? [],
  );
  const feasible = chooseFeasible(judged);
  const chosen = feasible ?? chooseLeastLate(judged);
  if (chosen === undefined) throw tooDearError(fresh, judged);
  if (feasible === undefined && request.whenLate === 'refuse') {
    throw tooLateError(fresh, judged, request.seed, EFFORTS.fast.search);
  }
  const plan = composePlan(request, fresh, found, judged, chosen);
  return { ...plan, reasons: [...reasons, ...plan.reasons, ...(request.remarks ?? [])] };
}

function constrained(request: SizingRequest): { request: SizingRequest; reasons: readonly string[] } {
  if (request.constraints === undefined) return { request, reasons: [] };
  const { reasons, ...rest } = constrain(request.job, request.market, request.constraints);
  return { request: { ...request, ...rest }, reasons };
}

function problemOf(request: SizingRequest, effort: Effort): SizingProblem {
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
    arenas: eligibleArenas(job, market),
    model: request.model,
    scenarios: drawScenarios(request.forecast.inputBytes, effort.searchScenarios, request.seed),
    secondsLeft,
    allowedLate: 1 - job.slo.target,
    limitUsd,
    spentUsd,
    maxNodes: job.capacity.maxNodes,
    diskGibPerNode: job.capacity.diskGibPerNode,
    layout: request.constraints?.layout ?? USUAL_LAYOUT,
    vcpuQuotaOnDemand: market.vcpuQuotaOnDemand,
    vcpuQuotaSpot: market.vcpuQuotaSpot,
  };
}

function composePlan(
  request: SizingRequest,
  problem: SizingProblem,
  found: SearchResult,
  judged: readonly Candidate[],
  chosen: Candidate,
): FleetPlan {
  const { job, market } = request;
  const forecastOf = (design: Candidate['design']) =>
    forecastDesign(design, problem.scenarios, problem.model, problem.secondsLeft);
  const forecast = forecastOf(chosen.design);
  const baseline = baselineDesign(job, market, chosen.design);
  const fleets = fleetsOf(chosen.design);
  const baselineForecast = baseline === undefined ? null : forecastOf(baseline);
  return {
    runKey: request.runKey,
    job: job.name,
    plannedAt: request.now,
    deadlineAt: request.deadlineAt,
    region: market.region,
    zone: chosen.design.zone,
    architecture: chosen.design.architecture,
    fleets,
    executor: chosen.design.executors.shape,
    ebsGib: job.capacity.diskGibPerNode,
    nodeUsdPerHour: surveyedNodePrices(fleets, market.pools, chosen.design.zone),
    bounds: { maxNodes: problem.maxNodes, limitUsd: problem.limitUsd },
    forecast,
    meetsSlo: forecast.lateProbability <= problem.allowedLate,
    baseline: baselineForecast,
    reasons: [
      ...reasonsFor(chosen, forecast, baselineForecast, request, problem),
      ...(job.baseline !== undefined && baseline === undefined
        ? [
            `The baseline's type ${job.baseline.instanceType} is unknown to market and catalogue: no comparison.`,
          ]
        : []),
    ],
    alternatives: alternativesTo(chosen, judged, baseline, problem),
    front: frontOf(judged, chosen),
    solver: {
      method: 'NSGA-II, seeded with greedy fleets, then hill climbing',
      seed: request.seed,
      generations: found.generations,
      evaluations: found.evaluations,
    },
    models: modelsOf(request),
    market: { source: market.source, surveyedAt: market.surveyedAt, notes: market.notes },
  };
}

/** What repeats the plan's forecasts: versions, and where they are kept. */
function modelsOf({ forecast, model, modelDocuments }: SizingRequest): FleetPlan['models'] {
  const versions = { load: forecast.version ?? forecast.method, runtime: model.version };
  return modelDocuments === undefined ? versions : { ...versions, documents: modelDocuments };
}

function frontOf(judged: readonly Candidate[], chosen: Candidate): FleetPlan['front'] {
  const front = costLatenessFront(judged.filter((candidate) => candidate.affordable)).filter(
    (candidate) => candidate !== chosen,
  );
  return [...front.slice(0, MOST_FRONT_POINTS - 1), chosen]
    .map((candidate) => ({
      costUsd: candidate.judgement.costUsd,
      lateProbability: candidate.judgement.lateProbability,
      utilisation: candidate.judgement.utilisation,
      chosen: candidate === chosen,
    }))
    .sort((a, b) => a.costUsd - b.costUsd);
}
