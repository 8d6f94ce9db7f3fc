/** Minimise cost × columns, with rows and columns between bounds. Infinite bounds are none. */
export interface LinearProblem {
  readonly columns: number;
  readonly rows: number;
  readonly columnUpper: Float64Array;
  readonly cost: Float64Array;
  readonly rowLower: Float64Array;
  readonly rowUpper: Float64Array;
  /** entries column by column: where each column starts, and of each entry its row and value */
  readonly starts: Int32Array;
  readonly rowIndex: Int32Array;
  readonly values: Float64Array;
}

/** What a solver says of a linear problem. */
export interface LinearSolution {
  /** undefined: no solution exists */
  readonly objective: number | undefined;
  readonly columns: Float64Array;
  /** by row: what the objective grows with its active bound */
  readonly rowDual: Float64Array;
}

/** A linear problem in a solver's hands, to be solved again and again with other bounds and costs. */
export interface LinearModel {
  solve(change: {
    readonly cost: Float64Array;
    readonly columnUpper: Float64Array;
    readonly rowLower: Float64Array;
    readonly rowUpper: Float64Array;
  }): LinearSolution;
  /** Frees what the solver holds for it. */
  dispose(): void;
}

/** An exact solver of linear problems. The same calls give the same answers. */
export interface LinearSolver {
  readonly name: string;
  /** columns may be any number from 0 on */
  model(problem: LinearProblem): LinearModel;
}
