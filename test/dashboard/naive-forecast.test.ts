import { describe, expect, test } from 'vitest';
import { certain } from '../../core/numerics/quantiles.ts';
import { againstNaive } from '../../dashboard/naive-forecast.ts';

const day = (i: number) => new Date(Date.UTC(2026, 0, 5 + i, 1)).toISOString();
const run = (i: number, inputBytes: number | null, expected: number) => ({
  scheduledAt: day(i),
  inputBytes,
  forecastInputBytes: certain(expected),
});

describe('load forecasts beside the naive one', () => {
  test('are compared with the same day of the week before, where it is known', () => {
    // weekends are half of a weekday, and the forecast is right
    const loads = Array.from({ length: 14 }, (_, i) => (i % 7 >= 5 ? 50 : 100) * (i < 7 ? 1 : 1.1));
    const runs = loads.map((load, i) => run(i, load, load));
    const second = againstNaive([runs])!;
    expect(second.runs).toBe(13);
    expect(second.forecastErrorShare).toBe(0);
    // all of the second week grew by a tenth, and most of the first equals the day before
    expect(againstNaive([runs.slice(0, 7), runs.slice(7)])!.naiveErrorShare).toBe(0);
    expect(second.naiveErrorShare).toBeCloseTo(1 - 1 / 1.1);
  });

  test('are not compared for a first run, nor where a load or a forecast is unknown', () => {
    expect(againstNaive([[run(0, 100, 90)]])).toBeNull();
    expect(againstNaive([[run(0, null, 90), run(1, 100, 90)]])).toBeNull();
    expect(againstNaive([[run(0, 100, 90), { ...run(1, 100, 90), forecastInputBytes: null }]])).toBeNull();
  });
});
