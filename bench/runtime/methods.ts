import { nonNegativeLeastSquares } from '../../core/numerics/non-negative-least-squares.ts';
import {
  fitRuntimeModel,
  predictRuntime,
  RuntimeModel,
  tunedTo,
} from '../../core/runtime-model/runtime-model.ts';
import type { SurfaceRun } from '../../core/runtime-model/surface/surface-column.ts';
import { isSize, type RuntimeColumn } from './columns.ts';
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

/** A volume is a size, mostly in megabytes, or a count of rows: either as so many bytes is in the usual range. */
const BYTES_PER_MEGABYTE = 1e6;
const BYTES_PER_ROW = 100;
/** What the machines of these tables have: only one type of them is in each. */
const CORES_PER_NODE = 8;
const MEMORY_MIB_PER_NODE = 32_768;

/** As a deployment does it: a fit, a document, a prediction. */
export const flarepath: Method = (columns, runs) => {
  const shapeOf = (values: readonly number[]) => trainingShape(columns, values);
  const fitted = fitRuntimeModel({
    task: 'etl',
    baseline: null,
    runs: runs.map(({ values, runtimeSeconds, weight }) => ({
      ...shapeOf(values),
      at: null,
      runtimeSeconds,
      weight,
    })),
  });
  const model = RuntimeModel.parse(JSON.parse(JSON.stringify(fitted)));
  const tuned = new Map<string, RuntimeModel>();
  return (values) => {
    const { parameters, ...shape } = shapeOf(values);
    const key = JSON.stringify(parameters);
    const known = tuned.get(key) ?? tunedTo(model, parameters);
    tuned.set(key, known);
    const { medianSeconds, logResidual } = predictRuntime(known, shape);
    return {
      seconds: medianSeconds,
      secondsByLevel: logResidual.map((residual) => medianSeconds * Math.exp(residual)),
    };
  };
};

/** A row as a run of a deployment: nodes are cores, the volume is bytes, everything else a parameter of the work. */
function trainingShape(columns: readonly RuntimeColumn[], values: readonly number[]) {
  const nodes = valueIn('cores', columns, values) ?? 1;
  const volume = columns.find(({ role }) => role === 'volume');
  const bytesPerUnit = volume === undefined || isSize(volume.name) ? BYTES_PER_MEGABYTE : BYTES_PER_ROW;
  return {
    inputBytes: (valueIn('volume', columns, values) ?? 1) * bytesPerUnit,
    nodes,
    cores: CORES_PER_NODE * nodes,
    memoryMib: MEMORY_MIB_PER_NODE * nodes,
    coreSpeed: 1,
    parameters: Object.fromEntries(
      columns.flatMap(({ name, role }, k) => (role === 'parameter' ? [[name, values[k] ?? 0]] : [])),
    ),
  };
}

function valueIn(
  role: RuntimeColumn['role'],
  columns: readonly RuntimeColumn[],
  values: readonly number[],
): number | undefined {
  return values[columns.findIndex((column) => column.role === role)];
}

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
