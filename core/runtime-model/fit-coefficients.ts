import { nonNegativeLeastSquares } from '../numerics/non-negative-least-squares.ts';
import { effectiveCores, runtimeFeatures, type ClusterShape } from './cluster-shape.ts';
import { secondsOf } from './seconds-of.ts';
import type { RuntimeCoefficients, TaskPrior } from './task-priors.ts';
import type { TrainingRun } from './training-run.ts';

const FEATURES = 5;
const PASSES = 3;
/** The scaled prior weighs as much as this many runs, spread over the corners of what has been seen. */
const PRIOR_WEIGHT_RUNS = 0.4;
/** Corners lie this factor outside what has been seen: there the prior speaks, inside the runs do. */
const CORNER_FACTOR = 3;
/** The prior's own scale counts as this many observations. */
const PRIOR_SCALE_WEIGHT = 0.1;

/**
 * The prior of a job's kind, multiplied so that it meets the runs (or the baseline point) on average.
 */
export function scaledPrior(
  prior: TaskPrior,
  runs: readonly TrainingRun[],
  baseline: (ClusterShape & { runtimeSeconds: number }) | null,
): RuntimeCoefficients {
  const observed = [...runs, ...(baseline === null ? [] : [{ ...baseline, weight: 1 }])];
  let weightSum = PRIOR_SCALE_WEIGHT;
  let logSum = 0;
  for (const run of observed) {
    weightSum += run.weight;
    logSum += run.weight * Math.log(run.runtimeSeconds / secondsOf(prior.coefficients, run).totalSeconds);
  }
  return multiplied(prior.coefficients, Math.exp(logSum / weightSum));
}

/**
 * Non-negative least squares on relative error, with the prior as a few light pseudo-runs.
 *
 * Dividing by the runtime alone would favour fits that are too low (nothing can be more than 100 % too low), so
 * rows are divided by the geometric mean of the runtime and what the previous pass said of it.
 *
 * @param runs  weights and runtimes positive
 * @param prior  what to say where runs say nothing
 */
export function fitCoefficients(
  runs: readonly TrainingRun[],
  prior: RuntimeCoefficients,
): RuntimeCoefficients {
  if (runs.length === 0) return prior;
  const corners = cornersOf(runs);
  const observations: Observation[] = [
    ...runs.map((run) => observation(run, run.runtimeSeconds, run.weight)),
    ...corners.map((corner) =>
      observation(corner, secondsOf(prior, corner).totalSeconds, PRIOR_WEIGHT_RUNS / corners.length),
    ),
  ];
  let coefficients = prior;
  for (let pass = 0; pass < PASSES; pass += 1) {
    const { gram, projection } = normalEquations(observations, coefficients);
    coefficients = fromArray(nonNegativeLeastSquares(gram, projection));
  }
  return coefficients;
}

interface Observation {
  readonly shape: ClusterShape;
  readonly features: readonly number[];
  readonly seconds: number;
  readonly weight: number;
}

function observation(shape: ClusterShape, seconds: number, weight: number): Observation {
  return { shape, features: runtimeFeatures(shape), seconds, weight };
}

function normalEquations(
  observations: readonly Observation[],
  before: RuntimeCoefficients,
): { gram: number[][]; projection: number[] } {
  const gram = Array.from({ length: FEATURES }, () => new Array<number>(FEATURES).fill(0));
  const projection = new Array<number>(FEATURES).fill(0);
  for (const { shape, features, seconds, weight } of observations) {
    const rowWeight = weight / (seconds * secondsOf(before, shape).totalSeconds);
    features.forEach((value, i) => {
      projection[i] = (projection[i] ?? 0) + rowWeight * value * seconds;
      const gramRow = gram[i] ?? [];
      features.forEach((other, j) => {
        gramRow[j] = (gramRow[j] ?? 0) + rowWeight * value * other;
      });
    });
  }
  return { gram, projection };
}

/** Shapes around what has been seen: little and much data on few and many cores. */
function cornersOf(runs: readonly TrainingRun[]): ClusterShape[] {
  const smallest = extreme(runs, (run) => effectiveCores(run), -1);
  const largest = extreme(runs, (run) => effectiveCores(run), 1);
  const leastBytes = Math.min(...runs.map((run) => run.inputBytes));
  const mostBytes = Math.max(...runs.map((run) => run.inputBytes));
  return [
    scaled(smallest, leastBytes / CORNER_FACTOR, 1 / CORNER_FACTOR),
    scaled(smallest, mostBytes * CORNER_FACTOR, 1 / CORNER_FACTOR),
    scaled(largest, leastBytes / CORNER_FACTOR, CORNER_FACTOR),
    scaled(largest, mostBytes * CORNER_FACTOR, CORNER_FACTOR),
  ];
}

function extreme(
  runs: readonly TrainingRun[],
  measure: (run: TrainingRun) => number,
  sign: 1 | -1,
): ClusterShape {
  return runs.reduce((best, run) => (sign * measure(run) > sign * measure(best) ? run : best));
}

function scaled(shape: ClusterShape, inputBytes: number, factor: number): ClusterShape {
  return {
    inputBytes,
    cores: shape.cores * factor,
    nodes: shape.nodes * factor,
    memoryMib: shape.memoryMib * factor,
    coreSpeed: shape.coreSpeed,
  };
}

/** The same runtime curve, longer or shorter by a factor. */
export function multiplied(coefficients: Readonly<RuntimeCoefficients>, factor: number): RuntimeCoefficients {
  return {
    fixedSeconds: coefficients.fixedSeconds * factor,
    coreSecondsPerGib: coefficients.coreSecondsPerGib * factor,
    secondsPerLogCore: coefficients.secondsPerLogCore * factor,
    secondsPerCore: coefficients.secondsPerCore * factor,
    spillCoreSecondsPerGib: coefficients.spillCoreSecondsPerGib * factor,
  };
}

function fromArray(values: readonly number[]): RuntimeCoefficients {
  return {
    fixedSeconds: values[0] ?? 0,
    coreSecondsPerGib: values[1] ?? 0,
    secondsPerLogCore: values[2] ?? 0,
    secondsPerCore: values[3] ?? 0,
    spillCoreSecondsPerGib: values[4] ?? 0,
  };
}
