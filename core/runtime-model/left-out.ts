import { fitCoefficients, scaledPrior } from './fit-coefficients.ts';
import type { RuntimeCoefficients, TaskPrior } from './task-priors.ts';
import type { BaselinePoint, TrainingRun } from './training-run.ts';

const MAX_FOLDS = 60;

/** Runs left out together, and what a fit on all others says. */
export interface Fold {
  /** places in the list of runs */
  readonly points: readonly number[];
  readonly coefficients: RuntimeCoefficients;
}

export function configurationOf(run: TrainingRun): string {
  return [run.inputBytes, run.cores, run.nodes, run.memoryMib, run.coreSpeed].join(' ');
}

/** Fits that each leave out some configurations, repetitions included; none when there is but one. */
export function foldsOf(
  runs: readonly TrainingRun[],
  prior: TaskPrior,
  baseline: BaselinePoint | null,
): Fold[] {
  const configurations = [...new Set(runs.map(configurationOf))];
  if (configurations.length < 2) return [];
  const foldOf = new Map(configurations.map((configuration, i) => [configuration, i % MAX_FOLDS]));
  const folds = runs.map((run) => foldOf.get(configurationOf(run)) ?? 0);
  return [...new Set(folds)].map((fold) => {
    const rest = runs.filter((_, i) => folds[i] !== fold);
    return {
      points: runs.flatMap((_, i) => (folds[i] === fold ? [i] : [])),
      coefficients: fitCoefficients(rest, scaledPrior(prior, rest, baseline)),
    };
  });
}
