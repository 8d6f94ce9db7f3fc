/** Below this a pivot counts as zero: columns that depend on one another are left to the penalty. */
const LEAST_PIVOT = 1e-12;

/**
 * Solves A x = b for a symmetric positive definite A by Cholesky's factorisation. On typed arrays and in place,
 * since forecasts solve dozens of small systems for each series.
 *
 * @param lower  A's lower triangle, row by row, size × size; overwritten with the factor
 * @param right  b; overwritten with x
 * @see Golub and Van Loan, Matrix Computations, 4.2
 */
export function solvePositiveDefinite(lower: Float64Array, right: Float64Array): void {
  factorise(lower, right.length);
  substitute(lower, right);
}

function factorise(lower: Float64Array, size: number): void {
  for (let j = 0; j < size; j += 1) {
    let pivot = at(lower, j * size + j);
    for (let k = 0; k < j; k += 1) pivot -= at(lower, j * size + k) ** 2;
    const root = Math.sqrt(Math.max(pivot, LEAST_PIVOT));
    lower[j * size + j] = root;
    for (let i = j + 1; i < size; i += 1) {
      let sum = at(lower, i * size + j);
      for (let k = 0; k < j; k += 1) sum -= at(lower, i * size + k) * at(lower, j * size + k);
      lower[i * size + j] = sum / root;
    }
  }
}

function substitute(lower: Float64Array, right: Float64Array): void {
  const size = right.length;
  for (let i = 0; i < size; i += 1) {
    let sum = at(right, i);
    for (let k = 0; k < i; k += 1) sum -= at(lower, i * size + k) * at(right, k);
    right[i] = sum / at(lower, i * size + i);
  }
  for (let i = size - 1; i >= 0; i -= 1) {
    let sum = at(right, i);
    for (let k = i + 1; k < size; k += 1) sum -= at(lower, k * size + i) * at(right, k);
    right[i] = sum / at(lower, i * size + i);
  }
}

function at(values: Float64Array, i: number): number {
  return values[i] ?? 0;
}
