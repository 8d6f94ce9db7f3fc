import { Matrix, solve } from 'ml-matrix';
import type { SurfaceColumn } from './surface-column.ts';

/** A column is told by others when their ratios leave this little of its own. */
const UNEXPLAINED_SHARE = 0.002;
/** Shares lie between 0 and 1; tolerances, too, over a wider range than this factor. */
const TOLERANCE_RANGE = 10;

/** How the values of a column count: by ratio, by difference, or as a tolerance. */
export function scaleOf(values: readonly number[]): Pick<SurfaceColumn, 'scale' | 'tolerance'> {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const share = least >= 0 && most <= 1;
  const tolerance = share && least > 0 && most / least >= TOLERANCE_RANGE;
  return { scale: least > 0 && (!share || tolerance) ? 'log' : 'linear', tolerance };
}

/** Do the ratios of other columns tell this one's? */
export function isTold(values: readonly number[], others: readonly (readonly number[])[]): boolean {
  const target = centred(values);
  const usable = others.map(centred).filter((column) => column !== null);
  if (target === null || usable.length === 0) return false;
  const inputs = new Matrix(usable).transpose();
  const right = Matrix.columnVector(target);
  const left = Matrix.sub(right, inputs.mmul(solve(inputs, right, true)));
  return left.norm('frobenius') ** 2 <= UNEXPLAINED_SHARE * right.norm('frobenius') ** 2;
}

/** Logarithms less their mean; null when there are none. */
function centred(values: readonly number[]): number[] | null {
  if (values.some((value) => value <= 0)) return null;
  const logs = values.map(Math.log);
  const mean = logs.reduce((sum, value) => sum + value, 0) / logs.length;
  return logs.map((value) => value - mean);
}
