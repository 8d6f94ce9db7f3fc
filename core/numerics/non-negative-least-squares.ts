import { Matrix, solve } from 'ml-matrix';

const MAX_STEPS_PER_COLUMN = 10;
const RELATIVE_TOLERANCE = 1e-10;

/**
 * Least squares whose coefficients are not negative, from its normal equations: minimises
 * ½ xᵀ G x − hᵀ x subject to x ≥ 0, with G = AᵀWA and h = AᵀWb.
 *
 * An active set method: columns enter one at a time where the gradient says that they help most, and leave when
 * an unconstrained solution would make them negative. The normal form makes leaving rows out cheap.
 *
 * @param gram  AᵀWA, symmetric and positive semidefinite
 * @param projection  AᵀWb
 * @returns one coefficient per column, none negative
 * @throws RangeError  when the sizes do not fit
 * @see Lawson and Hanson, Solving Least Squares Problems, 1974, chapter 23
 * @see Bro and de Jong, A fast non-negativity-constrained least squares algorithm, 1997
 */
export function nonNegativeLeastSquares(
  gram: readonly (readonly number[])[],
  projection: readonly number[],
): number[] {
  const size = projection.length;
  if (gram.length !== size || gram.some((row) => row.length !== size)) {
    throw new RangeError(`the normal equations need a ${size} by ${size} matrix`);
  }
  // Columns of very different size (seconds, core-seconds per GiB) are brought to unit length.
  const scale = gram.map((row, i) => 1 / Math.sqrt(Math.max(row[i] ?? 0, Number.MIN_VALUE)));
  const scaledGram = gram.map((row, i) => row.map((value, j) => value * (scale[i] ?? 1) * (scale[j] ?? 1)));
  const scaledProjection = projection.map((value, i) => value * (scale[i] ?? 1));
  const solution = activeSet(scaledGram, scaledProjection);
  return solution.map((value, i) => value * (scale[i] ?? 1));
}

function activeSet(gram: number[][], projection: number[]): number[] {
  const size = projection.length;
  const tolerance = RELATIVE_TOLERANCE * Math.max(...projection.map(Math.abs));
  const passive = new Set<number>();
  let solution = new Array<number>(size).fill(0);
  for (let step = 0; step < MAX_STEPS_PER_COLUMN * size; step += 1) {
    const entering = steepestColumn(gram, projection, solution, passive, tolerance);
    if (entering === null) return solution;
    passive.add(entering);
    const next = settle(gram, projection, solution, passive);
    // A column that is thrown out at once (collinear with others) would otherwise come and go for ever.
    if (!passive.has(entering) && next.every((value, i) => value === solution[i])) return solution;
    solution = next;
  }
  return solution;
}

/** The column outside the passive set along which the residual falls fastest. */
function steepestColumn(
  gram: number[][],
  projection: number[],
  solution: number[],
  passive: ReadonlySet<number>,
  tolerance: number,
): number | null {
  let best: number | null = null;
  let steepest = tolerance;
  projection.forEach((value, i) => {
    if (passive.has(i) || (gram[i]?.[i] ?? 0) <= 0) return;
    const gradient = value - dot(gram[i] ?? [], solution);
    if (gradient > steepest) {
      steepest = gradient;
      best = i;
    }
  });
  return best;
}

/** Solves on the passive set; while that leaves the feasible region, goes to its border and drops a column. */
function settle(gram: number[][], projection: number[], start: number[], passive: Set<number>): number[] {
  let current = start;
  while (passive.size > 0) {
    const target = solveOn(gram, projection, [...passive]);
    const blocking = [...passive].filter((i) => (target[i] ?? 0) <= 0);
    if (blocking.length === 0) return target;
    const shares = blocking.map((i) => borderShare(current[i] ?? 0, target[i] ?? 0));
    const share = Math.min(...shares);
    current = current.map((value, i) => value + share * ((target[i] ?? 0) - value));
    blocking.forEach((column, k) => {
      if ((shares[k] ?? 0) > share) return;
      current[column] = 0;
      passive.delete(column);
    });
  }
  return current.map(() => 0);
}

/** How far of the way `from` → `to` one may go before the value is zero. */
function borderShare(from: number, to: number): number {
  return from <= to ? 0 : Math.min(1, from / (from - to));
}

function solveOn(gram: number[][], projection: number[], columns: number[]): number[] {
  const matrix = new Matrix(columns.map((i) => columns.map((j) => gram[i]?.[j] ?? 0)));
  const right = Matrix.columnVector(columns.map((i) => projection[i] ?? 0));
  const part = solve(matrix, right, true).to1DArray();
  const solution = new Array<number>(projection.length).fill(0);
  columns.forEach((column, k) => {
    solution[column] = part[k] ?? 0;
  });
  return solution;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}
