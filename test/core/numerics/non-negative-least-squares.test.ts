import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nonNegativeLeastSquares } from '../../../core/numerics/non-negative-least-squares.ts';

function normalEquations(rows: number[][], right: number[]): { gram: number[][]; projection: number[] } {
  const size = rows[0]?.length ?? 0;
  const columns = Array.from({ length: size }, (_, i) => i);
  return {
    gram: columns.map((i) => columns.map((j) => rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0))),
    projection: columns.map((i) => rows.reduce((sum, row, k) => sum + row[i]! * right[k]!, 0)),
  };
}

describe('non-negative least squares', () => {
  it('finds the ordinary solution when that is not negative', () => {
    const { gram, projection } = normalEquations(
      [
        [1, 1],
        [1, 2],
        [1, 3],
      ],
      [3, 5, 7],
    );
    const [intercept, slope] = nonNegativeLeastSquares(gram, projection);
    expect(intercept).toBeCloseTo(1, 8);
    expect(slope).toBeCloseTo(2, 8);
  });

  it("gives SciPy's answer for a problem whose free solution is negative", () => {
    // scipy.optimize.nnls([[1,0],[1,0],[0,1]], [2,1,-1]) -> [1.5, 0]
    const { gram, projection } = normalEquations(
      [
        [1, 0],
        [1, 0],
        [0, 1],
      ],
      [2, 1, -1],
    );
    const solution = nonNegativeLeastSquares(gram, projection);
    expect(solution[0]).toBeCloseTo(1.5, 10);
    expect(solution[1]).toBe(0);
  });

  it('survives columns that are copies of one another or empty', () => {
    const { gram, projection } = normalEquations(
      [
        [1, 1, 0],
        [2, 2, 0],
      ],
      [2, 4],
    );
    const solution = nonNegativeLeastSquares(gram, projection);
    expect(solution[0]! + solution[1]!).toBeCloseTo(2, 8);
    expect(solution[2]).toBe(0);
  });

  it('refuses sizes that do not fit', () => {
    expect(() => nonNegativeLeastSquares([[1]], [1, 2])).toThrow(RangeError);
  });

  it('always satisfies the optimality conditions (Karush-Kuhn-Tucker)', () => {
    const value = fc.integer({ min: -50, max: 50 });
    const problem = fc.integer({ min: 1, max: 5 }).chain((columns) =>
      fc.array(fc.tuple(fc.array(value, { minLength: columns, maxLength: columns }), value), {
        minLength: columns,
        maxLength: 12,
      }),
    );
    fc.assert(
      fc.property(problem, (equations) => {
        const { gram, projection } = normalEquations(
          equations.map(([row]) => row),
          equations.map(([, right]) => right),
        );
        const solution = nonNegativeLeastSquares(gram, projection);
        const size = 1 + Math.max(...projection.map(Math.abs), ...gram.flat().map(Math.abs));
        solution.forEach((x, i) => {
          const gradient = projection[i]! - gram[i]!.reduce((sum, g, j) => sum + g * solution[j]!, 0);
          expect(x).toBeGreaterThanOrEqual(0);
          expect(gradient / size).toBeLessThan(1e-6);
          expect(Math.abs(gradient * x) / (size * (1 + x))).toBeLessThan(1e-6);
        });
      }),
      { numRuns: 300 },
    );
  });
});
