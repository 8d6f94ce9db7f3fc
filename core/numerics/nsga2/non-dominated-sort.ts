import type { Evaluation } from './domination.ts';

/**
 * Sorts candidates into fronts: nothing dominates the first, only the first dominates the second, and so on.
 * Objectives lie in one array for the comparisons, of which there are half as many as pairs.
 *
 * @returns indices into `population`, front by front; every index comes once
 * @see Deb et al., NSGA-II, 2002, section III-A (fast non-dominated sorting)
 */
export function nonDominatedSort(population: readonly Evaluation[]): number[][] {
  const size = population.length;
  const width = population[0]?.objectives.length ?? 0;
  const objectives = new Float64Array(size * width);
  const violations = new Float64Array(size);
  population.forEach((candidate, i) => {
    violations[i] = candidate.violation;
    for (let m = 0; m < width; m += 1) objectives[i * width + m] = candidate.objectives[m] ?? 0;
  });
  const dominated: number[][] = population.map(() => []);
  const dominators = new Int32Array(size);
  for (let i = 0; i < size; i += 1) {
    for (let j = i + 1; j < size; j += 1) {
      const order = compare(objectives, violations, width, i, j);
      if (order < 0) {
        dominated[i]?.push(j);
        dominators[j] = (dominators[j] ?? 0) + 1;
      } else if (order > 0) {
        dominated[j]?.push(i);
        dominators[i] = (dominators[i] ?? 0) + 1;
      }
    }
  }
  return peel(dominated, dominators);
}

/** Below 0 when i constraint-dominates j, above 0 when j does i, else 0: `constraintDominates`, both ways at once. */
function compare(
  objectives: Float64Array,
  violations: Float64Array,
  width: number,
  i: number,
  j: number,
): number {
  const one = violations[i] ?? 0;
  const other = violations[j] ?? 0;
  if (one > 0 || other > 0) return one - other;
  let better = false;
  let worse = false;
  for (let m = 0; m < width; m += 1) {
    const left = objectives[i * width + m] ?? 0;
    const right = objectives[j * width + m] ?? 0;
    if (left < right) better = true;
    else if (left > right) worse = true;
    if (better && worse) return 0;
  }
  return better ? -1 : worse ? 1 : 0;
}

function peel(dominated: readonly number[][], dominators: Int32Array): number[][] {
  const fronts: number[][] = [];
  let front = dominated.map((_, i) => i).filter((i) => dominators[i] === 0);
  while (front.length > 0) {
    fronts.push(front);
    const next: number[] = [];
    for (const i of front) {
      for (const j of dominated[i] ?? []) {
        const left = (dominators[j] ?? 0) - 1;
        dominators[j] = left;
        if (left === 0) next.push(j);
      }
    }
    front = next;
  }
  return fronts;
}
