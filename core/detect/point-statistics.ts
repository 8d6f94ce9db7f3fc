import { sampleQuantile } from '../numerics/quantiles.ts';
import type { SeriesMemory } from './series-memory.ts';
import type { Statistics } from './tests.ts';

const DAY_SECONDS = 86_400;
const DAYS_BEFORE = [1, 2, 3, 4, 5];
const WEEKS_BEFORE = [7, 14, 21];
/** Steps before and after the same time that still are the same time. */
const STEPS_AROUND = 1.5;
/** Points of one day's same time at most: in a series without steps all could be. */
const MOST_AROUND = 12;
const FEWEST_OF_WINDOW = 10;
const FEWEST_SAME_TIMES = 2;

/**
 * How far one new point lies from what the series did before: logarithm of 1 + robust standard deviations, since tails
 * of series are heavy. The memory does not know the point yet.
 */
export function pointStatistics(memory: SeriesMemory, atSeconds: number, value: number): Statistics {
  const least = memory.leastSpread();
  const statistics: Statistics = {};
  if (memory.points.count >= FEWEST_OF_WINDOW) {
    const spread = Math.max(memory.day.spread(), least);
    statistics.deviation = Math.log1p(Math.abs(value - memory.day.quantile(0.5)) / spread);
  }
  const sameTimes = { dayBefore: DAYS_BEFORE, weekBefore: WEEKS_BEFORE };
  for (const test of ['dayBefore', 'weekBefore'] as const) {
    const expected = medianAtSameTime(memory, atSeconds, sameTimes[test]);
    if (expected !== null) statistics[test] = Math.log1p(Math.abs(value - expected) / least);
  }
  return statistics;
}

/** Median of the points at the same time of so many days before; null when fewer than two are known. */
export function medianAtSameTime(
  memory: SeriesMemory,
  atSeconds: number,
  daysBefore: readonly number[] = DAYS_BEFORE,
): number | null {
  const { points } = memory;
  const around = STEPS_AROUND * memory.stepSeconds;
  const { values, atSeconds: times } = points;
  const same: number[] = [];
  for (const days of daysBefore) {
    const then = atSeconds - days * DAY_SECONDS;
    const first = points.firstAt(then - around);
    const last = Math.min(first + MOST_AROUND, points.count);
    for (let i = first; i < last && (times[i] ?? Infinity) < then + around; i += 1) {
      same.push(values[i] ?? 0);
    }
  }
  if (same.length < FEWEST_SAME_TIMES) return null;
  return sampleQuantile(
    same.sort((a, b) => a - b),
    0.5,
  );
}
