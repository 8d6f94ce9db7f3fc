import type { Alternative, PlanForecast } from '../contracts/fleet-plan.ts';
import { valueAt } from '../numerics/quantiles.ts';
import { bytesText, durationText, percentText, usdText } from '../units-text.ts';
import { costThenLateness, latenessThenCost, leastBy, violationThenCost } from './choose-plan.ts';
import { fleetsOf, type FleetDesign } from './fleet-design.ts';
import { genomeKey } from './fleet-genome.ts';
import { forecastDesign } from './judge-design.ts';
import type { SizingRequest } from './sizing-request.ts';
import { distanceFromBand, UTILISATION_BAND, type Candidate, type SizingProblem } from './sizing-problem.ts';

/**
 * The plans that were not chosen, one of each kind that differs: what people ask about first.
 *
 * @param judged  all finalists, on the same scenarios as the chosen one
 */
export function alternativesTo(
  chosen: Candidate,
  judged: readonly Candidate[],
  baseline: FleetDesign | undefined,
  problem: SizingProblem,
): Alternative[] {
  const others = judged.filter((candidate) => candidate !== chosen);
  const affordable = others.filter((candidate) => candidate.affordable);
  const kinds: [string, Candidate | undefined][] = [
    [
      'all on demand',
      leastBy(
        others.filter(({ design }) => design.taskSpotNodes === 0),
        violationThenCost,
      ),
    ],
    [
      'cheapest regardless of deadline',
      leastBy(
        affordable.filter(({ judgement }) => judgement.costUsd < chosen.judgement.costUsd),
        costThenLateness,
      ),
    ],
    [
      'safest',
      leastBy(
        affordable.filter(({ judgement }) => judgement.lateProbability < chosen.judgement.lateProbability),
        latenessThenCost,
      ),
    ],
    [
      'other zone',
      leastBy(
        others.filter(({ design }) => design.zone !== chosen.design.zone),
        violationThenCost,
      ),
    ],
    [
      'other architecture',
      leastBy(
        others.filter(({ design }) => design.architecture !== chosen.design.architecture),
        violationThenCost,
      ),
    ],
  ];
  const taken = new Set([genomeKey(chosen.genome)]);
  const alternatives: Alternative[] = [];
  for (const [label, candidate] of kinds) {
    if (candidate === undefined || taken.has(genomeKey(candidate.genome))) continue;
    // a kind that the choice belongs to itself says nothing
    if (label === 'all on demand' && chosen.design.taskSpotNodes === 0) continue;
    taken.add(genomeKey(candidate.genome));
    alternatives.push(alternativeOf(label, candidate.design, chosen, problem));
  }
  if (baseline !== undefined) alternatives.push(alternativeOf('baseline', baseline, chosen, problem));
  return alternatives;
}

function alternativeOf(
  label: string,
  design: FleetDesign,
  chosen: Candidate,
  problem: SizingProblem,
): Alternative {
  const forecast = forecastDesign(design, problem.scenarios, problem.model, problem.secondsLeft);
  return { label, fleets: fleetsOf(design), forecast, whyNot: whyNot(forecast, chosen, problem) };
}

/** Why a plan lost, with the numbers that decided. */
function whyNot(forecast: PlanForecast, { judgement }: Candidate, problem: SizingProblem): string {
  const difference = forecast.costUsd - judgement.costUsd;
  const share = percentText(Math.abs(difference) / Math.max(judgement.costUsd, 1e-9));
  const costs = `${usdText(Math.abs(difference))} (${share}) ${difference >= 0 ? 'more' : 'less'}`;
  const late = `late with ${percentText(forecast.lateProbability)}`;
  if (forecast.costHighUsd > problem.limitUsd) {
    return `may cost ${usdText(forecast.costHighUsd)}, above the limit of ${usdText(problem.limitUsd)}; ${late}`;
  }
  if (forecast.lateProbability > problem.allowedLate) {
    return `${late}, where ${percentText(problem.allowedLate)} is allowed; costs ${costs}`;
  }
  if (difference < 0) {
    return `costs ${costs}, but utilisation is ${percentText(forecast.utilisation)} instead of ${percentText(judgement.utilisation)}, or more of it hangs on one spot pool`;
  }
  return `costs ${costs}; ${late}, the choice with ${percentText(judgement.lateProbability)}`;
}

/** Why this plan, in sentences for people. */
export function reasonsFor(
  chosen: Candidate,
  forecast: PlanForecast,
  baseline: PlanForecast | null,
  request: SizingRequest,
  problem: SizingProblem,
): string[] {
  const load = request.forecast.inputBytes;
  const runtime = forecast.runtimeSeconds;
  const { design } = chosen;
  return [
    `Load: ${bytesText(valueAt(load, 0.5))} (${bytesText(valueAt(load, 0.05))} to ${bytesText(valueAt(load, 0.95))}). ${request.forecast.reason}`,
    `Runtime: ${durationText(valueAt(runtime, 0.5))} (up to ${durationText(valueAt(runtime, 0.95))} in 19 of 20 cases) after ${durationText(forecast.startupSeconds)} of start-up, on ${design.cores} vCPUs in ${design.nodes} nodes. ${request.model.description}`,
    punctuality(forecast, problem),
    costReason(forecast, request),
    purchaseReason(design, request),
    utilisationReason(forecast),
    ...(baseline === null
      ? []
      : [
          `Against the baseline on demand (${usdText(baseline.costUsd)}, late with ${percentText(baseline.lateProbability)}) this plan ${baseline.costUsd >= forecast.costUsd ? 'saves' : 'adds'} ${usdText(Math.abs(baseline.costUsd - forecast.costUsd))}.`,
        ]),
  ];
}

function punctuality(forecast: PlanForecast, problem: SizingProblem): string {
  const facts = `late with ${percentText(forecast.lateProbability)}, ${percentText(problem.allowedLate)} is allowed; ${durationText(problem.secondsLeft)} are left`;
  return forecast.lateProbability <= problem.allowedLate
    ? `Punctuality: ${facts}.`
    : `Punctuality: ${facts}. No fleet within the limit does better: this is the least late one.`;
}

function costReason(forecast: PlanForecast, { job }: SizingRequest): string {
  const { targetUsd, limitUsd } = job.budget.perRun;
  const target =
    forecast.costUsd > targetUsd
      ? ` That is above the target of ${usdText(targetUsd)}, as nothing cheaper meets the rest.`
      : '';
  return `Cost: ${usdText(forecast.costUsd)} expected, ${usdText(forecast.costHighUsd)} at the 95th percentile, limit ${usdText(limitUsd)}.${target}`;
}

function purchaseReason(design: FleetDesign, { job }: SizingRequest): string {
  if (design.taskSpotNodes > 0) {
    const share = design.spotShares.reduce((sum, each) => sum + each, 0);
    const largest = Math.max(...design.spotShares);
    return `Spot: ${percentText(share)} of the capacity in ${design.task.length} type(s); one reclaim takes about ${percentText(largest)}. Core nodes stay on demand.`;
  }
  return job.capacity.spot
    ? 'Spot: none, as on-demand nodes do the job for the same money or spot has no price here.'
    : 'Spot: none, as the job does not allow it.';
}

function utilisationReason({ utilisation }: PlanForecast): string {
  const band = `${percentText(UTILISATION_BAND.low)} to ${percentText(UTILISATION_BAND.high)}`;
  return distanceFromBand(utilisation) === 0
    ? `Utilisation: ${percentText(utilisation)}, within ${band}.`
    : `Utilisation: ${percentText(utilisation)}, outside ${band}: a fleet inside it would cost more than 5 % extra or break the deadline.`;
}
