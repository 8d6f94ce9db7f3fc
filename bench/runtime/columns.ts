import { Matrix, solve } from 'ml-matrix';
import type { SurfaceColumn } from '../../core/runtime-model/surface/surface-column.ts';

/** A column of a job's table that a runtime may depend on. */
export type RuntimeColumn = SurfaceColumn;

const COUNT = 'instance_count';
/** a unit counts as well: input_gb, mib */
const VOLUME_NAME =
  /size|bytes|(?:^|_)[kmgt]i?b(?:$|_)|rows|records|lines|observations|samples|points|links|edges/i;
const SIZE_NAME = /size|bytes|(?:^|_)[kmgt]i?b(?:$|_)/i;
/** A column is told by others when their ratios leave this little of its own. */
const UNEXPLAINED_SHARE = 0.002;
/** Shares lie between 0 and 1; tolerances, too, over a wider range than this factor. */
const TOLERANCE_RANGE = 10;

type Row = Readonly<Record<string, number>>;

/**
 * Which columns count, and how. By the table's inputs alone, never by its runtimes: constants, and what other
 * columns tell already (slots by the count of instances, a size by its rows), are left out.
 */
export function columnsOf(names: readonly string[], rows: readonly Row[]): RuntimeColumn[] {
  const varying = names.filter((name) => new Set(valuesOf(name, rows)).size > 1);
  const kept: string[] = varying.includes(COUNT) ? [COUNT] : [];
  // sizes come last: the numbers that they follow from say more
  const parameters = varying.filter((name) => !SIZE_NAME.test(name));
  for (const name of [...parameters, ...varying.filter((other) => SIZE_NAME.test(other))]) {
    if (kept.includes(name) || isTold(name, kept, rows)) continue;
    kept.push(name);
  }
  const volume = kept.find((name) => SIZE_NAME.test(name)) ?? kept.find((name) => VOLUME_NAME.test(name));
  return kept.map((name) => columnOf(name, volume, valuesOf(name, rows)));
}

function columnOf(name: string, volume: string | undefined, values: readonly number[]): RuntimeColumn {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const share = least >= 0 && most <= 1;
  const tolerance = share && least > 0 && most / least >= TOLERANCE_RANGE;
  return {
    name,
    role: name === COUNT ? 'cores' : name === volume ? 'volume' : 'parameter',
    scale: least > 0 && (!share || tolerance) ? 'log' : 'linear',
    tolerance,
  };
}

function valuesOf(name: string, rows: readonly Row[]): number[] {
  return rows.map((row) => row[name] ?? 0);
}

/** Do the ratios of other columns tell this one's? */
function isTold(name: string, others: readonly string[], rows: readonly Row[]): boolean {
  const target = centred(name, rows);
  const matrix = others.map((other) => centred(other, rows));
  if (target === null || matrix.length === 0) return false;
  const usable = matrix.filter((column) => column !== null);
  if (usable.length === 0) return false;
  const inputs = new Matrix(usable).transpose();
  const right = Matrix.columnVector(target);
  const left = Matrix.sub(right, inputs.mmul(solve(inputs, right, true)));
  return left.norm('frobenius') ** 2 <= UNEXPLAINED_SHARE * right.norm('frobenius') ** 2;
}

/** Logarithms less their mean; null when there are none. */
function centred(name: string, rows: readonly Row[]): number[] | null {
  const values = valuesOf(name, rows);
  if (values.some((value) => value <= 0)) return null;
  const logs = values.map(Math.log);
  const mean = logs.reduce((sum, value) => sum + value, 0) / logs.length;
  return logs.map((value) => value - mean);
}
