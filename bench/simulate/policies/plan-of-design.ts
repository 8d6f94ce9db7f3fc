import type { FleetPlan } from '../../../core/contracts/fleet-plan.ts';
import { baselineDesign } from '../../../core/sizing/baseline-fleet.ts';
import type { FleetDesign } from '../../../core/sizing/fleet-design.ts';
import { forecastDesign } from '../../../core/sizing/judge-design.ts';
import type { SizingRequest } from '../../../core/sizing/plan-fleet.ts';
import { planFrame } from '../../../core/sizing/plan-frame.ts';
import { drawScenarios } from '../../../core/sizing/scenarios.ts';
import { secondsBetween } from '../../../core/units.ts';

const SCENARIOS = 200;

/**
 * A plan of a fleet that no search found.
 *
 * @param method  who chose it, in a word
 */
export function planOfDesign(
  request: SizingRequest,
  design: FleetDesign,
  method: string,
  reason: string,
): FleetPlan {
  const { job, market, model, forecast, seed } = request;
  const scenarios = drawScenarios(forecast.inputBytes, SCENARIOS, seed);
  const secondsLeft = secondsBetween(request.now, request.deadlineAt);
  const forecastOf = (of: FleetDesign) => forecastDesign(of, scenarios, model, secondsLeft);
  const expected = forecastOf(design);
  const baseline = baselineDesign(job, market, design);
  return {
    ...planFrame(request, design),
    bounds: { maxNodes: design.nodes, limitUsd: job.budget.perRun.limitUsd },
    forecast: expected,
    meetsSlo: expected.lateProbability <= 1 - job.slo.target,
    baseline: baseline === undefined ? null : forecastOf(baseline),
    reasons: [reason],
    alternatives: [],
    front: [],
    solver: { method, seed, generations: 0, evaluations: 1 },
    models: { load: forecast.method, runtime: model.version },
  };
}
