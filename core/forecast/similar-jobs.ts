import type { LoadPoint } from '../contracts/load-forecast.ts';
import { MAD_TO_STANDARD_DEVIATION, sampleQuantile } from '../numerics/quantiles.ts';
import { chooseProfile } from './backtest.ts';
import { cleanHistory, type HistoryPoint } from './clean-history.ts';

/** Fewer points than this show no shape. */
const ENOUGH_POINTS = 8;
/** The pooled shape counts as much as this many own points. */
const SHAPE_WEIGHT_POINTS = 8;
/** With this many own points it is seen whether the shape of others fits. */
const ENOUGH_TO_JUDGE = 3;
const ASSUMED_SPREAD = 0.35;
const ASSUMED_SPREAD_WEIGHT_POINTS = 3;

/** What jobs believed to be alike have in common. */
export interface PooledShape {
  readonly jobs: number;
  /** what the season adds to the log size at a moment, mean over the jobs */
  readonly seasonAt: (timeMs: number) => number;
  /** standard deviation of log size around their own forecasts */
  readonly logSpread: number;
  /** mean log size without the season */
  readonly level: number;
  /** null when nothing could be tested */
  readonly backtestMapePercent: number | null;
}

/** Shape, spread and level of similar jobs; null when none of them has enough past. */
export function poolSimilarJobs(
  similar: readonly { readonly points: readonly LoadPoint[] }[],
  targetMs: number,
): PooledShape | null {
  const backtests = similar
    .map(({ points }) => cleanHistory(points, targetMs))
    .filter(({ points }) => points.length >= ENOUGH_POINTS)
    .map((history) => chooseProfile(history, targetMs));
  if (backtests.length === 0) return null;
  const mapes = backtests.flatMap(({ mapePercent }) => (mapePercent === null ? [] : [mapePercent]));
  return {
    jobs: backtests.length,
    seasonAt: (timeMs) => mean(backtests.map(({ profile }) => profile.seasonAt(timeMs))),
    logSpread: mean(backtests.map(({ logResiduals }) => spreadOf(logResiduals))),
    level: mean(backtests.map(({ profile }) => profile.level)),
    backtestMapePercent: mapes.length === 0 ? null : mean(mapes),
  };
}

/**
 * How far the pooled shape is believed for a job with some points of its own: the less, the more of them there
 * are, and not at all where they lie closer together without it.
 *
 * @returns 0..1
 */
export function shapeWeight(own: readonly HistoryPoint[], pooled: PooledShape): number {
  const fits =
    own.length < ENOUGH_TO_JUDGE ||
    scatter(own.map(({ logSize, timeMs }) => logSize - pooled.seasonAt(timeMs))) <=
      scatter(own.map(({ logSize }) => logSize));
  return fits ? SHAPE_WEIGHT_POINTS / (SHAPE_WEIGHT_POINTS + own.length) : 0;
}

function scatter(values: readonly number[]): number {
  const middle = mean(values);
  return mean(values.map((value) => Math.abs(value - middle)));
}

/** Spread of log residuals, blunt against outliers and never taken from a handful alone. */
function spreadOf(logResiduals: readonly number[]): number {
  const count = logResiduals.length;
  const absolute = logResiduals.map(Math.abs).sort((a, b) => a - b);
  const measured = count === 0 ? 0 : MAD_TO_STANDARD_DEVIATION * sampleQuantile(absolute, 0.5);
  return Math.sqrt(
    (ASSUMED_SPREAD_WEIGHT_POINTS * ASSUMED_SPREAD ** 2 + count * measured ** 2) /
      (ASSUMED_SPREAD_WEIGHT_POINTS + count),
  );
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
