import { describe, expect, test } from 'vitest';
import { keepSpread } from '../../../../core/numerics/nsga2/keep-spread.ts';

/** An eighth of a sphere: even points, and a cluster around one of them. */
const even = [0, 1, 2, 3, 4].flatMap((a) =>
  [0, 1, 2, 3, 4].map((b) => {
    const [x, y] = [(a * Math.PI) / 8, (b * Math.PI) / 8];
    return [Math.cos(x) * Math.cos(y), Math.cos(x) * Math.sin(y), Math.sin(x)];
  }),
);
const cluster = Array.from({ length: 20 }, (_, i) => {
  const [x, y] = [Math.PI / 8 + 0.002 * i, Math.PI / 8 + 0.001 * i];
  return [Math.cos(x) * Math.cos(y), Math.cos(x) * Math.sin(y), Math.sin(x)];
});
const front = [...even.slice(0, 20), ...cluster];

describe('thinning a front out', () => {
  test('leaves the even points of three objectives and empties the cluster', () => {
    const kept = keepSpread(front, 20);
    expect(kept).toHaveLength(20);
    expect(kept.filter((i) => i >= 20).length).toBeLessThanOrEqual(2);
  });

  test('never drops the best in an objective, and leaves what fits alone', () => {
    const best = [0, 1, 2].map((m) => front.map((point) => point[m] ?? 0));
    const indices = best.map((values) => values.indexOf(Math.min(...values)));
    expect(keepSpread(front, 4)).toEqual(expect.arrayContaining([...new Set(indices)]));
    expect(keepSpread(front, 100)).toEqual(front.map((_, i) => i));
  });
});
