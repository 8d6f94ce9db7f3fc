import type { FleetPlan } from '../contracts/fleet-plan.ts';
import { baselineDesign } from './baseline-fleet.ts';
import { costLatenessFront } from './choose-plan.ts';
import { alternativesTo, reasonsFor } from './explain-plan.ts';
import { designOf, type FleetDesign } from './fleet-design.ts';
import { forecastDesign } from './judge-design.ts';
import { planFrame } from './plan-frame.ts';
import { safestUpToUsd } from './safest.ts';
import type { SearchResult } from './search-fleets.ts';
import type { Candidate, SizingProblem } from './sizing-problem.ts';
import type { SizingRequest } from './sizing-request.ts';

const MOST_FRONT_POINTS = 60;

/**
 * The plan as it is handed on: the choice, what it was chosen from, and why.
 *
 * @param insteadOf  the fleet that would fly, were the choice not one that is tried
 */
export function composePlan(
  request: SizingRequest,
  problem: SizingProblem,
  found: SearchResult,
  judged: readonly Candidate[],
  chosen: Candidate,
  insteadOf?: Candidate,
): FleetPlan {
  const { job, market } = request;
  const design = designOf(chosen.genome, problem.arenas, problem);
  const safest = safestUpToUsd(request) !== undefined;
  const choice = { candidate: chosen, design, insteadOf, safest };
  const forecastOf = (of: FleetDesign) =>
    forecastDesign(of, problem.scenarios, problem.model, problem.secondsLeft);
  const forecast = forecastOf(design);
  const baseline = baselineDesign(job, market, design);
  const baselineForecast = baseline === undefined ? null : forecastOf(baseline);
  return {
    ...planFrame(request, design, problem.arenas[chosen.genome.arena]?.pools),
    bounds: { maxNodes: problem.maxNodes, limitUsd: problem.limitUsd },
    forecast,
    ...(request.risk === undefined ? {} : { risk: request.risk }),
    meetsSlo: forecast.lateProbability <= problem.allowedLate,
    baseline: baselineForecast,
    reasons: [
      ...reasonsFor(choice, forecast, baselineForecast, request, problem),
      ...(job.baseline !== undefined && baseline === undefined
        ? [
            `The baseline's type ${job.baseline.instanceType} is unknown to market and catalogue: no comparison.`,
          ]
        : []),
    ],
    alternatives: alternativesTo(choice, judged, baseline, problem),
    front: frontOf(judged, chosen),
    solver: {
      method: 'NSGA-II, from screened and linear seeds, then hill climbing',
      seed: request.seed,
      generations: found.generations,
      evaluations: found.evaluations,
    },
    models: modelsOf(request),
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
