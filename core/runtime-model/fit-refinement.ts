import { conformalQuantiles } from '../numerics/conformal-quantiles.ts';
import { medianOf } from '../numerics/quantiles.ts';
import type { Fold } from './left-out.ts';
import { placeOf, type Refinement } from './refinement.ts';
import { knownLaw, LEAST_SPREAD, tabulate, type FittedSurface } from './surface/fitted-surface.ts';
import { LawTrend } from './surface/law-trend.ts';
import { HYPERPARAMETERS_PER_COLUMN, RuntimeSurface } from './surface/runtime-surface.ts';
import { parametersOf, valuesAt, workColumns } from './surface/work-columns.ts';
import type { RuntimeCoefficients } from './task-priors.ts';
import type { TrainingRun, WorkParameters } from './training-run.ts';

/** One configuration says nothing of others: the law and its prior do. */
const FEWEST_CONFIGURATIONS = 2;
/** Nodes of volume and cores lie at most so far apart unless that takes more than there are: a line between two is within a quarter of a per cent of the curve. */
const WIDEST_STEP = 0.25;
const MOST_NODES = 25;
const NODES_OF_MEMORY = 5;
/** How far axes for volume, cores and memory per core go beyond what was seen. */
const MARGIN = [Math.log(3), Math.log(4), Math.log(2)] as const;
/** The process's own word on its spread counts as this many runs. */
const SPREAD_PRIOR_RUNS = 4;
const ENOUGH_FOR_QUANTILES = 8;
const LEAST_WEIGHT_OF_RESIDUAL = 0.25;

/** A refinement, and by how much runs that it had not seen missed it. */
export interface FittedRefinement {
  readonly refinement: Refinement;
  /** the parameters for which it holds: the newest run's; none where they never differed */
  readonly parameters: WorkParameters;
  /** for other parameters; null where they never differed */
  readonly surface: FittedSurface | null;
  /** of runs of enough weight: log of actual over predicted, by fits that saw no run of the configuration */
  readonly logResiduals: readonly number[];
}

/**
 * The runtime surface over volume, cores, memory per core and the work's parameters, with the fitted law among its laws;
 * its quantiles calibrated by configurations left out; tabulated.
 *
 * @param runs  weights and runtimes positive
 * @param law  the law's coefficients
 * @param folds  the law without some of the runs
 * @returns null when there are too few configurations to learn from
 */
export function fitRefinement(
  runs: readonly TrainingRun[],
  law: Readonly<RuntimeCoefficients>,
  folds: readonly Fold[],
): FittedRefinement | null {
  if (folds.length < FEWEST_CONFIGURATIONS) return null;
  const parameters = parametersOf(runs);
  const columns = workColumns(runs, parameters);
  const sample = runs.map((run, i) => ({
    values: valuesAt(columns, run, parameters[i] ?? {}),
    runtimeSeconds: run.runtimeSeconds,
    weight: run.weight,
    unscored: !isScored(run),
  }));
  const values = sample.map((run) => run.values);
  const surface = new RuntimeSurface(columns, sample, {
    known: [knownLaw(new LawTrend(law, values, folds), columns)],
    folds: folds.map(({ points }) => points),
  });
  const leftOut = surface.leftOut.flatMap(({ residual, spread }, i) => {
    const run = runs[i];
    if (run === undefined || !isScored(run)) return [];
    return [{ residual, score: residual / Math.max(spread, LEAST_SPREAD), weight: run.weight }];
  });
  const scores = scoresOf(leftOut, folds.length, columns.length);
  const offset = medianOf(scores);
  const fitted = { columns, runs: sample, law, members: membersOf(surface), offset };
  const newest = parametersOfNewest(runs, parameters);
  const varied = columns.some(({ role }) => role === 'parameter');
  return {
    refinement: {
      ...tabulate(surface, fitted, newest, axesOf(runs)),
      scores: scores.map((score) => score - offset),
    },
    parameters: varied ? newest : {},
    surface: varied ? fitted : null,
    logResiduals: leftOut.map(({ residual }) => residual),
  };
}

function membersOf({ fitted }: RuntimeSurface): FittedSurface['members'] {
  return fitted.map(({ weight, hyperparameters, prior }) => ({
    weight,
    hyperparameters: [...hyperparameters],
    ...(prior === undefined
      ? {}
      : { prior: { constantSpread: prior.constantSpread, linearSpread: [...prior.linearSpread] } }),
  }));
}

function parametersOfNewest(
  runs: readonly TrainingRun[],
  parameters: readonly WorkParameters[],
): WorkParameters {
  const newest = runs.reduce((best, run, i) => ((run.at ?? '') >= (runs[best]?.at ?? '') ? i : best), 0);
  return parameters[newest] ?? {};
}

/** How far off the time of a stopped run is, nobody knows; one of another time says little of today. */
function isScored(run: TrainingRun): boolean {
  return run.stopped !== true && run.weight >= LEAST_WEIGHT_OF_RESIDUAL;
}

function scoresOf(
  leftOut: readonly { score: number; weight: number }[],
  configurations: number,
  columns: number,
): number[] {
  let squares = SPREAD_PRIOR_RUNS;
  let count = SPREAD_PRIOR_RUNS;
  for (const { score, weight } of leftOut) {
    squares += weight * score ** 2;
    count += weight;
  }
  // hyperparameters have seen the runs that are left out: the fewer runs, the more flattering that is
  const fitted = HYPERPARAMETERS_PER_COLUMN * columns;
  const spread = Math.sqrt((squares / count) * (1 + fitted / configurations));
  const enough = configurations >= ENOUGH_FOR_QUANTILES;
  return conformalQuantiles(enough ? leftOut.map(({ score }) => score) : [], spread);
}

/** Axes over what was seen and some way beyond; a memory per core that never changed has one node. */
function axesOf(runs: readonly TrainingRun[]): [number[], number[], number[]] {
  const places = runs.map(placeOf);
  const axis = (k: 0 | 1 | 2): number[] => {
    const values = places.map((place) => place[k]);
    const [least, most] = [Math.min(...values), Math.max(...values)];
    if (k === 2 && most - least < 1e-9) return [least];
    const from = k === 0 ? Math.max(least - MARGIN[k], 0) : least - MARGIN[k];
    const reach = most + MARGIN[k] - from;
    const steps = k === 2 ? NODES_OF_MEMORY - 1 : Math.min(Math.ceil(reach / WIDEST_STEP), MOST_NODES - 1);
    return Array.from({ length: steps + 1 }, (_, i) => from + (i * reach) / steps);
  };
  return [axis(0), axis(1), axis(2)];
}
