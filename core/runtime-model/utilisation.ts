import type { Quantiles } from '../contracts/quantities.ts';
import { conformalQuantiles } from '../numerics/conformal-quantiles.ts';
import { medianOf } from '../numerics/quantiles.ts';
import type { ClusterShape } from './cluster-shape.ts';
import { secondsOf } from './seconds-of.ts';
import type { RuntimeCoefficients } from './task-priors.ts';

/** A run whose event log told how busy its executors were. */
interface MeasuredRun extends ClusterShape {
  readonly utilisation?: number | null;
  readonly weight: number;
}

/** What is usual counts like so many runs. */
const PRIOR_RUNS = 1;
/** A run is rarely busier or idler than this; nearer to 0 or 1 log odds say nothing. */
const EXTREME = 0.02;
/** Runs differ from what is expected of them by so much before they tell, log odds: from 75 % to 64 or 83 %. */
const PRIOR_SPREAD = 0.5;
const PRIOR_SPREAD_RUNS = 2;
const LEAST_SPREAD = 0.05;
const ENOUGH_FOR_QUANTILES = 8;

interface LearntUtilisation {
  /** what is added to the log odds of the utilisation that the law implies; 0 before the first run */
  readonly logOdds: number;
  /** of a run: its log odds minus those expected, median 0 */
  readonly residual: Quantiles;
}

/**
 * Learns how busy a job keeps its executors. The law tells how utilisation falls as cores are added; the runs tell its
 * level, of which their weighted median is taken, as a reclaim leaves one run idle and not the job; and how far a run
 * lies from that.
 *
 * @param busyShare  cores that work ÷ cores there are, while the law's parallel part runs
 */
export function learnUtilisation(
  runs: readonly MeasuredRun[],
  coefficients: RuntimeCoefficients,
  busyShare: number,
): LearntUtilisation {
  const measured = runs.flatMap((run) => {
    const { utilisation, weight } = run;
    if (utilisation === undefined || utilisation === null) return [];
    const expected = utilisationOfLaw(coefficients, run, busyShare);
    return [{ value: logOddsOf(utilisation) - logOddsOf(expected), weight }];
  });
  const total = measured.reduce((sum, { weight }) => sum + weight, 0);
  const logOdds = weightedMedian(measured) * (total / (total + PRIOR_RUNS));
  const squares = measured.reduce((sum, { value, weight }) => sum + weight * (value - logOdds) ** 2, 0);
  const spread = Math.sqrt((PRIOR_SPREAD_RUNS * PRIOR_SPREAD ** 2 + squares) / (PRIOR_SPREAD_RUNS + total));
  // the level has seen these runs: with few of them it is the nearer to each
  const tailSpread = Math.max(spread, LEAST_SPREAD) * Math.sqrt(1 + 1 / Math.max(total, 1));
  const residual = conformalQuantiles(
    measured.length >= ENOUGH_FOR_QUANTILES ? measured.map(({ value }) => value - logOdds) : [],
    tailSpread,
  );
  const offset = medianOf(residual);
  return { logOdds, residual: residual.map((value) => value - offset) };
}

/** What is usual of a job whose model tells nothing. */
export function usualUtilisationResidual(): Quantiles {
  return conformalQuantiles([], PRIOR_SPREAD);
}

/** Task-busy ÷ available core-seconds that a law of runtime implies, 0..1. */
function utilisationOfLaw(coefficients: RuntimeCoefficients, shape: ClusterShape, busyShare: number): number {
  const { parallelSeconds, totalSeconds } = secondsOf(coefficients, shape);
  return totalSeconds > 0 ? (parallelSeconds / totalSeconds) * busyShare : 0;
}

/** A share with its odds changed by a factor's logarithm. */
export function withLogOdds(share: number, logOdds: number): number {
  if (logOdds === 0) return share;
  const odds = share * Math.exp(logOdds);
  return odds / (1 - share + odds);
}

function logOddsOf(share: number): number {
  const bounded = Math.min(Math.max(share, EXTREME), 1 - EXTREME);
  return Math.log(bounded / (1 - bounded));
}

function weightedMedian(items: readonly { readonly value: number; readonly weight: number }[]): number {
  const sorted = [...items].sort((one, other) => one.value - other.value);
  const half = sorted.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let reached = 0;
  let below: number | null = null;
  for (const { value, weight } of sorted) {
    reached += weight;
    if (below !== null) return (below + value) / 2;
    if (reached > half + 1e-12) return value;
    if (Math.abs(reached - half) <= 1e-12) below = value;
  }
  return below ?? 0;
}
