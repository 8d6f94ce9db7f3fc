import { fitCoefficients, scaledPrior } from './fit-coefficients.ts';
import { secondsOf } from './seconds-of.ts';
import type { TaskPrior } from './task-priors.ts';
import type { BaselinePoint, TrainingRun } from './training-run.ts';

/** A run that was stopped tells less than one that ended. */
const WEIGHT_OF_BOUND = 0.5;

/**
 * What runs that were stopped teach: each would have taken longer than it was let. Where a fit on the runs that ended
 * says so, too, that is nothing new; where it says less, the time it was let counts like a run of half the weight, the
 * least that is consistent with what was seen.
 *
 * @param stopped  their runtimeSeconds is the time they were let
 * @param ended  runs that ended, of which a law is fitted
 * @see Tobin, Estimation of Relationships for Limited Dependent Variables, Econometrica 1958
 */
export function boundsOf(
  stopped: readonly TrainingRun[],
  ended: readonly TrainingRun[],
  prior: TaskPrior,
  baseline: BaselinePoint | null,
): TrainingRun[] {
  if (stopped.length === 0) return [];
  const law = fitCoefficients(ended, scaledPrior(prior, ended, baseline));
  return stopped
    .filter((run) => secondsOf(law, run).totalSeconds < run.runtimeSeconds)
    .map((run) => ({ ...run, weight: run.weight * WEIGHT_OF_BOUND }));
}
