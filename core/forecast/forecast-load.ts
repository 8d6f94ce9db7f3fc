import type { InputManifest } from '../contracts/input-manifest.ts';
import type { LoadForecast, LoadPoint } from '../contracts/load-forecast.ts';
import type { Quantiles } from '../contracts/quantities.ts';
import { conformalQuantiles } from '../numerics/conformal-quantiles.ts';
import { lognormalQuantiles } from '../numerics/lognormal-quantiles.ts';
import { MAD_TO_STANDARD_DEVIATION, medianOf, sampleQuantile } from '../numerics/quantiles.ts';
import { BYTES_PER_GIB, epochMilliseconds, MILLISECONDS_PER_DAY } from '../units.ts';
import { bytesText } from '../units-text.ts';
import { chooseProfile, type Backtest } from './backtest.ts';
import { cleanHistory, MAX_SIZE_BYTES, type History } from './clean-history.ts';

/** Fewer own points than this and other jobs, or an assumed spread, must help. */
const ENOUGH_OWN_POINTS = 8;
const ENOUGH_SIMILAR_POINTS = 8;
/** Spreads are standard deviations of log size: 0.35 means that two thirds of runs are within a factor 1.42. */
const ASSUMED_SPREAD = 0.35;
const ASSUMED_SPREAD_WEIGHT_POINTS = 3;
const DECLARED_SPREAD = 0.6;
const SIMILAR_LEVEL_SPREAD = 1.2;
const UNINFORMED_SPREAD = 2;
const UNINFORMED_MEDIAN_BYTES = 20 * BYTES_PER_GIB;
/** Listing and reading happen at slightly different moments. */
const MANIFEST_SPREAD = 0.002;

interface Request {
  job: string;
  scheduledAt: string;
  manifest: InputManifest | null;
  history: readonly LoadPoint[];
  similar: readonly { job: string; points: readonly LoadPoint[] }[];
  declaredBytes: number | null;
}

type Estimate = Pick<LoadForecast, 'inputBytes' | 'method' | 'backtestMapePercent' | 'reason'>;

/**
 * Forecasts how much a run has to process. Known beats guessed: a complete manifest is the answer; else the
 * job's own past with the season it shows; else the shape of similar jobs; else the size the job file declares;
 * else nothing, with an interval that says so. What an incomplete manifest already counts is the least there is.
 *
 * @param request.scheduledAt  the run forecast; points at or after it are not used
 * @param request.history  the job's own past, in any order
 * @param request.similar  pasts of jobs that are believed to be alike; may be empty
 * @param request.declaredBytes  typical size from the job file
 */
export function forecastLoad(request: Request): LoadForecast {
  const targetMs = epochMilliseconds(request.scheduledAt);
  const own = cleanHistory(request.history, targetMs);
  const blind = fromPast(request, own, targetMs);
  const counted = fromManifest(request.manifest);
  const estimate = counted ?? atLeast(request.manifest, blind);
  const { inputBytes, method } = blind;
  return {
    job: request.job,
    forScheduledAt: request.scheduledAt,
    historyPoints: own.points.length,
    ...estimate,
    ...(counted === null ? {} : { beforeCounting: { inputBytes, method } }),
  };
}

function fromManifest(manifest: InputManifest | null): Estimate | null {
  if (manifest?.complete !== true) return null;
  return {
    inputBytes: lognormalQuantiles(manifest.sizeBytes, MANIFEST_SPREAD),
    method: 'manifest',
    backtestMapePercent: null,
    reason: `The input is complete: ${manifest.objectCount} objects, ${bytesText(manifest.sizeBytes)}.`,
  };
}

function atLeast(manifest: InputManifest | null, estimate: Estimate): Estimate {
  if (manifest === null || manifest.sizeBytes <= (estimate.inputBytes[0] ?? 0)) return estimate;
  return {
    ...estimate,
    inputBytes: estimate.inputBytes.map((bytes) => Math.max(bytes, manifest.sizeBytes)),
    reason: `${estimate.reason} At least the ${bytesText(manifest.sizeBytes)} that have already arrived.`,
  };
}

function fromPast(request: Request, own: History, targetMs: number): Estimate {
  if (own.points.length >= ENOUGH_OWN_POINTS) return fromOwnPast(own, targetMs);
  const similar = similarBacktests(request, targetMs);
  if (similar.length > 0) return fromSimilarJobs(own, similar, targetMs, request.declaredBytes);
  if (own.points.length > 0) return fromOwnPast(own, targetMs);
  if (request.declaredBytes !== null && request.declaredBytes > 0)
    return fromDeclaration(request.declaredBytes);
  return {
    inputBytes: lognormalQuantiles(UNINFORMED_MEDIAN_BYTES, UNINFORMED_SPREAD),
    method: 'uninformed',
    backtestMapePercent: null,
    reason:
      'Nothing is known of this load: no earlier run, no similar job, no declared size. The interval is a ' +
      'guess over three orders of magnitude; inputs[].typicalGib in the job file would narrow it.',
  };
}

function fromDeclaration(declaredBytes: number): Estimate {
  return {
    inputBytes: lognormalQuantiles(declaredBytes, DECLARED_SPREAD),
    method: 'declared',
    backtestMapePercent: null,
    reason: `No earlier run; the job file declares ${bytesText(declaredBytes)}, believed within a factor of 3.`,
  };
}

function fromOwnPast(own: History, targetMs: number): Estimate {
  const backtest = chooseProfile(own, targetMs);
  const count = own.points.length;
  const spread = spreadOf(backtest.logResiduals);
  const logResidual =
    backtest.logResiduals.length >= ENOUGH_OWN_POINTS
      ? conformalQuantiles(backtest.logResiduals, spread)
      : conformalQuantiles([], spread * Math.sqrt(1 + 1 / count));
  const inputBytes = sizes(backtest.profile.logSize, logResidual, own.shiftBytes);
  const runs = count === 1 ? 'One earlier run' : `${count} earlier runs`;
  return {
    inputBytes,
    method: 'seasonal-profile',
    backtestMapePercent: backtest.mapePercent,
    reason: `${runs}${seasonText(backtest, targetMs)}; usual now ${bytesText(medianOf(inputBytes))}${errorText(backtest)}.`,
  };
}

function seasonText({ shape, profile }: Backtest, targetMs: number): string {
  if (shape.periodMs === null) return ', no clear season';
  const period = shape.periodMs > MILLISECONDS_PER_DAY ? 'weekly' : 'daily';
  return `, ${period} pattern (this slot carries ${Math.exp(profile.seasonAt(targetMs)).toFixed(2)} x the mean)`;
}

function errorText({ mapePercent, logResiduals }: Backtest): string {
  if (mapePercent === null || logResiduals.length === 0) return '; too few to test, hence a wide interval';
  const dates = logResiduals.length === 1 ? 'one earlier date' : `${logResiduals.length} earlier dates`;
  return `; at ${dates} this was off by ${mapePercent.toFixed(0)} % on average`;
}

function similarBacktests(request: Request, targetMs: number): Backtest[] {
  return request.similar
    .map(({ points }) => cleanHistory(points, targetMs))
    .filter((history) => history.points.length >= ENOUGH_SIMILAR_POINTS)
    .map((history) => chooseProfile(history, targetMs));
}

/** Level from the job's own few points (or its declared size), shape and spread from its relatives. */
function fromSimilarJobs(
  own: History,
  similar: readonly Backtest[],
  targetMs: number,
  declaredBytes: number | null,
): Estimate {
  const count = own.points.length;
  const season = (timeMs: number): number => mean(similar.map(({ profile }) => profile.seasonAt(timeMs)));
  const relativeSpread = mean(similar.map(({ logResiduals }) => spreadOf(logResiduals)));
  const known = declaredBytes !== null && declaredBytes > 0 ? Math.log(declaredBytes) : null;
  const ownLevel = mean(own.points.map((point) => point.logSize - season(point.timeMs)));
  const ownWeight = count / (count + ENOUGH_OWN_POINTS);
  const ownSize =
    count === 0
      ? 0
      : chooseProfile(own, targetMs).profile.logSize * ownWeight +
        (ownLevel + season(targetMs)) * (1 - ownWeight);
  const level =
    count > 0 ? ownSize : (known ?? mean(similar.map(({ profile }) => profile.level))) + season(targetMs);
  const levelSpread =
    count > 0 ? relativeSpread / Math.sqrt(count) : known === null ? SIMILAR_LEVEL_SPREAD : DECLARED_SPREAD;
  const mapes = similar.flatMap(({ mapePercent }) => (mapePercent === null ? [] : [mapePercent]));
  const inputBytes = sizes(
    level,
    conformalQuantiles([], Math.hypot(relativeSpread, levelSpread)),
    own.shiftBytes,
  );
  const basis = count > 0 ? `its own ${count}` : known === null ? 'none of its own' : 'its declared size';
  return {
    inputBytes,
    method: 'similar-jobs',
    backtestMapePercent: mapes.length === 0 ? null : mean(mapes),
    reason:
      `Too few earlier runs for a pattern (${basis}); shape and spread from ${similar.length} similar ` +
      `job${similar.length === 1 ? '' : 's'}, usual ${bytesText(medianOf(inputBytes))}.`,
  };
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

function sizes(logSize: number, logResidual: Quantiles, shiftBytes: number): Quantiles {
  return logResidual.map((residual) =>
    Math.max(0, Math.min(Math.exp(logSize + residual), MAX_SIZE_BYTES) - shiftBytes),
  );
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
