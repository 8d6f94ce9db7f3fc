import { QUANTILE_LEVELS, type Quantiles } from '../contracts/quantities.ts';
import { normalQuantile } from '../numerics/normal-quantile.ts';
import { valueAt } from '../numerics/quantiles.ts';
import { seededRng, type Rng } from '../numerics/rng.ts';
import { STARTUP_LOG_SPREAD } from './cluster-times.ts';

/** Levels of the load at which a runtime is predicted; between them it is interpolated. */
const SUPPORT_LEVELS = [0.025, 0.1, 0.5, 0.9, 0.975] as const;

/** Refilling reclaimed capacity: whether EMR finds any before the run ends, and how long that takes. */
const REFILL_PROBABILITY = 0.7;
const REFILL_MEDIAN_SECONDS = 300;
const REFILL_LOG_SPREAD = 0.5;

/** When a pool is reclaimed (in units of its mean time between reclaims), and how long its refill takes, s. */
export interface ReclaimDraws {
  readonly waits: Float64Array;
  readonly refillSeconds: Float64Array;
}

/** By scenario; holds the last judgement's figures until the next one. */
export interface Workspace {
  readonly startupSeconds: Float64Array;
  readonly runtimeSeconds: Float64Array;
  readonly costUsd: Float64Array;
  readonly billedHours: Float64Array;
  readonly sorted: Float64Array;
}

/**
 * What may happen to a run: load, luck, start-up, price, reclaims. The same draws serve every fleet, so that
 * fleets compare without noise; draws are stratified, so that few of them cover each distribution.
 */
export interface Scenarios {
  readonly count: number;
  /** loads at which to predict, ascending, bytes */
  readonly supportBytes: readonly number[];
  /** by scenario: the support point below its load, and how far it is to the next, 0..1 */
  readonly supportIndex: Int32Array;
  readonly supportFraction: Float64Array;
  /** by scenario: the residual's quantile below its draw, and how far it is to the next, 0..1 */
  readonly residualIndex: Int32Array;
  readonly residualFraction: Float64Array;
  /** by scenario: factor on the median start-up */
  readonly startupFactor: Float64Array;
  /** by scenario: 0 = spot prices stay, 1 = they rise to their high */
  readonly priceRise: Float64Array;
  /** memory that judgements write into, one after the other: thousands of them would else keep the collector busy */
  readonly workspace: Workspace;
  /** draws of one pool, made when first asked for and kept */
  reclaimsOf(poolName: string): ReclaimDraws;
}

/**
 * Draws scenarios.
 *
 * @param inputBytes  forecast of the load
 * @param count  at least 1
 * @param seed  the same seed gives the same scenarios
 */
export function drawScenarios(inputBytes: Quantiles, count: number, seed: string): Scenarios {
  const rng = seededRng(`${seed}/scenarios`);
  const supportBytes = [...new Set(SUPPORT_LEVELS.map((level) => valueAt(inputBytes, level)))];
  const supportIndex = new Int32Array(count);
  const supportFraction = new Float64Array(count);
  const residualIndex = new Int32Array(count);
  const residualFraction = new Float64Array(count);
  stratified(count, rng).forEach((level, i) => {
    const place = bracket(supportBytes, valueAt(inputBytes, level));
    supportIndex[i] = place.index;
    supportFraction[i] = place.fraction;
  });
  stratified(count, rng).forEach((level, i) => {
    const place = bracket(QUANTILE_LEVELS, level);
    residualIndex[i] = place.index;
    residualFraction[i] = place.fraction;
  });
  const kept = new Map<string, ReclaimDraws>();
  return {
    count,
    supportBytes,
    supportIndex,
    supportFraction,
    residualIndex,
    residualFraction,
    startupFactor: stratified(count, rng).map((level) =>
      Math.exp(STARTUP_LOG_SPREAD * normalQuantile(level)),
    ),
    // the median price is today's; only the upper half of what may come is dearer
    priceRise: stratified(count, rng).map((level) => Math.max(0, (level - 0.5) / 0.45)),
    workspace: {
      startupSeconds: new Float64Array(count),
      runtimeSeconds: new Float64Array(count),
      costUsd: new Float64Array(count),
      billedHours: new Float64Array(count),
      sorted: new Float64Array(count),
    },
    reclaimsOf: (poolName) => {
      const known = kept.get(poolName);
      if (known !== undefined) return known;
      const drawn = drawReclaims(count, seededRng(`${seed}/reclaims/${poolName}`));
      kept.set(poolName, drawn);
      return drawn;
    },
  };
}

function drawReclaims(count: number, rng: Rng): ReclaimDraws {
  const refillSeconds = stratified(count, rng).map((level) =>
    level < REFILL_PROBABILITY
      ? REFILL_MEDIAN_SECONDS * Math.exp(REFILL_LOG_SPREAD * normalQuantile(level / REFILL_PROBABILITY))
      : Number.POSITIVE_INFINITY,
  );
  return { waits: stratified(count, rng).map((level) => -Math.log(1 - level)), refillSeconds };
}

/** One draw from each of `count` equal slices of (0, 1), shuffled. */
function stratified(count: number, rng: Rng): Float64Array {
  const levels = new Float64Array(count);
  for (let i = 0; i < count; i += 1) {
    // strictly inside (0, 1): a score of exactly 0 or 1 would be infinite
    levels[i] = Math.min(Math.max((i + rng()) / count, 1e-9), 1 - 1e-9);
  }
  for (let i = count - 1; i > 0; i -= 1) {
    const j = Math.floor(rng() * (i + 1));
    const swapped = levels[i] ?? 0;
    levels[i] = levels[j] ?? 0;
    levels[j] = swapped;
  }
  return levels;
}

/** The last point at or below a value, and the share of the way to the next; flat beyond the ends. */
function bracket(points: readonly number[], value: number): { index: number; fraction: number } {
  const last = points.length - 1;
  const first = points[0] ?? 0;
  if (last <= 0 || value <= first) return { index: 0, fraction: 0 };
  for (let i = 1; i <= last; i += 1) {
    const upper = points[i] ?? first;
    if (value > upper) continue;
    const lower = points[i - 1] ?? first;
    return { index: i - 1, fraction: (value - lower) / (upper - lower) };
  }
  return { index: last, fraction: 0 };
}
