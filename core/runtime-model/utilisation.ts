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

/**
 * Learns how busy a job keeps its executors. The law tells how utilisation falls as cores are added; the runs tell its
 * level, of which their weighted median is taken, as a reclaim leaves one run idle and not the job.
 *
 * @param busyShare  cores that work ÷ cores there are, while the law's parallel part runs
 * @returns what is added to the log odds of the utilisation that the law implies; 0 before the first run
 */
export function utilisationLogOdds(
  runs: readonly MeasuredRun[],
  coefficients: RuntimeCoefficients,
  busyShare: number,
): number {
  const measured = runs.flatMap((run) => {
    const { utilisation, weight } = run;
    if (utilisation === undefined || utilisation === null) return [];
    const expected = utilisationOfLaw(coefficients, run, busyShare);
    return [{ value: logOddsOf(utilisation) - logOddsOf(expected), weight }];
  });
  const total = measured.reduce((sum, { weight }) => sum + weight, 0);
  return weightedMedian(measured) * (total / (total + PRIOR_RUNS));
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
