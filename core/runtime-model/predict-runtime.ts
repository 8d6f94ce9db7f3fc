import type { Quantiles } from '../contracts/quantities.ts';
import { effectiveCores, type ClusterShape } from './cluster-shape.ts';
import type { RuntimeModel } from './model.ts';
import { refined } from './refinement.ts';
import { secondsOf } from './seconds-of.ts';
import { withLogOdds } from './utilisation.ts';
import { widen } from './widen.ts';

interface RuntimePrediction {
  readonly medianSeconds: number;
  /** core-seconds that tasks keep busy; utilisation is this ÷ (cores × seconds) */
  readonly busyCoreSeconds: number;
  /** a draw u of a uniform number gives medianSeconds × exp(valueAt(logResidual, u)) seconds */
  readonly logResidual: Quantiles;
}

/** Log spread added per natural-log unit outside the seen range of volume, and of scale-out. */
const SPREAD_PER_LOG_VOLUME = 0.35;
const SPREAD_PER_LOG_CORES = 0.35;
/** Log spread added for a core or a memory size that no run has used. */
const SPREAD_OF_UNSEEN_CORE = 0.15;
const SPREAD_PER_LOG_MEMORY = 0.25;
/** Core speeds that differ by less, as a share, count as the same. */
export const SAME_SPEED_TOLERANCE = 0.04;
const WIDEST_SCORE = 1.95996;

/**
 * Predicts a runtime: from the first step's start to the last one's end. Outside what the model has seen the
 * median stays, the quantiles widen with the distance; of less data than ever seen, no quantile is above that of the
 * least data seen on the same cluster.
 *
 * @returns finite and positive for every shape with positive cores and memory
 */
export function predictRuntime(model: RuntimeModel, shape: ClusterShape): RuntimePrediction {
  const { parallelSeconds, totalSeconds } = secondsOf(model.coefficients, shape);
  const away = spreadAway(model, shape);
  const share = totalSeconds > 0 ? (parallelSeconds / totalSeconds) * model.parallelBusyShare : 0;
  const busyCores = shape.cores * withLogOdds(share, model.utilisationLogOdds);
  if (model.refinement === null) {
    return {
      medianSeconds: totalSeconds,
      busyCoreSeconds: totalSeconds * busyCores,
      logResidual: widen(model.logResidual, away),
    };
  }
  const { logSeconds, logSpread } = refined(model.refinement, model.coefficients, shape);
  const medianSeconds = boundedSeconds(logSeconds);
  return {
    medianSeconds,
    busyCoreSeconds: medianSeconds * busyCores,
    logResidual: widen(
      model.refinement.scores.map((score) => score * logSpread),
      away,
    ),
  };
}

/**
 * Less load is never slower: below the smallest volume seen, the spread grows no further than to where the smallest one
 * is in its own bad case.
 */
function spreadAway(model: RuntimeModel, shape: ClusterShape): number {
  const least = model.seen?.inputBytes[0] ?? 0;
  if (shape.inputBytes >= least) return distanceSpread(model, shape);
  const gain = Math.log(
    medianSecondsOf(model, { ...shape, inputBytes: least }) / medianSecondsOf(model, shape),
  );
  return distanceSpread(model, shape, Math.max(gain, 0) / WIDEST_SCORE);
}

function medianSecondsOf({ coefficients, refinement }: RuntimeModel, shape: ClusterShape): number {
  if (refinement === null) return secondsOf(coefficients, shape).totalSeconds;
  return boundedSeconds(refined(refinement, coefficients, shape).logSeconds);
}

function boundedSeconds(logSeconds: number): number {
  return Math.min(Math.max(Math.exp(logSeconds), 1), Number.MAX_SAFE_INTEGER);
}

/**
 * Log spread that a prediction gets for lying so far outside what the model has seen.
 *
 * @param mostOfVolume  most that the volume may add
 */
export function distanceSpread(
  { seen }: RuntimeModel,
  shape: ClusterShape,
  mostOfVolume = Number.POSITIVE_INFINITY,
): number {
  if (seen === null) return 0;
  const volume = Math.min(
    SPREAD_PER_LOG_VOLUME * logDistance(seen.inputBytes, shape.inputBytes),
    mostOfVolume,
  );
  const scaleOut = SPREAD_PER_LOG_CORES * logDistance(seen.effectiveCores, effectiveCores(shape));
  const memory = SPREAD_PER_LOG_MEMORY * logDistance(seen.memoryMibPerCore, shape.memoryMib / shape.cores);
  const known = seen.coreSpeeds.some(
    (speed) => Math.abs(speed - shape.coreSpeed) <= SAME_SPEED_TOLERANCE * speed,
  );
  return Math.hypot(volume, scaleOut, memory, known ? 0 : SPREAD_OF_UNSEEN_CORE);
}

/** How far a value lies outside a range, in natural-log units; a tenth of slack is free. */
function logDistance([least, most]: readonly [number, number], value: number): number {
  const slack = 1.1;
  if (value > most * slack) return Math.min(Math.log((value + 1) / (most + 1)), 10);
  if (value < least / slack) return Math.min(Math.log((least + 1) / (value + 1)), 10);
  return 0;
}
