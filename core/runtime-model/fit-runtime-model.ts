import type { Job } from '../contracts/job.ts';
import type { Quantiles } from '../contracts/quantities.ts';
import { conformalQuantiles } from '../numerics/conformal-quantiles.ts';
import { contentHash } from '../numerics/content-hash.ts';
import { medianOf, sampleQuantile } from '../numerics/quantiles.ts';
import { epochMilliseconds, MILLISECONDS_PER_DAY } from '../units.ts';
import { effectiveCores, type ClusterShape } from './cluster-shape.ts';
import { fitCoefficients, multiplied, scaledPrior } from './fit-coefficients.ts';
import type { RuntimeModel } from './model.ts';
import { secondsOf } from './seconds-of.ts';
import { TASK_PRIORS, type RuntimeCoefficients } from './task-priors.ts';
import type { TrainingRun } from './training-run.ts';

/** A usual run on the job's baseline fleet, from the job file: the model's first point. */
export interface BaselinePoint extends ClusterShape {
  readonly runtimeSeconds: number;
}

interface FitRequest {
  readonly task: Job['task'];
  readonly runs: readonly TrainingRun[];
  readonly baseline: BaselinePoint | null;
}

/** A run this much older than the newest counts half. */
const HALF_LIFE_DAYS = 90;
/** Anything shorter did not run Spark. */
const SHORTEST_RUN_SECONDS = 1;
const LEAST_WEIGHT = 1e-6;
/** Runs that count for less say what the job was, not how far off a prediction is today. */
const LEAST_WEIGHT_OF_RESIDUAL = 0.25;
const MAX_FOLDS = 60;
/** With fewer configurations, residuals only inform a normal spread. */
const ENOUGH_CONFIGURATIONS = 8;
const MIN_SPREAD = 0.05;
const PRIOR_SPREAD_WEIGHT_RUNS = 2;
/** How fast observations shrink what is unknown about a job of its kind. */
const SPREAD_SHRINKING_PER_RUN = 4;
/** Shuffles wait and last waves are not full, even while everything runs in parallel. */
const USUAL_BUSY_SHARE = 0.88;
const USUAL_BUSY_SHARE_WEIGHT_RUNS = 3;

/**
 * Fits how long a job's load takes on a cluster: Ernest's features with non-negative coefficients, on relative
 * error, and the quantiles of what the fit says about configurations it was not shown. With few runs the prior
 * of the task's kind, scaled to the runs (or to the baseline point), carries the shape; with none it is all.
 *
 * @param request.runs  in any order; runs of no weight or of less than a second are passed over
 * @param request.baseline  a usual run on the baseline fleet, or null
 * @see Venkataraman et al., Ernest, NSDI 2016
 */
export function fitRuntimeModel({ task, runs, baseline }: FitRequest): RuntimeModel {
  const known = byAge(runs.filter(isUsable));
  const prior = TASK_PRIORS[task];
  const fitted = fitCoefficients(known, scaledPrior(prior, known, baseline));
  const configurations = new Set(known.map(configurationOf));
  const logResiduals = leaveOneOut(known, (rest) =>
    fitCoefficients(rest, scaledPrior(prior, rest, baseline)),
  );
  const points = configurations.size + (baseline === null ? 0 : 1);
  const priorSpread = prior.logSpread / Math.sqrt(1 + SPREAD_SHRINKING_PER_RUN * points);
  const residual = residualQuantiles(logResiduals, configurations.size, priorSpread);
  // Whatever the fit is off by in the median belongs into the curve, so that medianSeconds is what it says.
  const offset = medianOf(residual);
  const coefficients = multiplied(fitted, Math.exp(offset));
  const content = {
    description: describe(task, known.length, configurations.size, logResiduals, baseline),
    task,
    runsKnown: known.length,
    configurationsKnown: configurations.size,
    coefficients,
    logResidual: residual.map((value) => value - offset),
    parallelBusyShare: busyShare(known, coefficients),
    seen: seenBy(known, baseline),
  };
  return { version: `runtime-${contentHash(content).slice(0, 12)}`, ...content };
}

function isUsable(run: TrainingRun): boolean {
  const numbers = [run.inputBytes, run.cores, run.memoryMib, run.coreSpeed, run.runtimeSeconds, run.weight];
  return (
    numbers.every(Number.isFinite) &&
    run.inputBytes >= 0 &&
    Math.min(run.cores, run.memoryMib, run.coreSpeed) > 0 &&
    run.runtimeSeconds >= SHORTEST_RUN_SECONDS &&
    run.weight >= LEAST_WEIGHT
  );
}

function byAge(runs: readonly TrainingRun[]): TrainingRun[] {
  const timesMs = runs.flatMap((run) => (run.at === null ? [] : [epochMilliseconds(run.at)]));
  const newestMs = timesMs.reduce((newest, timeMs) => Math.max(newest, timeMs), -Infinity);
  return runs.map((run) => {
    if (run.at === null) return run;
    const ageDays = (newestMs - epochMilliseconds(run.at)) / MILLISECONDS_PER_DAY;
    return { ...run, weight: run.weight * 0.5 ** (ageDays / HALF_LIFE_DAYS) };
  });
}

function configurationOf(run: TrainingRun): string {
  return [run.inputBytes, run.cores, run.nodes, run.memoryMib, run.coreSpeed].join(' ');
}

/** Log of actual over predicted for each run, by a fit that saw no run of the same configuration. */
function leaveOneOut(
  runs: readonly TrainingRun[],
  fit: (rest: readonly TrainingRun[]) => RuntimeCoefficients,
): number[] {
  const configurations = [...new Set(runs.map(configurationOf))];
  if (configurations.length < 2) return [];
  const foldOf = new Map(configurations.map((configuration, i) => [configuration, i % MAX_FOLDS]));
  const folds = runs.map((run) => foldOf.get(configurationOf(run)) ?? 0);
  return [...new Set(folds)].flatMap((fold) => {
    const coefficients = fit(runs.filter((_, i) => folds[i] !== fold));
    return runs
      .filter((run, i) => folds[i] === fold && run.weight >= LEAST_WEIGHT_OF_RESIDUAL)
      .map((run) => Math.log(run.runtimeSeconds / secondsOf(coefficients, run).totalSeconds));
  });
}

function residualQuantiles(
  logResiduals: readonly number[],
  configurations: number,
  priorSpread: number,
): Quantiles {
  const squares = logResiduals.reduce((sum, residual) => sum + residual ** 2, 0);
  const measuredSquare = logResiduals.length === 0 ? 0 : squares / logResiduals.length;
  const spread = Math.sqrt(
    (PRIOR_SPREAD_WEIGHT_RUNS * priorSpread ** 2 + configurations * measuredSquare) /
      (PRIOR_SPREAD_WEIGHT_RUNS + (logResiduals.length === 0 ? 0 : configurations)),
  );
  const tailSpread = Math.max(spread, MIN_SPREAD);
  if (configurations >= ENOUGH_CONFIGURATIONS) return conformalQuantiles(logResiduals, tailSpread);
  return conformalQuantiles([], tailSpread * Math.sqrt(1 + 1 / Math.max(configurations, 1)));
}

function busyShare(runs: readonly TrainingRun[], coefficients: RuntimeCoefficients): number {
  const measured = runs.flatMap((run) => {
    const { parallelSeconds } = secondsOf(coefficients, run);
    if (run.utilisation === undefined || run.utilisation === null || parallelSeconds <= 0) return [];
    return [Math.min(1, Math.max(0.2, (run.utilisation * run.runtimeSeconds) / parallelSeconds))];
  });
  const sum = measured.reduce(
    (total, share) => total + share,
    USUAL_BUSY_SHARE_WEIGHT_RUNS * USUAL_BUSY_SHARE,
  );
  return sum / (USUAL_BUSY_SHARE_WEIGHT_RUNS + measured.length);
}

function seenBy(runs: readonly TrainingRun[], baseline: BaselinePoint | null): RuntimeModel['seen'] {
  const shapes: ClusterShape[] = baseline === null ? [...runs] : [...runs, baseline];
  if (shapes.length === 0) return null;
  return {
    inputBytes: rangeOf(shapes.map((shape) => shape.inputBytes)),
    effectiveCores: rangeOf(shapes.map(effectiveCores)),
    memoryMibPerCore: rangeOf(shapes.map((shape) => shape.memoryMib / shape.cores)),
    coreSpeeds: [...new Set(shapes.map((shape) => shape.coreSpeed))].sort((a, b) => a - b),
  };
}

function rangeOf(values: readonly number[]): [number, number] {
  return values.reduce<[number, number]>(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Infinity, -Infinity],
  );
}

function describe(
  task: string,
  runs: number,
  configurations: number,
  logResiduals: readonly number[],
  baseline: BaselinePoint | null,
): string {
  const anchor = baseline === null ? '' : ' scaled to the usual run on the baseline fleet';
  if (runs === 0) return `No run known: the prior of ${task} jobs${anchor}, with wide quantiles.`;
  const start = `Ernest's features on ${runs} runs of ${configurations} configurations`;
  if (logResiduals.length === 0) return `${start}, shaped by the prior of ${task} jobs${anchor}.`;
  const errors = logResiduals.map((residual) => Math.abs(Math.expm1(-residual))).sort((a, b) => a - b);
  const typical = (100 * sampleQuantile(errors, 0.5)).toFixed(0);
  return `${start}; on configurations left out it was off by ${typical} % in the median.`;
}
