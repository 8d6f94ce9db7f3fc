import { QUANTILE_LEVELS, type Quantiles } from '../../contracts/quantities.ts';
import { MINIMUM_BILLED_SECONDS } from '../../market/billing-rates.ts';
import { selectNth } from '../../numerics/select-nth.ts';
import { predictRuntime, type RuntimeModel } from '../../runtime-model/runtime-model.ts';
import { SECONDS_PER_HOUR } from '../../units.ts';
import { BILLED_BEYOND_RUN_SECONDS, medianStartupSeconds } from '../cluster-times.ts';
import type { Scenarios } from '../scenarios.ts';
import type { FleetSums } from './fleet-sums.ts';

/** Work lost with a node and done again: at most what it did in this time, s. Older results lie in S3. */
export const REWORK_WINDOW_SECONDS = 600;
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

/**
 * Judges a fleet over scenarios: how late, how dear, how busy. What happened in each scenario stands in the
 * scenarios' workspace until the next fleet is judged.
 *
 * @param secondsLeft  from now, when the cluster is requested, to the deadline
 * @see Ferguson et al., Jockey: Guaranteed Job Latency in Data Parallel Clusters, EuroSys 2012
 */
export function judge(
  sums: FleetSums,
  scenarios: Scenarios,
  model: RuntimeModel,
  secondsLeft: number,
): Judgement {
  const { count, workspace } = scenarios;
  const utilisation = playOut(sums, scenarios, model);
  const { startupSeconds, runtimeSeconds, costUsd, scratch } = workspace;
  let late = 0;
  let lateness = 0;
  let cost = 0;
  for (let s = 0; s < count; s += 1) {
    cost += costUsd[s] ?? 0;
    const over = (startupSeconds[s] ?? 0) + (runtimeSeconds[s] ?? 0) - secondsLeft;
    if (over <= 0) continue;
    late += 1;
    lateness += over;
  }
  scratch.set(costUsd);
  return {
    costUsd: cost / count,
    costHighUsd: selectNth(scratch, Math.min(Math.ceil(HIGH_COST_LEVEL * count), count) - 1),
    lateProbability: late / count,
    meanLatenessSeconds: lateness / count,
    utilisation,
  };
}

/** Fills the workspace. @returns utilisation */
function playOut(sums: FleetSums, scenarios: Scenarios, model: RuntimeModel): number {
  const { workspace, count, startupFactor, priceRise } = scenarios;
  const { startupSeconds, runtimeSeconds, costUsd, billedHours } = workspace;
  const utilisation = undisturbedSeconds(sums, scenarios, model);
  const before = sumOf(runtimeSeconds);
  sufferReclaims(sums, scenarios);
  const after = sumOf(runtimeSeconds);
  const median = medianStartupSeconds(sums.nodes + 1, sums.gpu);
  const { steadyUsdPerHour, riseUsdPerHour } = sums;
  for (let s = 0; s < count; s += 1) {
    const startup = median * (startupFactor[s] ?? 1);
    const seconds = startup + (runtimeSeconds[s] ?? 0) + BILLED_BEYOND_RUN_SECONDS;
    const hours = Math.max(seconds, MINIMUM_BILLED_SECONDS) / SECONDS_PER_HOUR;
    startupSeconds[s] = startup;
    billedHours[s] = hours;
    costUsd[s] = hours * (steadyUsdPerHour + (priceRise[s] ?? 0) * riseUsdPerHour);
  }
  return after > 0 ? Math.min((utilisation * before) / after, 1) : 0;
}

/** Runtimes without reclaims: predicted at a few loads, interpolated between them. @returns utilisation */
function undisturbedSeconds(sums: FleetSums, scenarios: Scenarios, model: RuntimeModel): number {
  const { supportBytes, supportWeight, supportIndex, supportFraction, count } = scenarios;
  const { residualIndex, residualFraction } = scenarios;
  const seconds = scenarios.workspace.runtimeSeconds;
  const { cores, nodes, memoryMib, coreSpeed } = sums;
  const last = supportBytes.length - 1;
  const logMedians: number[] = [];
  const residuals: Quantiles[] = [];
  let utilisation = 0;
  for (let i = 0; i <= last; i += 1) {
    const inputBytes = supportBytes[i] ?? 0;
    const prediction = predictRuntime(model, { inputBytes, cores, nodes, memoryMib, coreSpeed });
    logMedians.push(Math.log(Math.max(prediction.medianSeconds, 1)));
    residuals.push(prediction.logResidual);
    const available = Math.max(cores * prediction.medianSeconds, 1);
    utilisation += (supportWeight[i] ?? 0) * Math.min(prediction.busyCoreSeconds / available, 1);
  }
  const topQuantile = QUANTILE_LEVELS.length - 1;
  for (let s = 0; s < count; s += 1) {
    const i = supportIndex[s] ?? 0;
    const fraction = supportFraction[s] ?? 0;
    const next = i < last ? i + 1 : last;
    const lower = logMedians[i] ?? 0;
    const logMedian = lower + fraction * ((logMedians[next] ?? 0) - lower);
    const residual = residuals[fraction < 0.5 ? i : next];
    const q = residualIndex[s] ?? 0;
    const low = residual?.[q] ?? 0;
    const high = residual?.[q < topQuantile ? q + 1 : topQuantile] ?? 0;
    seconds[s] = Math.exp(logMedian + low + (residualFraction[s] ?? 0) * (high - low));
  }
  return utilisation;
}

/**
 * Lengthens runtimes by what reclaims cost: a pool vanishes at once (nearly all of its instances go within
 * minutes), its part of the work waits until EMR refills it or is done by the rest, and recent results are lost.
 */
function sufferReclaims(sums: FleetSums, scenarios: Scenarios): void {
  const seconds = scenarios.workspace.runtimeSeconds;
  let longest = -1;
  for (let k = 0; k < sums.poolCount; k += 1) {
    const pool = sums.pools[k];
    const share = sums.shares[k] ?? 0;
    if (pool === undefined || pool.reclaimsPerHour <= 0) continue;
    if (longest < 0) longest = largestOf(seconds);
    const meanSeconds = SECONDS_PER_HOUR / pool.reclaimsPerHour;
    const { scenario, waits, refillSeconds } = scenarios.reclaimsOf(pool.instanceType.name);
    for (let j = 0; j < scenario.length; j += 1) {
      const at = (waits[j] ?? 0) * meanSeconds;
      if (at >= longest) break;
      const s = scenario[j] ?? 0;
      const finish = seconds[s] ?? 0;
      if (at >= finish) continue;
      const untilTheEnd = ((finish - at) * share) / (1 - share);
      const waiting = Math.min(share * (refillSeconds[j] ?? 0), untilTheEnd);
      const disturbed = finish + waiting + share * Math.min(at, REWORK_WINDOW_SECONDS);
      seconds[s] = disturbed;
      if (disturbed > longest) longest = disturbed;
    }
  }
}

function largestOf(values: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < values.length; i += 1) largest = Math.max(largest, values[i] ?? 0);
  return largest;
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i] ?? 0;
  return sum;
}
