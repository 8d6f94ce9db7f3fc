import { constraintDominates, type Evaluation } from './domination.ts';

/**
 * Sorts candidates into fronts: nothing dominates the first, only the first dominates the second, and so on.
 *
 * @returns indices into `population`, front by front; every index comes once
 * @see Deb et al., NSGA-II, 2002, section III-A (fast non-dominated sorting)
 */
export function nonDominatedSort(population: readonly Evaluation[]): number[][] {
  const dominated: number[][] = population.map(() => []);
  const dominators = new Int32Array(population.length);
  population.forEach((one, i) => {
    for (let j = i + 1; j < population.length; j += 1) {
      const other = population[j];
      if (other === undefined) continue;
      if (constraintDominates(one, other)) {
        dominated[i]?.push(j);
        dominators[j] = (dominators[j] ?? 0) + 1;
      } else if (constraintDominates(other, one)) {
        dominated[j]?.push(i);
        dominators[i] = (dominators[i] ?? 0) + 1;
      }
    }
  });

  const fronts: number[][] = [];
  let front = population.map((_, i) => i).filter((i) => dominators[i] === 0);
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
