import { placeOf } from './refinement.ts';
import { parametersOf } from './surface/work-columns.ts';
import type { TrainingRun } from './training-run.ts';

/** A process's work grows with the cube of its runs. */
const MOST_RUNS = 150;
/** What a run is worth beside one just like it, as a distance in logarithms. */
const WORTH_OF_REPETITION = 0.05;

/**
 * The runs that teach most, when there are more than a model takes: those that count most and lie farthest from
 * those already taken, the weightiest first.
 *
 * @param runs  weights positive
 * @returns at most 150, in their order
 */
export function keepUsefulRuns(runs: readonly TrainingRun[]): TrainingRun[] {
  if (runs.length <= MOST_RUNS) return [...runs];
  const parameters = parametersOf(runs);
  const left = runs.map((run, i) => {
    const place = [...placeOf(run), ...Object.values(parameters[i] ?? {}).map(Math.asinh)];
    return { run, place, distance: 1, taken: false };
  });
  for (let taken = 0; taken < MOST_RUNS; taken += 1) {
    let best = left[0];
    let most = -Infinity;
    for (const candidate of left) {
      const worth = candidate.run.weight * (WORTH_OF_REPETITION + candidate.distance);
      if (candidate.taken || worth <= most) continue;
      best = candidate;
      most = worth;
    }
    if (best === undefined) break;
    best.taken = true;
    for (const other of left) other.distance = Math.min(other.distance, distanceOf(other.place, best.place));
  }
  return left.filter(({ taken }) => taken).map(({ run }) => run);
}

function distanceOf(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(...a.map((value, axis) => value - (b[axis] ?? 0)));
}
