import { conformalQuantiles } from '../numerics/conformal-quantiles.ts';
import { isotonic } from '../numerics/isotonic.ts';
import { medianOf } from '../numerics/quantiles.ts';
import type { Fold } from './left-out.ts';
import { placeOf, type Refinement } from './refinement.ts';
import { LawTrend } from './surface/law-trend.ts';
import { RuntimeSurface } from './surface/runtime-surface.ts';
import type { SurfaceColumn } from './surface/surface-column.ts';
import type { RuntimeCoefficients } from './task-priors.ts';
import type { TrainingRun } from './training-run.ts';

/** With fewer configurations the law and its prior know better. */
const FEWEST_CONFIGURATIONS = 2;
/** What a runtime depends on here: the axes of a refinement, without their logarithms. */
const COLUMNS: readonly SurfaceColumn[] = [
  { name: 'MiB of input', role: 'volume', scale: 'log', tolerance: false },
  { name: 'effective cores', role: 'cores', scale: 'log', tolerance: false },
  { name: 'MiB per effective core', role: 'memory', scale: 'log', tolerance: false },
];
/** The law has slopes of its own: the process only mends them. */
const LAW_PRIOR = { constantSpread: 0.1, linearSpread: [0.1, 0.1, 0.05] };
const LAW_LOG_ODDS = 1;
const LEAST_SPREAD = 0.05;
/** Nodes of the axes for volume, cores and memory per core, and how far they go beyond what was seen. */
const NODES = [13, 11, 5] as const;
const MARGIN = [Math.log(3), Math.log(4), Math.log(2)] as const;
/** The process's own word on its spread counts as this many runs. */
const SPREAD_PRIOR_RUNS = 4;
/** Four axes of hyperparameters have seen the runs that are left out. */
const FITTED_HYPERPARAMETERS = 6;
const ENOUGH_FOR_QUANTILES = 8;
const LEAST_WEIGHT_OF_RESIDUAL = 0.25;

/** A refinement, and by how much runs that it had not seen missed it. */
export interface FittedRefinement {
  readonly refinement: Refinement;
  /** of runs of enough weight: log of actual over predicted, by fits that saw no run of the configuration */
  readonly logResiduals: readonly number[];
}

/**
 * The runtime surface over volume, cores and memory per core, with the fitted law among its laws; its quantiles
 * calibrated by configurations left out; tabulated.
 *
 * @param runs  weights and runtimes positive
 * @param coefficients  the law
 * @param folds  the law without some of the runs
 * @returns null when there are too few configurations to learn from
 */
export function fitRefinement(
  runs: readonly TrainingRun[],
  coefficients: Readonly<RuntimeCoefficients>,
  folds: readonly Fold[],
): FittedRefinement | null {
  if (folds.length < FEWEST_CONFIGURATIONS) return null;
  const sample = runs.map((run) => ({
    values: placeOf(run).map(Math.exp),
    runtimeSeconds: run.runtimeSeconds,
    weight: run.weight,
    unscored: !isScored(run),
  }));
  const law = new LawTrend(
    coefficients,
    sample.map(({ values }) => values),
    folds,
  );
  const surface = new RuntimeSurface(
    COLUMNS,
    sample,
    [{ trend: law, prior: LAW_PRIOR, logOdds: LAW_LOG_ODDS }],
    folds.map(({ points }) => points),
  );
  const leftOut = surface.leftOut.flatMap(({ residual, spread }, i) => {
    const run = runs[i];
    if (run === undefined || !isScored(run)) return [];
    return [{ residual, score: residual / Math.max(spread, LEAST_SPREAD), weight: run.weight }];
  });
  const scores = scoresOf(leftOut, folds.length);
  const offset = medianOf(scores);
  return {
    refinement: { ...tabulate(runs, surface, offset), scores: scores.map((score) => score - offset) },
    logResiduals: leftOut.map(({ residual }) => residual),
  };
}

/** How far off the time of a stopped run is, nobody knows; one of another time says little of today. */
function isScored(run: TrainingRun): boolean {
  return run.stopped !== true && run.weight >= LEAST_WEIGHT_OF_RESIDUAL;
}

function scoresOf(leftOut: readonly { score: number; weight: number }[], configurations: number): number[] {
  let squares = SPREAD_PRIOR_RUNS;
  let count = SPREAD_PRIOR_RUNS;
  for (const { score, weight } of leftOut) {
    squares += weight * score ** 2;
    count += weight;
  }
  const spread = Math.sqrt((squares / count) * (1 + FITTED_HYPERPARAMETERS / configurations));
  const enough = configurations >= ENOUGH_FOR_QUANTILES;
  return conformalQuantiles(enough ? leftOut.map(({ score }) => score) : [], spread);
}

function tabulate(
  runs: readonly TrainingRun[],
  surface: RuntimeSurface,
  offset: number,
): Omit<Refinement, 'scores'> {
  const [volumes, cores, memories] = axesOf(runs);
  const logSeconds: number[] = [];
  const logSpread: number[] = [];
  const stride = cores.length * memories.length;
  cores.forEach((core, c) => {
    memories.forEach((memory, m) => {
      const said = volumes.map((volume) => {
        const { mean, spread: own } = surface.predictUnscaled([volume, core, memory].map(Math.exp));
        const spread = Math.max(own, LEAST_SPREAD);
        return { value: mean + offset * spread, spread };
      });
      isotonic(said.map(({ value }) => value)).forEach((value, v) => {
        const index = v * stride + c * memories.length + m;
        logSeconds[index] = rounded(value);
        logSpread[index] = rounded(said[v]?.spread ?? LEAST_SPREAD);
      });
    });
  });
  return { axes: [volumes, cores, memories], logSeconds, logSpread };
}

/** Axes over what was seen and some way beyond; a memory per core that never changed has one node. */
function axesOf(runs: readonly TrainingRun[]): [number[], number[], number[]] {
  const places = runs.map(placeOf);
  const axis = (k: 0 | 1 | 2): number[] => {
    const values = places.map((place) => place[k]);
    const [least, most] = [Math.min(...values), Math.max(...values)];
    if (k === 2 && most - least < 1e-9) return [least];
    const from = k === 0 ? Math.max(least - MARGIN[k], 0) : least - MARGIN[k];
    const step = (most + MARGIN[k] - from) / (NODES[k] - 1);
    return Array.from({ length: NODES[k] }, (_, i) => from + i * step);
  };
  return [axis(0), axis(1), axis(2)];
}

/** A table is a document: five digits are a hundredth of a per cent. */
function rounded(value: number): number {
  return Math.round(value * 1e5) / 1e5;
}
