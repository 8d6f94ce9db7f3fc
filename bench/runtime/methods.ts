import { QUANTILE_LEVELS } from '../../core/contracts/quantities.ts';
import { normalQuantile } from '../../core/numerics/normal-quantile.ts';
import { nonNegativeLeastSquares } from '../../core/numerics/non-negative-least-squares.ts';
import { RuntimeSurface } from '../../core/runtime-model/surface/runtime-surface.ts';
import type { SurfaceRun } from '../../core/runtime-model/surface/surface-column.ts';
import type { RuntimeColumn } from './columns.ts';
import { GradientBoosting } from './gradient-boosting.ts';

/** What a method says of one configuration. */
export interface Foretold {
  readonly seconds: number;
  /** at each of the project's levels; null when the method knows no more than one figure */
  readonly secondsByLevel: readonly number[] | null;
}

/** Learns from runs and answers for any values. */
export type Method = (
  columns: readonly RuntimeColumn[],
  runs: readonly SurfaceRun[],
) => (values: readonly number[]) => Foretold;

const SCORES = QUANTILE_LEVELS.map(normalQuantile);

export const flarepath: Method = (columns, runs) => {
  const surface = new RuntimeSurface(columns, runs);
  return (values) => {
    const { logMedian, logSpread } = surface.predict(values);
    return {
      seconds: Math.exp(logMedian),
      secondsByLevel: SCORES.map((score) => Math.exp(logMedian + logSpread * score)),
    };
  };
};

/** @see Venkataraman et al., Ernest, NSDI 2016: non-negative least squares on 1, size ÷ n, log n and n */
const ernest: Method = (columns, runs) => {
  const volume = columns.findIndex(({ role }) => role === 'volume');
  const count = columns.findIndex(({ role }) => role === 'cores');
  const features = (values: readonly number[]) => {
    const [size, nodes] = [values[volume] ?? 1, values[count] ?? 1];
    return [1, size / nodes, Math.log(nodes), nodes];
  };
  const rows = runs.map((run) => features(run.values));
  const gram = [0, 1, 2, 3].map((i) =>
    [0, 1, 2, 3].map((j) => rows.reduce((sum, row) => sum + (row[i] ?? 0) * (row[j] ?? 0), 0)),
  );
  const projection = [0, 1, 2, 3].map((i) =>
    rows.reduce((sum, row, r) => sum + (row[i] ?? 0) * (runs[r]?.runtimeSeconds ?? 0), 0),
  );
  const coefficients = nonNegativeLeastSquares(gram, projection);
  return (values) => ({
    seconds: features(values).reduce((sum, value, i) => sum + value * (coefficients[i] ?? 0), 0),
    secondsByLevel: null,
  });
};

const boosting: Method = (_, runs) => {
  const model = new GradientBoosting(
    runs.map(({ values }) => values),
    runs.map((run) => Math.log(run.runtimeSeconds)),
  );
  return (values) => ({ seconds: Math.exp(model.predict(values)), secondsByLevel: null });
};

export const METHODS: Readonly<Record<string, Method>> = {
  flarepath,
  ernest,
  'gradient boosting': boosting,
};
