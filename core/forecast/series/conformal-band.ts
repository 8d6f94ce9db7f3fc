import { QUANTILE_LEVELS, type Quantiles } from '../../contracts/quantities.ts';
import { normalQuantile } from '../../numerics/normal-quantile.ts';
import { MAD_TO_STANDARD_DEVIATION } from '../../numerics/quantiles.ts';

/** Residuals of neighbouring horizons count, too: this share of the horizon on either side. */
const NEIGHBOURS_SHARE = 1 / 12;
/** Residuals of one origin resemble one another: each origin counts for this many independent ones. */
const INDEPENDENT_PER_ORIGIN = 2;
/** How fast the width learns from what earlier bands missed. */
const LEARNING_RATE = 0.05;
const WATCHED_COVERAGE = 0.9;
const FACTOR_RANGE = { least: 0.8, most: 1.6 };
/** Origins that must have gone by before their band is judged. */
const LEAST_ORIGINS_JUDGED_ON = 4;
/** Errors up to so many standard deviations may as well have gone the other way. */
const USUAL_DEVIATIONS = 3;
/** The assumed spread counts as much as this many residuals. */
const ASSUMED_SPREAD_WEIGHT = 1;
const LEAST_SHARE_OF_ASSUMED = 1e-3;

/** actual minus forecast by origin, then by horizon, on the scale of the band; NaN where nothing was seen */
export type Residuals = readonly Float64Array[];

/**
 * Distribution of the error at each horizon: residuals at earlier origins, of this horizon and its neighbours,
 * taken as equally likely to have gone either way, and stretched by a factor that went up whenever an earlier
 * band, made in the same way from what was known then, missed more than it should have. Errors beyond what is usual
 * keep their side: a night that fell to nothing does not say that one may rise as far, on a scale of factors.
 *
 * @param residuals  oldest origin first
 * @param independentShare  0..1; below 1 when the origins' horizons overlap
 * @param assumedSpread  standard deviation believed before there is any residual, above 0
 * @see Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World, 2005 (split conformal)
 * @see Gibbs and Candès, Adaptive Conformal Inference Under Distribution Shift, 2021
 */
export function conformalBand(
  residuals: Residuals,
  horizonSteps: number,
  independentShare: number,
  assumedSpread: number,
): Quantiles[] {
  const factor = adaptedFactor(residuals, horizonSteps, independentShare, assumedSpread);
  return Array.from({ length: horizonSteps }, (_, h) => {
    const known = errorsAround(residuals, h, horizonSteps, independentShare, assumedSpread);
    return QUANTILE_LEVELS.map((level) => {
      const side = level < 0.5 ? known.below : known.above;
      return Math.sign(level - 0.5) * factor * edgeOf(side, Math.abs(2 * level - 1));
    });
  });
}

interface KnownErrors {
  /** as they count for an edge, ascending */
  readonly sizes: Float64Array;
  /** how many independent ones they are worth */
  readonly worth: number;
  readonly spread: number;
}

/** Errors as they count for the edge below the forecast, and for the one above it. */
interface Sides {
  readonly below: KnownErrors;
  readonly above: KnownErrors;
}

function errorsAround(
  residuals: Residuals,
  h: number,
  horizonSteps: number,
  independentShare: number,
  assumedSpread: number,
): Sides {
  const around = Math.ceil((horizonSteps - 1) * NEIGHBOURS_SHARE);
  const errors = new Float64Array(residuals.length * (2 * around + 1));
  let count = 0;
  let origins = 0;
  for (const byHorizon of residuals) {
    const before = count;
    for (let near = Math.max(0, h - around); near <= Math.min(horizonSteps - 1, h + around); near += 1) {
      const residual = byHorizon[near] ?? NaN;
      if (Number.isNaN(residual)) continue;
      errors[count] = residual;
      count += 1;
    }
    if (count > before) origins += 1;
  }
  const known = errors.subarray(0, count);
  const worth = Math.min(count, Math.max(1, origins * INDEPENDENT_PER_ORIGIN * independentShare));
  const measured = MAD_TO_STANDARD_DEVIATION * (known.map(Math.abs).sort()[count >> 1] ?? 0);
  const spread = blended(assumedSpread, measured, worth);
  const side = (sign: number) => ({ sizes: sizesFor(known, sign, spread), worth, spread });
  return { below: side(-1), above: side(1) };
}

/** Sizes of the errors for one side; those of the other side count as far as is usual, or as far as any went here. */
function sizesFor(errors: Float64Array, sign: number, spread: number): Float64Array {
  let farthest = USUAL_DEVIATIONS * spread;
  for (const error of errors) farthest = Math.max(farthest, sign * error);
  return errors
    .map((error) => (sign * error >= 0 ? Math.abs(error) : Math.min(Math.abs(error), farthest)))
    .sort();
}

/** Between the spread assumed and the one measured, on the scale of their logarithms: both are factors. */
function blended(assumedSpread: number, measured: number, worth: number): number {
  const trusted = Math.max(measured, LEAST_SHARE_OF_ASSUMED * assumedSpread);
  const share = worth / (worth + ASSUMED_SPREAD_WEIGHT);
  return assumedSpread ** (1 - share) * trusted ** share;
}

/** How far from the forecast the edges of a band stand that covers this share; past the largest error a normal tail. */
function edgeOf({ sizes, worth, spread }: KnownErrors, coverage: number): number {
  if (coverage === 0) return 0;
  const largest = sizes[sizes.length - 1];
  const asNormal = spread * normalQuantile((1 + coverage) / 2);
  if (largest === undefined) return asNormal;
  const share = (coverage * (worth + 1)) / worth;
  if (share >= 1) {
    const reached = worth / (worth + 1);
    return Math.max(largest, 0) + Math.max(0, asNormal - spread * normalQuantile((1 + reached) / 2));
  }
  const place = share * sizes.length - 1;
  if (place <= 0) return sizes[0] ?? 0;
  const below = sizes[Math.floor(place)] ?? 0;
  const above = sizes[Math.ceil(place)] ?? largest;
  return below + (place - Math.floor(place)) * (above - below);
}

function adaptedFactor(
  residuals: Residuals,
  horizonSteps: number,
  independentShare: number,
  assumedSpread: number,
): number {
  let logFactor = 0;
  for (let o = LEAST_ORIGINS_JUDGED_ON; o < residuals.length; o += 1) {
    const known = residuals.slice(0, o);
    let missed = 0;
    let judged = 0;
    residuals[o]?.forEach((residual, h) => {
      if (Number.isNaN(residual)) return;
      const sides = errorsAround(known, h, horizonSteps, independentShare, assumedSpread);
      const edge = edgeOf(residual < 0 ? sides.below : sides.above, WATCHED_COVERAGE);
      judged += 1;
      if (Math.abs(residual) > edge * Math.exp(logFactor)) missed += 1;
    });
    if (judged === 0) continue;
    const surprise = missed / judged / (1 - WATCHED_COVERAGE) - 1;
    logFactor = Math.min(
      Math.log(FACTOR_RANGE.most),
      Math.max(Math.log(FACTOR_RANGE.least), logFactor + LEARNING_RATE * surprise),
    );
  }
  return Math.exp(logFactor);
}
