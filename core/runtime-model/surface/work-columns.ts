import { placeOf } from '../refinement.ts';
import type { ClusterShape } from '../cluster-shape.ts';
import type { TrainingRun, WorkParameters } from '../training-run.ts';
import { isTold, scaleOf } from './column-scale.ts';
import type { SurfaceColumn } from './surface-column.ts';

/** What every runtime depends on: the axes of a refinement, without their logarithms. */
const SHAPE_COLUMNS: readonly SurfaceColumn[] = [
  { name: 'MiB of input', role: 'volume', scale: 'log', tolerance: false },
  { name: 'effective cores', role: 'cores', scale: 'log', tolerance: false },
  { name: 'MiB per effective core', role: 'memory', scale: 'log', tolerance: false },
];
/** So few runs for each column follow from one another by chance. */
const FEWEST_RUNS_PER_COLUMN = 3;

/**
 * The parameters of each run's work. A run from before a parameter was declared is taken to have had the first value
 * that was: people declare what is, and then change it.
 *
 * @returns by run, in their order; the same names for all
 */
export function parametersOf(runs: readonly TrainingRun[]): WorkParameters[] {
  const byAge = [...runs].sort((a, b) => ((a.at ?? '') < (b.at ?? '') ? -1 : 1));
  const first = new Map<string, number>();
  for (const { parameters = {} } of byAge) {
    for (const [name, value] of Object.entries(parameters)) if (!first.has(name)) first.set(name, value);
  }
  return runs.map(({ parameters = {} }) => ({ ...Object.fromEntries(first), ...parameters }));
}

/**
 * Volume, cores, memory, and each parameter that was ever different and does not follow from the others.
 *
 * @param parameters  by run, the same names for all
 */
export function workColumns(
  runs: readonly TrainingRun[],
  parameters: readonly WorkParameters[],
): SurfaceColumn[] {
  const kept = [...SHAPE_COLUMNS];
  const known: number[][] = [0, 1, 2].map((axis) => runs.map((run) => Math.exp(placeOf(run)[axis] ?? 0)));
  for (const name of Object.keys(parameters[0] ?? {})) {
    const values = parameters.map((one) => one[name] ?? 0);
    if (new Set(values).size < 2) continue;
    const enough = runs.length >= FEWEST_RUNS_PER_COLUMN * (kept.length + 1);
    if (enough && isTold(values, known)) continue;
    kept.push({ name, role: 'parameter', ...scaleOf(values) });
    known.push(values);
  }
  return kept;
}

/** A shape's values, one by column. */
export function valuesOf(
  columns: readonly SurfaceColumn[],
  place: readonly [number, number, number],
  parameters: WorkParameters,
): number[] {
  const logs = columns.map(({ name }, k) => (k < place.length ? Math.exp(place[k] ?? 0) : parameters[name]));
  return logs.map((value) => value ?? 0);
}

/** Where a shape's values lie, with parameters of its work. */
export function valuesAt(
  columns: readonly SurfaceColumn[],
  shape: ClusterShape,
  parameters: WorkParameters,
): number[] {
  return valuesOf(columns, placeOf(shape), parameters);
}
