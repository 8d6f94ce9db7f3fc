import type { FleetPlan } from '../../../core/contracts/fleet-plan.ts';
import { InvalidInputError } from '../../../core/errors.ts';
import { buildDesign, fleetsOf } from '../../../core/sizing/fleet-design.ts';
import { forecastDesign } from '../../../core/sizing/judge-design.ts';
import type { SizingRequest } from '../../../core/sizing/plan-fleet.ts';
import { drawScenarios } from '../../../core/sizing/scenarios.ts';
import { secondsBetween } from '../../../core/units.ts';
import { planHandler } from './plan-handler.ts';

const SCENARIOS = 200;

/** The job's baseline fleet, on demand, in the first zone that has its type. */
export const planBaseline = planHandler(({ request }) => baselinePlan(request));

function baselinePlan(request: SizingRequest): FleetPlan {
  const { job, market, model, forecast, seed } = request;
  const { baseline } = job;
  const pools = market.pools.filter(({ instanceType }) => instanceType.name === baseline?.instanceType);
  const core = pools.sort((a, b) => (a.zone < b.zone ? -1 : 1))[0];
  if (baseline === undefined || core === undefined) {
    throw new InvalidInputError(
      `${job.name}: found ${baseline === undefined ? 'no baseline' : `the baseline type ${baseline.instanceType}, which is on no offer`}; allowed: a baseline whose type the job’s capacity admits.`,
    );
  }
  const design = buildDesign({
    primary: core,
    core,
    coreNodes: baseline.count,
    task: [],
    taskSpotNodes: 0,
    taskOnDemandNodes: 0,
    diskGibPerNode: job.capacity.diskGibPerNode,
  });
  const scenarios = drawScenarios(forecast.inputBytes, SCENARIOS, seed);
  const expected = forecastDesign(design, scenarios, model, secondsBetween(request.now, request.deadlineAt));
  return {
    runKey: request.runKey,
    job: job.name,
    plannedAt: request.now,
    deadlineAt: request.deadlineAt,
    region: market.region,
    zone: design.zone,
    architecture: design.architecture,
    fleets: fleetsOf(design),
    executor: design.executors.shape,
    ebsGib: job.capacity.diskGibPerNode,
    bounds: { maxNodes: baseline.count, limitUsd: job.budget.perRun.limitUsd },
    forecast: expected,
    meetsSlo: expected.lateProbability <= 1 - job.slo.target,
    baseline: expected,
    reasons: ['The fleet that the team has today, on demand.'],
    alternatives: [],
    front: [],
    solver: { method: 'baseline', seed, generations: 0, evaluations: 1 },
    models: { load: forecast.method, runtime: model.version },
    market: { source: market.source, surveyedAt: market.surveyedAt, notes: market.notes },
  };
}
