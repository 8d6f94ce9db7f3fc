import { MAD_TO_STANDARD_DEVIATION, sampleQuantile } from '../numerics/quantiles.ts';
import { epochMilliseconds } from '../units.ts';
import type { TrainingRun } from './training-run.ts';

/** With fewer runs nobody knows what is usual. */
const FEWEST_RUNS = 8;
/** Farther off than this many standard deviations is not luck. */
const FARTHEST_SCORE = 4;
/** Runs differ by this much for no reason, log. */
const LEAST_SPREAD = 0.05;
/** Runs that count for less already are not judged. */
const LEAST_WEIGHT = 0.25;

/** A run that counts for less than others, and why. */
export interface Doubt {
  readonly runKey: string | null;
  /** factor on its weight, 0..1 */
  readonly factor: number;
  readonly reason: string;
}

/**
 * Runs that took far longer or shorter than all others say, once: something disturbed them. When a neighbour in
 * time is off in the same way, the job has changed, or the law is wrong there, and nothing is doubted; neither is
 * the newest run, which may be the first of many.
 *
 * @param runs  as they are learnt from
 * @param logResiduals  by run: log of actual over what a fit on the others says; undefined where there is none
 * @returns by run; null for those that count in full
 */
export function doubtsOf(
  runs: readonly TrainingRun[],
  logResiduals: readonly (number | undefined)[],
): (Doubt | null)[] {
  const known = logResiduals.filter((residual, i) => residual !== undefined && countsIn(runs[i]));
  if (known.length < FEWEST_RUNS) return runs.map(() => null);
  const residuals = known.map((residual) => residual ?? 0).sort((a, b) => a - b);
  const centre = sampleQuantile(residuals, 0.5);
  const deviations = residuals.map((residual) => Math.abs(residual - centre)).sort((a, b) => a - b);
  const spread = Math.max(MAD_TO_STANDARD_DEVIATION * sampleQuantile(deviations, 0.5), LEAST_SPREAD);
  const scores = runs.map((run, i) => (countsIn(run) ? ((logResiduals[i] ?? centre) - centre) / spread : 0));
  const order = runs.map((_, i) => i).sort((a, b) => timeOf(runs[a]) - timeOf(runs[b]) || a - b);
  const doubts = runs.map((): Doubt | null => null);
  order.forEach((point, position) => {
    const score = scores[point] ?? 0;
    const [before, after] = [order[position - 1], order[position + 1]];
    if (Math.abs(score) <= FARTHEST_SCORE || after === undefined) return;
    const alike = [before, after].some(
      (other) => other !== undefined && Math.sign(score) * (scores[other] ?? 0) > FARTHEST_SCORE / 2,
    );
    if (alike) return;
    const times = Math.exp(Math.abs(score * spread)).toFixed(1);
    doubts[point] = {
      runKey: runs[point]?.runKey ?? null,
      factor: (FARTHEST_SCORE / score) ** 2,
      reason: `took ${times} times as ${score > 0 ? 'long' : 'short'} as the other runs say`,
    };
  });
  return doubts;
}

function countsIn(run: TrainingRun | undefined): boolean {
  return run !== undefined && run.weight >= LEAST_WEIGHT;
}

function timeOf(run: TrainingRun | undefined): number {
  return run?.at ? epochMilliseconds(run.at) : 0;
}
