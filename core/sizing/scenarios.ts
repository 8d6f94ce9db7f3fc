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

/** Stands for the zone where a pool's name seeds draws. */
const ZONE = 'of the zone';

/**
 * When a pool is reclaimed (in units of its mean time between reclaims) and how long its refill takes (s; infinite
 * where nothing comes), earliest first: most scenarios end before that, and are then never looked at.
 */
export interface ReclaimDraws {
  readonly scenario: Int32Array;
  readonly waits: Float64Array;
  readonly refillSeconds: Float64Array;
}

/** By scenario; holds the last judgement's figures until the next one. */
export interface Workspace {
  readonly startupSeconds: Float64Array;
  readonly runtimeSeconds: Float64Array;
  readonly costUsd: Float64Array;
  readonly billedHours: Float64Array;
  readonly scratch: Float64Array;
}

/** What is drawn for each scenario, whatever the fleet. */
export interface ScenarioDraws {
  readonly inputBytes: readonly number[];
  /** level of the runtime's residual, 0..1 */
  readonly residualLevel: readonly number[];
  /** on the median start-up */
  readonly startupFactor: readonly number[];
  /** 0 = spot prices stay, 1 = they rise to their high */
  readonly priceRise: readonly number[];
  /** of a pool, by its type's name; asked for once */
  readonly reclaimsOf: (poolName: string) => ReclaimDraws;
}

/**
 * What may happen to a run: load, luck, start-up, price, reclaims. The same draws serve every fleet, so that
 * fleets compare without noise; draws are stratified, so that few of them cover each distribution.
 */
export interface Scenarios {
  readonly count: number;
  /** loads at which to predict, ascending, bytes */
  readonly supportBytes: readonly number[];
  /** share of the scenarios' loads that each of them stands for, by interpolation */
  readonly supportWeight: Float64Array;
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
 * @param zoneReclaimShare  share of a pool's reclaims that come with those of other pools of its zone, 0..1
 */
export function drawScenarios(
  inputBytes: Quantiles,
  count: number,
  seed: string,
  zoneReclaimShare = 0,
): Scenarios {
  return scenariosOf(inputBytes, drawsOf(inputBytes, count, seed, zoneReclaimShare));
}

/** The draws that `drawScenarios` makes its scenarios of. */
export function drawsOf(
  inputBytes: Quantiles,
  count: number,
  seed: string,
  zoneReclaimShare = 0,
): ScenarioDraws {
  const rng = seededRng(`${seed}/scenarios`);
  const loads = stratified(count, rng);
  const residuals = stratified(count, rng);
  const startups = stratified(count, rng);
  const prices = stratified(count, rng);
  return {
    inputBytes: Array.from(loads, (level) => valueAt(inputBytes, level)),
    residualLevel: [...residuals],
    startupFactor: Array.from(startups, (level) => Math.exp(STARTUP_LOG_SPREAD * normalQuantile(level))),
    // the median price is today's; only the upper half of what may come is dearer
    priceRise: Array.from(prices, (level) => Math.max(0, (level - 0.5) / 0.45)),
    reclaimsOf: (poolName) => {
      const reclaims = (of: string) => drawReclaims(count, seededRng(`${seed}/reclaims/${of}`));
      const own = reclaims(poolName);
      // a fleet lies in one zone, so there is one for all pools
      return zoneReclaimShare > 0 ? withZone(own, reclaims(ZONE), zoneReclaimShare) : own;
    },
  };
}

/**
 * Scenarios of given draws.
 *
 * @param inputBytes  forecast of the load: says at which loads runtimes are predicted
 */
export function scenariosOf(inputBytes: Quantiles, draws: ScenarioDraws): Scenarios {
  const count = draws.inputBytes.length;
  const supportBytes = [...new Set(SUPPORT_LEVELS.map((level) => valueAt(inputBytes, level)))];
  const loads = draws.inputBytes.map((bytes) => bracket(supportBytes, bytes));
  const residuals = draws.residualLevel.map((level) => bracket(QUANTILE_LEVELS, level));
  const supportWeight = new Float64Array(supportBytes.length);
  for (const { index, fraction } of loads) {
    const next = Math.min(index + 1, supportBytes.length - 1);
    supportWeight[index] = (supportWeight[index] ?? 0) + (1 - fraction) / count;
    supportWeight[next] = (supportWeight[next] ?? 0) + fraction / count;
  }
  const kept = new Map<string, ReclaimDraws>();
  return {
    count,
    supportBytes,
    supportWeight,
    supportIndex: Int32Array.from(loads, ({ index }) => index),
    supportFraction: Float64Array.from(loads, ({ fraction }) => fraction),
    residualIndex: Int32Array.from(residuals, ({ index }) => index),
    residualFraction: Float64Array.from(residuals, ({ fraction }) => fraction),
    startupFactor: Float64Array.from(draws.startupFactor),
    priceRise: Float64Array.from(draws.priceRise),
    workspace: {
      startupSeconds: new Float64Array(count),
      runtimeSeconds: new Float64Array(count),
      costUsd: new Float64Array(count),
      billedHours: new Float64Array(count),
      scratch: new Float64Array(count),
    },
    reclaimsOf: (poolName) => {
      const known = kept.get(poolName);
      if (known !== undefined) return known;
      const drawn = draws.reclaimsOf(poolName);
      kept.set(poolName, drawn);
      return drawn;
    },
  };
}

/** One wait from each slice of the distribution, in that order, each in another scenario. */
function drawReclaims(count: number, rng: Rng): ReclaimDraws {
  const waits = new Float64Array(count);
  for (let i = 0; i < count; i += 1) waits[i] = -Math.log(1 - levelIn(i, count, rng));
  const scenario = Int32Array.from(waits, (_, s) => s);
  shuffle(scenario, rng);
  const refillSeconds = stratified(count, rng);
  for (let i = 0; i < count; i += 1) {
    const level = refillSeconds[i] ?? 0;
    refillSeconds[i] =
      level < REFILL_PROBABILITY
        ? REFILL_MEDIAN_SECONDS * Math.exp(REFILL_LOG_SPREAD * normalQuantile(level / REFILL_PROBABILITY))
        : Number.POSITIVE_INFINITY;
  }
  return { scenario, waits, refillSeconds };
}

/**
 * A pool's reclaims when a share of them takes other pools of the zone as well: whichever comes first, its own or the
 * zone's. How often it is reclaimed stays as it is. The zone's comes at the same part of each pool's mean time between
 * reclaims, so that pools that are reclaimed as often go at one instant.
 *
 * @see Marshall and Olkin, A Multivariate Exponential Distribution, 1967 (the common shock)
 */
function withZone(own: ReclaimDraws, zone: ReclaimDraws, share: number): ReclaimDraws {
  const waits = new Float64Array(own.waits.length);
  own.scenario.forEach((s, i) => (waits[s] = (own.waits[i] ?? 0) / (1 - share)));
  zone.scenario.forEach((s, i) => (waits[s] = Math.min(waits[s] ?? 0, (zone.waits[i] ?? 0) / share)));
  const scenario = Int32Array.from(waits, (_, s) => s).sort((a, b) => (waits[a] ?? 0) - (waits[b] ?? 0));
  return {
    scenario,
    waits: Float64Array.from(scenario, (s) => waits[s] ?? 0),
    refillSeconds: own.refillSeconds,
  };
}

/** One draw from each of `count` equal slices of (0, 1), shuffled. */
function stratified(count: number, rng: Rng): Float64Array {
  const levels = new Float64Array(count);
  for (let i = 0; i < count; i += 1) levels[i] = levelIn(i, count, rng);
  shuffle(levels, rng);
  return levels;
}

/** A draw from a slice, strictly inside (0, 1): a score of exactly 0 or 1 would be infinite. */
function levelIn(slice: number, slices: number, rng: Rng): number {
  return Math.min(Math.max((slice + rng()) / slices, 1e-9), 1 - 1e-9);
}

function shuffle(values: Float64Array | Int32Array, rng: Rng): void {
  for (let i = values.length - 1; i > 0; i -= 1) {
    const j = Math.floor(rng() * (i + 1));
    const swapped = values[i] ?? 0;
    values[i] = values[j] ?? 0;
    values[j] = swapped;
  }
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
