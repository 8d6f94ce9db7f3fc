import type { Alternative, PlanForecast } from '../contracts/fleet-plan.ts';
import { valueAt } from '../numerics/quantiles.ts';
import { bytesText, durationText, percentText, usdText } from '../units-text.ts';
import {
  costThenLateness,
  latenessThenCost,
  leastBy,
  violationThenCost,
  WORTH_OF_A_GOOD_FLEET,
} from './choose-plan.ts';
import { memoryText, utilisationRangeText } from './explain-use.ts';
import { designOf, fleetsOf, type FleetDesign } from './fleet-design.ts';
import { safestUpToUsd } from './safest.ts';
import { sumsOfDesign } from './evaluate/sums-of-design.ts';
import { forecastDesign } from './judge-design.ts';
import type { SizingRequest } from './sizing-request.ts';
import { cautiousLateProbability } from './lateness-margin.ts';
import {
  distanceFromBand,
  MAX_POOL_SHARE,
  UTILISATION_BAND,
  type Candidate,
  type SizingProblem,
} from './sizing-problem.ts';

/** The choice, and what it stands for. */
export interface Chosen {
  readonly candidate: Candidate;
  readonly design: FleetDesign;
  /** the fleet that would fly, were this one not tried; undefined of a plan that tries nothing */
  readonly insteadOf: Candidate | undefined;
  /** whether it was taken because it is safe, and not because it is cheap */
  readonly safest?: boolean;
}

/**
 * The plans that were not chosen, one of each kind that differs: what people ask about first.
 *
 * @param judged  all finalists, on the same scenarios as the chosen one
 */
export function alternativesTo(
  chosen: Chosen,
  judged: readonly Candidate[],
  baseline: FleetDesign | undefined,
  problem: SizingProblem,
): Alternative[] {
  const seen = new Set([fleetKey(chosen.design)]);
  const alternatives: Alternative[] = [];
  for (const [label, design] of [
    ...bestOfEachKind(chosen, judged, problem).map(
      ([kind, found]) =>
        [kind, found === undefined ? undefined : designOf(found.genome, problem.arenas, problem)] as const,
    ),
    ['baseline', baseline] as const,
  ]) {
    if (design === undefined || seen.has(fleetKey(design))) continue;
    // a kind that the choice belongs to itself says nothing
    if (label === 'all on demand' && chosen.design.taskSpotNodes === 0) continue;
    const forecast = forecastDesign(design, problem.scenarios, problem.model, problem.secondsLeft);
    if (figuresOf(forecast) === figuresOf(chosen.candidate.judgement)) continue;
    seen.add(fleetKey(design));
    const whyNot = whyNotChosen(design, forecast, chosen, problem);
    alternatives.push({ label, fleets: fleetsOf(design), forecast, whyNot });
  }
  return alternatives;
}

/** The best fleet of each kind, the choice left aside. */
function bestOfEachKind(
  { candidate: chosen, insteadOf }: Chosen,
  judged: readonly Candidate[],
  { arenas }: SizingProblem,
): [string, Candidate | undefined][] {
  const here = arenas[chosen.genome.arena];
  const others = judged.filter((candidate) => candidate !== chosen);
  const affordable = others.filter((candidate) => candidate.affordable);
  return [
    ['without a try', insteadOf],
    [
      'all on demand',
      leastBy(
        others.filter(({ genome }) => genome.taskSpotNodes === 0),
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
        others.filter(({ genome }) => arenas[genome.arena]?.zone !== here?.zone),
        violationThenCost,
      ),
    ],
    [
      'other architecture',
      leastBy(
        others.filter(({ genome }) => arenas[genome.arena]?.architecture !== here?.architecture),
        violationThenCost,
      ),
    ],
  ];
}

/** What would be launched: two genomes, or a genome and the baseline, can come to the same fleet. */
function fleetKey(design: FleetDesign): string {
  return JSON.stringify([design.zone, fleetsOf(design)]);
}

/** Cost and lateness as people read them: a fleet with the same figures is no other choice to them. */
function figuresOf({ costUsd, lateProbability }: Figures): string {
  return `${usdText(costUsd)}, ${percentText(lateProbability)}`;
}

type Figures = Pick<PlanForecast, 'costUsd' | 'lateProbability'>;

/** Why a plan lost, by the first rule that it breaks, with the numbers that decided. */
function whyNotChosen(
  design: FleetDesign,
  forecast: PlanForecast,
  { candidate: { judgement }, design: chosenDesign, insteadOf, safest = false }: Chosen,
  problem: SizingProblem,
): string {
  const costs = `costs ${differenceText(forecast.costUsd, judgement.costUsd)}`;
  const late = `late with ${percentText(forecast.lateProbability)}`;
  const chosenLate = `the choice with ${percentText(judgement.lateProbability)}`;
  const overQuota = overQuotaText(design, problem);
  if (overQuota !== undefined) return `${overQuota}; ${late}; ${costs}`;
  const mayCostUsd = Math.max(forecast.costHighUsd, forecast.costUsd);
  if (mayCostUsd > problem.limitUsd) {
    return `may cost ${usdText(mayCostUsd)}, above the limit of ${usdText(problem.limitUsd)}; ${late}`;
  }
  if (forecast.lateProbability > problem.allowedLate) {
    return judgement.lateProbability > problem.allowedLate
      ? `${late}, ${chosenLate}; ${costs}`
      : `${late}, where ${percentText(problem.allowedLate)} is allowed; ${costs}`;
  }
  if (forecast.costUsd >= judgement.costUsd) return `${costs}; ${late}, ${chosenLate}`;
  if (forecast.lateProbability > judgement.lateProbability && safest)
    return `${costs}; ${late}, ${chosenLate}`;
  if (insteadOf !== undefined) return `${costs}; ${late}; passed over for what the try may teach`;
  if (distanceFromBand(forecast.utilisation) > distanceFromBand(judgement.utilisation)) {
    return `${costs}, but utilisation is ${percentText(forecast.utilisation)} instead of ${percentText(judgement.utilisation)}`;
  }
  if (largestShare(design) > Math.max(largestShare(chosenDesign), MAX_POOL_SHARE)) {
    return `${costs}, but one reclaim would take ${percentText(largestShare(design))} of it`;
  }
  if (forecast.lateProbability > cautiousLateProbability(problem.allowedLate, problem.scenarios.count)) {
    return `${late}, too close to the ${percentText(problem.allowedLate)} that is allowed to count on it; ${costs}`;
  }
  // only the baseline gets here: every other fleet is one that the choice was made from
  return `${costs}, but lies outside the job's capacity rules, or came out late when the search, which is stricter, met it`;
}

function largestShare({ spotShares }: FleetDesign): number {
  return Math.max(0, ...spotShares);
}

function differenceText(usd: number, chosenUsd: number): string {
  const difference = usd - chosenUsd;
  const share = percentText(Math.abs(difference) / Math.max(chosenUsd, 1e-9));
  return `${usdText(Math.abs(difference))} (${share}) ${difference >= 0 ? 'more' : 'less'}`;
}

function overQuotaText(design: FleetDesign, problem: SizingProblem): string | undefined {
  const { onDemandVcpus: onDemand, spotVcpus: spot } = sumsOfDesign(design);
  if (problem.vcpuQuotaOnDemand !== null && onDemand > problem.vcpuQuotaOnDemand) {
    return `needs ${onDemand} vCPUs on demand, the account's quota is ${problem.vcpuQuotaOnDemand}`;
  }
  if (problem.vcpuQuotaSpot !== null && spot > problem.vcpuQuotaSpot) {
    return `needs ${spot} vCPUs on spot, the account's quota is ${problem.vcpuQuotaSpot}`;
  }
  return undefined;
}

/** Why this plan, in sentences for people. */
export function reasonsFor(
  { design, insteadOf }: Chosen,
  forecast: PlanForecast,
  baseline: PlanForecast | null,
  request: SizingRequest,
  problem: SizingProblem,
): string[] {
  const load = request.forecast.inputBytes;
  const runtime = forecast.runtimeSeconds;
  const memory = memoryText(forecast);
  return [
    `Load: ${bytesText(valueAt(load, 0.5))} (${bytesText(valueAt(load, 0.05))} to ${bytesText(valueAt(load, 0.95))}). ${request.forecast.reason}`,
    `Runtime: ${durationText(valueAt(runtime, 0.5))} (up to ${durationText(valueAt(runtime, 0.95))} in 19 of 20 cases) after ${durationText(forecast.startupSeconds)} of start-up, on ${design.cores} executor cores in ${design.nodes} ${design.nodes === 1 ? 'node' : 'nodes'}. ${request.model.description}`,
    punctuality(forecast, problem),
    ...(request.risk === undefined ? [] : [request.risk.reason]),
    costReason(forecast, request),
    ...objectiveReason(forecast, request),
    purchaseReason(design, request, insteadOf !== undefined),
    utilisationReason(forecast, problem, request, insteadOf !== undefined),
    ...(memory === null ? [] : [`Memory: ${memory}.`]),
    ...(baseline === null
      ? []
      : [
          `Against the baseline on demand (${usdText(baseline.costUsd)}, late with ${percentText(baseline.lateProbability)}) this plan ${baseline.costUsd >= forecast.costUsd ? 'saves' : 'adds'} ${usdText(Math.abs(baseline.costUsd - forecast.costUsd))}.`,
        ]),
  ];
}

function punctuality(forecast: PlanForecast, problem: SizingProblem): string {
  const facts = `late with ${percentText(forecast.lateProbability)}, ${percentText(problem.allowedLate)} is allowed; ${timeLeftText(problem.secondsLeft)}`;
  return forecast.lateProbability <= problem.allowedLate
    ? `Punctuality: ${facts}.`
    : `Punctuality: ${facts}. No fleet within the limit does better: this is the least late one.`;
}

function timeLeftText(secondsLeft: number): string {
  return secondsLeft > 0
    ? `${durationText(secondsLeft)} are left`
    : `the deadline passed ${durationText(-secondsLeft)} ago`;
}

function costReason(forecast: PlanForecast, { job, spentUsd = 0 }: SizingRequest): string {
  const { targetUsd, limitUsd } = job.budget.perRun;
  const target =
    forecast.costUsd > targetUsd
      ? ` That is above the target of ${usdText(targetUsd)}, as nothing cheaper meets the rest.`
      : '';
  const spent = spentUsd > 0 ? `, of which earlier attempts took ${usdText(spentUsd)}` : '';
  return `Cost: ${usdText(forecast.costUsd)} expected, ${usdText(forecast.costHighUsd)} at the 95th percentile, limit ${usdText(limitUsd)}${spent}.${target}`;
}

/** Whether the fleet was taken because it is safe: where none within the target meets the SLO, the cheapest is. */
function isSafest({ costUsd }: PlanForecast, request: SizingRequest): boolean {
  return costUsd <= (safestUpToUsd(request) ?? Number.NEGATIVE_INFINITY);
}

function objectiveReason(forecast: PlanForecast, request: SizingRequest): string[] {
  if (safestUpToUsd(request) === undefined) return [];
  const target = `the target of ${usdText(request.job.budget.perRun.targetUsd)}`;
  return isSafest(forecast, request)
    ? [
        `Objective: the safest. Of the fleets found that are expected to cost at most ${target}, none is late less.`,
      ]
    : [`Objective: the safest within ${target}, but none so cheap meets the SLO.`];
}

function purchaseReason(design: FleetDesign, { job, constraints }: SizingRequest, tried: boolean): string {
  if (design.taskSpotNodes > 0) {
    const share = design.spotShares.reduce((sum, each) => sum + each, 0);
    const largest = Math.max(...design.spotShares);
    return `Spot: ${percentText(share)} of the capacity in ${design.task.length} ${design.task.length === 1 ? 'type' : 'types'}; one reclaim takes about ${percentText(largest)}. Core nodes stay on demand.`;
  }
  if (constraints?.onDemandOnly === true) return 'Spot: none, as an earlier attempt failed of it.';
  if (tried && job.capacity.spot) return 'Spot: none in the fleet that is tried.';
  return job.capacity.spot
    ? 'Spot: none, as on-demand nodes do the job for the same money or spot has no price here.'
    : 'Spot: none, as the job does not allow it.';
}

function utilisationReason(
  forecast: PlanForecast,
  problem: SizingProblem,
  request: SizingRequest,
  tried: boolean,
): string {
  const band = `${percentText(UTILISATION_BAND.low)} to ${percentText(UTILISATION_BAND.high)}`;
  const { utilisation, lateProbability } = forecast;
  const found = `Utilisation: ${percentText(utilisation)}${utilisationRangeText(forecast)}`;
  if (distanceFromBand(utilisation) === 0) return `${found}, within ${band}.`;
  if (tried) return `${found}, outside ${band}: the fleet was taken for what it may teach.`;
  return lateProbability > problem.allowedLate || isSafest(forecast, request)
    ? `${found}, outside ${band}: the least late fleet was taken, however well it is used.`
    : `${found}, outside ${band}: every fleet inside it that was found costs more than ${percentText(WORTH_OF_A_GOOD_FLEET)} extra or breaks a constraint.`;
}
