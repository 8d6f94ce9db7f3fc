import type { SeriesMemory } from './series-memory.ts';
import { shapeNovelty } from './shape-novelty.ts';
import type { Statistics } from './tests.ts';

const FEWEST_FOR_NOW = 24;
const FEWEST_FOR_LATELY = 96;
const FEWEST_FOR_VOLATILITY = 150;
const FEWEST_FOR_NOVELTY = 100;
/** Shapes that are looked for in the past: points, and every which of them is compared. */
const SHAPES = [
  { test: 'novelty1', length: 1, stride: 1 },
  { test: 'novelty12', length: 12, stride: 1 },
  { test: 'novelty36', length: 36, stride: 3 },
] as const;

/**
 * How far the last stretch of a series, its newest point included, is from what it did before.
 *
 * @param range  highest less lowest value before the newest point: the unit of distances between shapes
 */
export function stretchStatistics(memory: SeriesMemory, range: number): Statistics {
  const statistics: Statistics = {};
  const known = memory.points.count - 1;
  const least = memory.leastSpread();
  const spread = Math.max(memory.usual.spread(), least);
  const level = memory.usual.quantile(0.5);
  if (known >= FEWEST_FOR_NOW)
    statistics.shiftNow = Math.log1p(Math.abs(memory.now.quantile(0.5) - level) / spread);
  if (known >= FEWEST_FOR_LATELY) {
    statistics.shiftLately = Math.log1p(Math.abs(memory.lately.quantile(0.5) - level) / spread);
  }
  if (known >= FEWEST_FOR_VOLATILITY) {
    statistics.volatility = Math.abs(
      Math.log((memory.lately.spread() + least) / (memory.usual.spread() + least)),
    );
  }
  if (range <= 0) return statistics;
  for (const { test, length, stride } of SHAPES) {
    if (known < Math.max(FEWEST_FOR_NOVELTY, 3 * length)) continue;
    const distance = shapeNovelty(memory.points.values, length, stride);
    if (distance !== null) statistics[test] = distance / range;
  }
  return statistics;
}
