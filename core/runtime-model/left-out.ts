import { fitCoefficients, scaledPrior } from './fit-coefficients.ts';
import { secondsOf } from './seconds-of.ts';
import type { RuntimeCoefficients, TaskPrior } from './task-priors.ts';
import type { BaselinePoint, TrainingRun } from './training-run.ts';

const MAX_FOLDS = 60;
/** Runs that count for less say what the job was, not how far off a prediction is today. */
const LEAST_WEIGHT_OF_RESIDUAL = 0.25;

/** Runs left out together, and what a fit on all others says. */
export interface Fold {
  /** places in the list of runs */
  readonly points: readonly number[];
  readonly coefficients: RuntimeCoefficients;
}

export function configurationOf(run: TrainingRun): string {
  const parameters = Object.entries(run.parameters ?? {})
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flat();
  return [run.inputBytes, run.cores, run.nodes, run.memoryMib, run.coreSpeed, ...parameters].join(' ');
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

/** By run: log of actual over what the law says that did not see its configuration; undefined for old runs. */
export function residualsOf(runs: readonly TrainingRun[], folds: readonly Fold[]): (number | undefined)[] {
  const residuals = runs.map((): number | undefined => undefined);
  for (const { points, coefficients } of folds) {
    for (const point of points) {
      const run = runs[point];
      // how far off the time of a stopped run is, nobody knows
      if (run === undefined || run.stopped === true || run.weight < LEAST_WEIGHT_OF_RESIDUAL) continue;
      residuals[point] = Math.log(run.runtimeSeconds / secondsOf(coefficients, run).totalSeconds);
    }
  }
  return residuals;
}
