import * as z from 'zod';
import { Quantiles } from '../contracts/quantities.ts';
import { conformalQuantiles } from '../numerics/conformal-quantiles.ts';
import { medianOf, valueAt } from '../numerics/quantiles.ts';
import { BYTES_PER_MIB } from '../units.ts';
import { widen } from './widen.ts';

/** How much memory a core's work takes as the load grows: a line through logarithms. */
export const PeakMemoryLaw = z.object({
  runs: z.number().int().positive(),
  /** logarithm of the load's MiB (plus one) about which the line turns, and of the MiB for each core there */
  logLoad: z.number(),
  logMib: z.number(),
  /** 0: partitions of one size, more of them; 1: as many partitions, each larger */
  slope: z.number(),
  slopeSpread: z.number().nonnegative(),
  /** of actual minus predicted logarithm, for runs that the line had not seen; the median is 0 */
  logResidual: Quantiles,
});
type PeakMemoryLaw = z.infer<typeof PeakMemoryLaw>;

interface MeasuredRun {
  readonly inputBytes: number;
  readonly weight: number;
  readonly peakMemoryMibPerCore?: number;
}

/** Between partitions that keep their size and partitions that keep their number, before runs tell. */
const PRIOR_SLOPE = 0.5;
const PRIOR_SLOPE_SPREAD = 0.35;
/** Peaks of runs with one load differ by so much before runs tell, log; as sure as so many runs. */
const PRIOR_SPREAD = 0.25;
const PRIOR_RUNS = 3;
const LEAST_SPREAD = 0.02;
const ENOUGH_FOR_QUANTILES = 8;

/**
 * Learns what the work of a core holds in memory, by the load: Bayesian linear regression on logarithms, where the
 * prior carries the slope until loads differ. Cores and nodes do not matter to it: Spark cuts data into partitions by
 * their size or by a number that is set, and a core holds one at a time.
 *
 * @returns null when no run told
 * @see Gelman et al., Bayesian Data Analysis, 2013, chapter 14
 */
export function fitPeakMemory(runs: readonly MeasuredRun[]): PeakMemoryLaw | null {
  const points = runs.flatMap(({ inputBytes, weight, peakMemoryMibPerCore: peak }) =>
    peak === undefined || !(peak > 0) ? [] : [{ x: logLoadOf(inputBytes), y: Math.log(peak), weight }],
  );
  const total = points.reduce((sum, { weight }) => sum + weight, 0);
  if (!(total > 0)) return null;
  const meanOf = (valueOf: (point: (typeof points)[number]) => number) =>
    points.reduce((sum, point) => sum + point.weight * valueOf(point), 0) / total;
  const logLoad = meanOf(({ x }) => x);
  const logMib = meanOf(({ y }) => y);
  const spreadOfLoads = points.reduce((sum, { x, weight }) => sum + weight * (x - logLoad) ** 2, 0);
  const slopeGiven = (spread: number) => {
    const prior = (spread / PRIOR_SLOPE_SPREAD) ** 2;
    const along = points.reduce((sum, { x, y, weight }) => sum + weight * (x - logLoad) * (y - logMib), 0);
    return {
      slope: (along + prior * PRIOR_SLOPE) / (spreadOfLoads + prior),
      certainty: spreadOfLoads + prior,
    };
  };
  // what each run misses the line by, had it not been there: its leverage taken out of its residual
  const leftOut = (spread: number) => {
    const { slope, certainty } = slopeGiven(spread);
    return points.map(({ x, y, weight }) => {
      const leverage = weight / total + (weight * (x - logLoad) ** 2) / certainty;
      return (y - logMib - slope * (x - logLoad)) / Math.max(1 - leverage, 1 / points.length);
    });
  };
  const spread = spreadOf(leftOut(PRIOR_SPREAD), points);
  const { slope, certainty } = slopeGiven(spread);
  const residuals = leftOut(spread);
  const logResidual = conformalQuantiles(
    points.length >= ENOUGH_FOR_QUANTILES ? residuals : [],
    spread * Math.sqrt(1 + 1 / points.length),
  );
  const offset = medianOf(logResidual);
  return {
    runs: points.length,
    logLoad,
    logMib: logMib + offset,
    slope,
    slopeSpread: spread / Math.sqrt(certainty),
    logResidual: logResidual.map((value) => value - offset),
  };
}

function spreadOf(residuals: readonly number[], points: readonly { readonly weight: number }[]): number {
  let squares = PRIOR_RUNS * PRIOR_SPREAD ** 2;
  let count = PRIOR_RUNS;
  residuals.forEach((residual, i) => {
    const weight = points[i]?.weight ?? 0;
    // one run is on its own line: it says nothing of how far runs lie apart
    if (residuals.length < 2) return;
    squares += weight * residual ** 2;
    count += weight;
  });
  return Math.max(Math.sqrt(squares / count), LEAST_SPREAD);
}

/**
 * What a core's work holds in memory at most, or would hold had it room.
 *
 * @returns MiB for each core in the median, and the logarithm of what it may be over that, at the project's levels:
 *   wider the farther the load lies from those that were seen
 */
export function predictPeakMemory(
  law: PeakMemoryLaw,
  inputBytes: number,
): { medianMibPerCore: number; logResidual: Quantiles } {
  const away = logLoadOf(inputBytes) - law.logLoad;
  return {
    medianMibPerCore: Math.exp(law.logMib + law.slope * away),
    logResidual: widen(law.logResidual, Math.abs(away) * law.slopeSpread),
  };
}

function logLoadOf(inputBytes: number): number {
  return Math.log1p(inputBytes / BYTES_PER_MIB);
}

/**
 * What a core's work wants to hold in memory of a load that is not known for certain.
 *
 * @param level  how likely no more is wanted: from one half up, 0..1
 * @returns MiB; logarithms of load and luck are added as independent ones are
 */
export function wantedMibPerCoreAt(law: PeakMemoryLaw, inputBytes: Quantiles, level: number): number {
  const usual = predictPeakMemory(law, medianOf(inputBytes));
  const ofLoad = predictPeakMemory(law, valueAt(inputBytes, level));
  const more = Math.log(ofLoad.medianMibPerCore / usual.medianMibPerCore);
  return usual.medianMibPerCore * Math.exp(Math.hypot(more, valueAt(usual.logResidual, level)));
}
