/**
 * Expected time of tasks that go, in no order of length, onto whichever core is free first.
 *
 * All cores work for work ÷ cores; then the last wave empties, half a usual task long, and the longest task may have
 * begun late: it begins with the others when it is among the first wave, else at any moment of the work. It never
 * takes less with fewer cores, less than its longest task, or more than Graham's bound.
 *
 * @param workSeconds  core-seconds of all tasks
 * @param tasks  at least 1
 * @param longestSeconds  of one task
 * @param cores  above 0; a share of a core works that much slower
 * @see Graham, Bounds on Multiprocessing Timing Anomalies, SIAM Journal on Applied Mathematics 1969
 */
export function makespanSeconds(
  workSeconds: number,
  tasks: number,
  longestSeconds: number,
  cores: number,
): number {
  const one = Math.max(workSeconds, longestSeconds);
  if (cores <= 1) return one / cores;
  const two = Math.min(onManyCores(workSeconds, tasks, longestSeconds, Math.max(cores, 2)), one);
  // the formula is one for several cores; between one and two, it is drawn straight
  return cores < 2 ? one + (two - one) * (cores - 1) : two;
}

function onManyCores(workSeconds: number, tasks: number, longestSeconds: number, cores: number): number {
  const idealSeconds = workSeconds / cores;
  const lateShare = Math.max(1 - cores / tasks, 0);
  const beginningLate =
    longestSeconds <= idealSeconds
      ? longestSeconds ** 2 / Math.max(2 * idealSeconds, Number.MIN_VALUE)
      : idealSeconds / 2;
  const lastWave = workSeconds / tasks / 2;
  const waiting = Math.min((beginningLate + lastWave) * (1 - 1 / cores), longestSeconds);
  return Math.max(idealSeconds, longestSeconds) + lateShare * waiting;
}
