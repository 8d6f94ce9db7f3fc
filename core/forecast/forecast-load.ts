import type { InputManifest } from '../contracts/input-manifest.ts';
import type { LoadForecast, LoadPoint } from '../contracts/load-forecast.ts';
import { lognormalQuantiles } from '../numerics/lognormal-quantiles.ts';
import { medianOf } from '../numerics/quantiles.ts';
import { BYTES_PER_GIB, epochMilliseconds } from '../units.ts';
import { bytesText } from '../units-text.ts';
import { cleanHistory, type History } from './clean-history.ts';
import { forecastOwnPast, type Surroundings } from './own-past.ts';
import { ownPastReason } from './own-past-reason.ts';
import { poolSimilarJobs, shapeWeight, type PooledShape } from './similar-jobs.ts';

/** From here on a job's own two weeks say more of its shape than any other job. */
const ENOUGH_OWN_POINTS = 15;
/** Spreads are standard deviations of log size: 0.35 means that two thirds of runs are within a factor 1.42. */
const DECLARED_SPREAD = 0.6;
const SIMILAR_LEVEL_SPREAD = 1.2;
const UNINFORMED_SPREAD = 2;
const UNINFORMED_MEDIAN_BYTES = 20 * BYTES_PER_GIB;
const DECLARED_COUNTS_BELOW_POINTS = 7;
/** Members of the ensemble that the forecast names. */
const MEMBERS_NAMED = 4;
/** Listing and reading happen at slightly different moments. */
const MANIFEST_SPREAD = 0.002;

/** What a forecast of a run's load is asked with. */
export interface LoadRequest extends Surroundings {
  job: string;
  scheduledAt: string;
  manifest: InputManifest | null;
  history: readonly LoadPoint[];
  similar: readonly { job: string; points: readonly LoadPoint[] }[];
  declaredBytes: number | null;
}

type Estimate = Pick<LoadForecast, 'inputBytes' | 'method' | 'backtestMapePercent' | 'reason' | 'members'>;

/**
 * Forecasts how much a run has to process. Known beats guessed: a complete manifest is the answer; else the
 * job's own past, with the shape of similar jobs while it is short; else similar jobs; else the size the job file declares;
 * else nothing, with an interval that says so. What an incomplete manifest already counts is the least there is.
 *
 * @param request.scheduledAt  the run forecast; points at or after it are not used
 * @param request.history  the job's own past, in any order
 * @param request.similar  pasts of jobs that are believed to be alike; may be empty
 * @param request.declaredBytes  typical size from the job file
 * @param request.timeZone  whose days and weeks count
 * @param request.holidays  dates as YYYY-MM-DD
 * @param request.mstl  null where it is not loaded: the ensemble then goes on without it
 */
export function forecastLoad(request: LoadRequest): LoadForecast {
  const targetMs = epochMilliseconds(request.scheduledAt);
  const own = cleanHistory(request.history, targetMs);
  const blind = fromPast(request, own, targetMs);
  const counted = fromManifest(request.manifest);
  const estimate = counted ?? atLeast(request.manifest, blind);
  const { inputBytes, method } = blind;
  const { leftOut } = own;
  return {
    job: request.job,
    forScheduledAt: request.scheduledAt,
    historyPoints: own.points.length,
    ...estimate,
    ...(leftOut === 0 ? {} : { reason: `${estimate.reason} ${leftOutText(leftOut)}` }),
    ...(counted === null ? {} : { beforeCounting: { inputBytes, method } }),
  };
}

function leftOutText(count: number): string {
  return `Left out: ${count} earlier size${count === 1 ? '' : 's'} that ${count === 1 ? 'is none' : 'are none'} (negative, not a number or undated).`;
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

function fromPast(request: LoadRequest, own: History, targetMs: number): Estimate {
  const count = own.points.length;
  const pooled = count < ENOUGH_OWN_POINTS ? poolSimilarJobs(request.similar, targetMs) : null;
  if (own.points.some(({ inputBytes }) => inputBytes > 0)) return fromOwnPast(request, own, targetMs, pooled);
  const other = fromOthers(request, targetMs, pooled ?? poolSimilarJobs(request.similar, targetMs));
  return count === 0 ? other : { ...other, reason: `${ofNothingText(count)} ${other.reason}` };
}

/** Runs that read nothing tell of no load: the next one that reads something would come as a surprise. */
function ofNothingText(count: number): string {
  return count === 1
    ? 'The one earlier run read nothing, which tells no size; so, without it:'
    : `All ${count} earlier runs read nothing, which tells no size; so, without them:`;
}

function fromOthers(request: LoadRequest, targetMs: number, pooled: PooledShape | null): Estimate {
  if (pooled !== null) return fromSimilarJobs(pooled, targetMs, request.declaredBytes);
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

/** Its own runs; while they are few, with as much of the shape of similar jobs as fits them. */
function fromOwnPast(
  request: LoadRequest,
  own: History,
  targetMs: number,
  pooled: PooledShape | null,
): Estimate {
  const weight = pooled === null ? 0 : shapeWeight(own.points, pooled);
  const borrowedAt = (timeMs: number) => (pooled === null ? 0 : weight * pooled.seasonAt(timeMs));
  const points = own.points.map(({ timeMs, inputBytes, logSize }) => ({
    timeMs,
    inputBytes: inputBytes * Math.exp(-borrowedAt(timeMs)),
    logSize: logSize - borrowedAt(timeMs),
  }));
  const past = forecastOwnPast(points, targetMs, request, pooled?.logSpread);
  const usual = medianOf(past.inputBytes) * Math.exp(borrowedAt(targetMs));
  const factor = Math.exp(
    borrowedAt(targetMs) + declaredPull(own.points.length, usual, request.declaredBytes),
  );
  const inputBytes = past.inputBytes.map((bytes) => bytes * factor);
  const borrowed = pooled === null || weight === 0 ? null : { jobs: pooled.jobs, weight };
  return {
    inputBytes,
    method: borrowed === null ? 'ensemble' : 'similar-jobs',
    backtestMapePercent: past.ensemble.backtestMapePercent,
    members: past.ensemble.members.slice(0, MEMBERS_NAMED),
    reason: ownPastReason(own.points.length, inputBytes, past, borrowed),
  };
}

/** While there is less than a week of runs, the declared size counts as one more of them. */
function declaredPull(count: number, usualBytes: number, declaredBytes: number | null): number {
  if (count >= DECLARED_COUNTS_BELOW_POINTS || declaredBytes === null) return 0;
  return declaredBytes > 0 && usualBytes > 0 ? Math.log(declaredBytes / usualBytes) / (count + 1) : 0;
}

/** None of its own: level from the job file, else from its relatives; shape and spread from these. */
function fromSimilarJobs(pooled: PooledShape, targetMs: number, declaredBytes: number | null): Estimate {
  const declared = declaredBytes !== null && declaredBytes > 0 ? Math.log(declaredBytes) : null;
  const levelSpread = declared === null ? SIMILAR_LEVEL_SPREAD : DECLARED_SPREAD;
  const inputBytes = lognormalQuantiles(
    Math.exp((declared ?? pooled.level) + pooled.seasonAt(targetMs)),
    Math.hypot(pooled.logSpread, levelSpread),
  );
  const jobs = `${pooled.jobs} similar job${pooled.jobs === 1 ? '' : 's'}`;
  return {
    inputBytes,
    method: 'similar-jobs',
    backtestMapePercent: pooled.backtestMapePercent,
    reason:
      `No earlier run; level from ${declared === null ? jobs : 'the declared size'}, shape and spread from ` +
      `${declared === null ? 'them' : jobs}, usual ${bytesText(medianOf(inputBytes))}.`,
  };
}
