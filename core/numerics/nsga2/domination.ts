/** How good a candidate is: every objective is minimised, a violation above 0 means infeasible. */
export interface Evaluation {
  readonly objectives: readonly number[];
  /** 0 when all constraints hold, otherwise how far they are broken, summed */
  readonly violation: number;
}

/** Whether one is at least as good in every objective and better in one. */
export function dominates(one: readonly number[], other: readonly number[]): boolean {
  let better = false;
  for (let i = 0; i < one.length; i += 1) {
    const left = one[i] ?? 0;
    const right = other[i] ?? 0;
    if (left > right) return false;
    if (left < right) better = true;
  }
  return better;
}

/**
 * Domination under constraints: a feasible candidate beats an infeasible one, of two infeasible ones the less
 * violating wins, two feasible ones are compared by their objectives.
 *
 * @see Deb, Pratap, Agarwal and Meyarivan, A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II,
 *   IEEE Transactions on Evolutionary Computation 6(2), 2002, section VI
 */
export function constraintDominates(one: Evaluation, other: Evaluation): boolean {
  if (one.violation > 0 || other.violation > 0) return one.violation < other.violation;
  return dominates(one.objectives, other.objectives);
}
