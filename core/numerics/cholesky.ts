/**
 * Cholesky factor of a symmetric positive definite matrix: A = L Lᵀ.
 *
 * On typed arrays, row by row: a Gaussian process factors thousands of small matrices, where the cost of a matrix
 * object's accessors outweighs the arithmetic.
 *
 * @see Golub and Van Loan, Matrix Computations, algorithm 4.2.1
 */
export class Cholesky {
  readonly #factor: Float64Array;
  readonly #size: number;

  private constructor(factor: Float64Array, size: number) {
    this.#factor = factor;
    this.#size = size;
  }

  /**
   * @param matrix  `size` × `size`, row by row; only the lower triangle is read
   * @returns null when the matrix is not positive definite
   */
  static of(matrix: Float64Array, size: number): Cholesky | null {
    const factor = new Float64Array(size * size);
    for (let i = 0; i < size; i += 1) {
      for (let j = 0; j <= i; j += 1) {
        let sum = matrix[i * size + j] ?? 0;
        for (let k = 0; k < j; k += 1) sum -= (factor[i * size + k] ?? 0) * (factor[j * size + k] ?? 0);
        if (i === j && !(sum > 0)) return null;
        factor[i * size + j] = i === j ? Math.sqrt(sum) : sum / (factor[j * size + j] ?? 1);
      }
    }
    return new Cholesky(factor, size);
  }

  /** Half of the logarithm of the determinant. */
  get halfLogDeterminant(): number {
    let sum = 0;
    for (let i = 0; i < this.#size; i += 1) sum += Math.log(this.#factor[i * this.#size + i] ?? 1);
    return sum;
  }

  /** x of A x = b. */
  solve(right: Readonly<Float64Array>): Float64Array {
    const [factor, size] = [this.#factor, this.#size];
    const solution = new Float64Array(size);
    for (let i = 0; i < size; i += 1) {
      let sum = right[i] ?? 0;
      for (let k = 0; k < i; k += 1) sum -= (factor[i * size + k] ?? 0) * (solution[k] ?? 0);
      solution[i] = sum / (factor[i * size + i] ?? 1);
    }
    for (let i = size - 1; i >= 0; i -= 1) {
      let sum = solution[i] ?? 0;
      for (let k = i + 1; k < size; k += 1) sum -= (factor[k * size + i] ?? 0) * (solution[k] ?? 0);
      solution[i] = sum / (factor[i * size + i] ?? 1);
    }
    return solution;
  }

  /** A⁻¹, whole, row by row. */
  inverse(): Float64Array {
    const size = this.#size;
    const below = this.#inverseFactor();
    const inverse = new Float64Array(size * size);
    for (let k = 0; k < size; k += 1) {
      for (let i = 0; i <= k; i += 1) {
        const left = below[k * size + i] ?? 0;
        for (let j = 0; j <= i; j += 1) {
          inverse[i * size + j] = (inverse[i * size + j] ?? 0) + left * (below[k * size + j] ?? 0);
        }
      }
    }
    for (let i = 0; i < size; i += 1) {
      for (let j = 0; j < i; j += 1) inverse[j * size + i] = inverse[i * size + j] ?? 0;
    }
    return inverse;
  }

  #inverseFactor(): Float64Array {
    const [factor, size] = [this.#factor, this.#size];
    const inverse = new Float64Array(size * size);
    for (let i = 0; i < size; i += 1) {
      const diagonal = factor[i * size + i] ?? 1;
      for (let k = 0; k < i; k += 1) {
        const share = (factor[i * size + k] ?? 0) / diagonal;
        for (let j = 0; j <= k; j += 1) {
          inverse[i * size + j] = (inverse[i * size + j] ?? 0) - share * (inverse[k * size + j] ?? 0);
        }
      }
      inverse[i * size + i] = 1 / diagonal;
    }
    return inverse;
  }
}
