import type { PlanForecast } from '../contracts/fleet-plan.ts';
import { QUANTILE_LEVELS, type Quantiles } from '../contracts/quantities.ts';
import { quantilesOf, sampleQuantile } from '../numerics/quantiles.ts';
import { predictRuntime, type RuntimeModel } from '../runtime-model/runtime-model.ts';
import { SECONDS_PER_HOUR } from '../units.ts';
import { expectedBilledHours, medianStartupSeconds } from './cluster-times.ts';
import type { FleetDesign } from './fleet-design.ts';
import type { ReclaimDraws, Scenarios, Workspace } from './scenarios.ts';

/** Work lost with a node and done again: at most what it did in this time, s. Older results lie in S3. */
const REWORK_WINDOW_SECONDS = 600;
const HIGH_COST_LEVEL = 0.95;

/** What a fleet does over all scenarios. */
export interface Judgement {
  readonly costUsd: number;
  /** 95th percentile over the scenarios */
  readonly costHighUsd: number;
  readonly lateProbability: number;
  /** mean over all scenarios of the seconds past the deadline, 0 when in time */
  readonly meanLatenessSeconds: number;
  readonly utilisation: number;
}

interface Outcomes extends Workspace {
  readonly utilisation: number;
}

/**
 * Judges a fleet over scenarios: how late, how dear, how busy.
 *
 * @param secondsLeft  from now, when the cluster is requested, to the deadline
 * @see Ferguson et al., Jockey: Guaranteed Job Latency in Data Parallel Clusters, EuroSys 2012
 */
export function judgeDesign(
  design: FleetDesign,
  scenarios: Scenarios,
  model: RuntimeModel,
  secondsLeft: number,
): Judgement {
  return judgementOf(playOut(design, scenarios, model), scenarios, secondsLeft);
}

/** What outcomes amount to; they stand in the scenarios' workspace, so nothing else may be played out before. */
function judgementOf(outcomes: Outcomes, scenarios: Scenarios, secondsLeft: number): Judgement {
  let late = 0;
  let lateness = 0;
  for (let s = 0; s < scenarios.count; s += 1) {
    const over = (outcomes.startupSeconds[s] ?? 0) + (outcomes.runtimeSeconds[s] ?? 0) - secondsLeft;
    if (over <= 0) continue;
    late += 1;
    lateness += over;
  }
  const { sorted } = scenarios.workspace;
  sorted.set(outcomes.costUsd);
  sorted.sort();
  return {
    costUsd: mean(outcomes.costUsd),
    costHighUsd: sorted[Math.min(Math.ceil(HIGH_COST_LEVEL * scenarios.count), scenarios.count) - 1] ?? 0,
    lateProbability: late / scenarios.count,
    meanLatenessSeconds: lateness / scenarios.count,
    utilisation: outcomes.utilisation,
  };
}

/** The forecast that a plan carries, over the same scenarios as its judgement. */
export function forecastDesign(
  design: FleetDesign,
  scenarios: Scenarios,
  model: RuntimeModel,
  secondsLeft: number,
): PlanForecast {
  const outcomes = playOut(design, scenarios, model);
  const judgement = judgementOf(outcomes, scenarios, secondsLeft);
  const hours = mean(outcomes.billedHours);
  const emrFee = hours * design.emrFeeUsdPerHour;
  const storage = hours * design.storageUsdPerHour;
  return {
    costUsd: judgement.costUsd,
    costHighUsd: judgement.costHighUsd,
    lateProbability: judgement.lateProbability,
    runtimeSeconds: quantilesOf([...outcomes.runtimeSeconds]),
    startupSeconds: sampleQuantile(
      [...outcomes.startupSeconds].sort((a, b) => a - b),
      0.5,
    ),
    utilisation: judgement.utilisation,
    costSplitUsd: { compute: Math.max(judgement.costUsd - emrFee - storage, 0), emrFee, storage },
  };
}

/**
 * How long a fleet needs from its request to the last step's end, at a level.
 *
 * @returns seconds
 */
export function finishSecondsAt(
  design: FleetDesign,
  scenarios: Scenarios,
  model: RuntimeModel,
  level: number,
): number {
  const { startupSeconds, runtimeSeconds } = playOut(design, scenarios, model);
  const finish = Float64Array.from(runtimeSeconds, (seconds, s) => seconds + (startupSeconds[s] ?? 0)).sort();
  return finish[Math.min(Math.ceil(level * finish.length), finish.length) - 1] ?? 0;
}

function playOut(design: FleetDesign, scenarios: Scenarios, model: RuntimeModel): Outcomes {
  const { workspace, count } = scenarios;
  const { startupSeconds, runtimeSeconds, costUsd } = workspace;
  const utilisation = undisturbedSeconds(design, scenarios, model, runtimeSeconds);
  const before = mean(runtimeSeconds);
  sufferReclaims(design, scenarios, runtimeSeconds);
  const after = mean(runtimeSeconds);
  const median = medianStartupSeconds(design.nodes + 1, design.core.instanceType.gpus > 0);
  const steady = design.computeUsdPerHour + design.emrFeeUsdPerHour + design.storageUsdPerHour;
  for (let s = 0; s < count; s += 1) {
    const startup = median * (scenarios.startupFactor[s] ?? 1);
    const billed = expectedBilledHours(startup, runtimeSeconds[s] ?? 0);
    startupSeconds[s] = startup;
    workspace.billedHours[s] = billed;
    costUsd[s] = billed * (steady + (scenarios.priceRise[s] ?? 0) * design.computeRiseUsdPerHour);
  }
  return { ...workspace, utilisation: after > 0 ? Math.min((utilisation * before) / after, 1) : 0 };
}

/**
 * Runtimes without reclaims: predicted at a few loads, interpolated between them.
 *
 * @param seconds  filled, one per scenario
 * @returns utilisation
 */
function undisturbedSeconds(
  design: FleetDesign,
  scenarios: Scenarios,
  model: RuntimeModel,
  seconds: Float64Array,
): number {
  const predictions = scenarios.supportBytes.map((inputBytes) =>
    predictRuntime(model, {
      inputBytes,
      cores: design.cores,
      nodes: design.nodes,
      memoryMib: design.memoryMib,
      coreSpeed: design.coreSpeed,
    }),
  );
  const logMedians = predictions.map(({ medianSeconds }) => Math.log(Math.max(medianSeconds, 1)));
  const utilisations = predictions.map(({ busyCoreSeconds, medianSeconds }) =>
    Math.min(busyCoreSeconds / Math.max(design.cores * medianSeconds, 1), 1),
  );
  const residuals = predictions.map(({ logResidual }) => logResidual);
  let utilisation = 0;
  for (let s = 0; s < scenarios.count; s += 1) {
    const i = scenarios.supportIndex[s] ?? 0;
    const fraction = scenarios.supportFraction[s] ?? 0;
    const next = Math.min(i + 1, predictions.length - 1);
    const logMedian = between(logMedians[i] ?? 0, logMedians[next] ?? 0, fraction);
    const residual = residualOf(residuals[fraction < 0.5 ? i : next] ?? [], scenarios, s);
    seconds[s] = Math.exp(logMedian + residual);
    utilisation += between(utilisations[i] ?? 0, utilisations[next] ?? 0, fraction);
  }
  return utilisation / scenarios.count;
}

function residualOf(logResidual: Quantiles, scenarios: Scenarios, s: number): number {
  const i = scenarios.residualIndex[s] ?? 0;
  const next = Math.min(i + 1, QUANTILE_LEVELS.length - 1);
  return between(logResidual[i] ?? 0, logResidual[next] ?? 0, scenarios.residualFraction[s] ?? 0);
}

function between(lower: number, upper: number, fraction: number): number {
  return lower + fraction * (upper - lower);
}

interface PoolAtRisk {
  /** share of the fleet's capacity, below 1 as core nodes are on demand */
  readonly share: number;
  /** mean seconds between reclaims */
  readonly meanSeconds: number;
  readonly draws: ReclaimDraws;
}

/**
 * Lengthens runtimes by what reclaims cost: a pool vanishes at once (nearly all of its instances go within
 * minutes), its part of the work waits until EMR refills it or is done by the rest, and recent results are lost.
 */
function sufferReclaims(design: FleetDesign, scenarios: Scenarios, seconds: Float64Array): void {
  const pools: PoolAtRisk[] = [];
  design.task.forEach((pool, k) => {
    const share = design.spotShares[k] ?? 0;
    if (share <= 0 || pool.reclaimsPerHour <= 0) return;
    pools.push({
      share,
      meanSeconds: SECONDS_PER_HOUR / pool.reclaimsPerHour,
      draws: scenarios.reclaimsOf(pool.instanceType.name),
    });
  });
  for (let s = 0; s < scenarios.count; s += 1) {
    let finish = seconds[s] ?? 0;
    for (const { share, meanSeconds, draws } of pools) {
      const at = (draws.waits[s] ?? 0) * meanSeconds;
      if (at >= finish) continue;
      const untilTheEnd = ((finish - at) * share) / (1 - share);
      const waiting = Math.min(share * (draws.refillSeconds[s] ?? 0), untilTheEnd);
      finish += waiting + share * Math.min(at, REWORK_WINDOW_SECONDS);
    }
    seconds[s] = finish;
  }
}

function mean(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return values.length === 0 ? 0 : sum / values.length;
}
