import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillGaps } from '../../../../core/forecast/series/fill-gaps.ts';
import { forecastSeries } from '../../../../core/forecast/series/forecast-series.ts';
import { QUANTILE_LEVELS } from '../../../../core/contracts/quantities.ts';
import { seededRng } from '../../../../core/numerics/rng.ts';
import { mstlForecast } from '../../../../lambdas/runtime/mstl.ts';

const LOW = QUANTILE_LEVELS.indexOf(0.05);
const HIGH = QUANTILE_LEVELS.indexOf(0.95);

/** Sum of twelve uniforms: near enough to normal, and seeded. */
const noise = (seed: string): (() => number) => {
  const rng = seededRng(seed);
  return () => Array.from({ length: 12 }, rng).reduce((sum, value) => sum + value, -6);
};
const forecast = (values: number[], periods: number[], horizonSteps: number) =>
  forecastSeries(fillGaps(Float64Array.from(values), periods), horizonSteps, mstlForecast);

/** Hourly: a day and a week, growing, with the given noise. */
function hourly(hours: number, seed: string, spread: number): number[] {
  const draw = noise(seed);
  return Array.from({ length: hours }, (_, hour) => {
    const day = 1 + 0.6 * Math.sin((2 * Math.PI * hour) / 24);
    const weekend = hour % 168 >= 120 ? 0.5 : 1;
    return 100 * day * weekend * Math.exp(hour / 5000 + spread * draw());
  });
}

describe('the ensemble on a regular series', () => {
  it('continues day, week and growth of an hourly series within a few percent', () => {
    const values = hourly(24 * 35 + 48, 'continues', 0.02);
    const { points } = forecast(values.slice(0, -48), [24, 168], 48);
    const errors = values.slice(-48).map((value, h) => Math.abs(points[h]! - value) / value);
    expect(errors.reduce((sum, error) => sum + error, 0) / 48).toBeLessThan(0.035);
  });

  it('holds what comes about as often as its bands say, far ahead as well as near', () => {
    const inside = { near: 0, far: 0 };
    const trials = 24;
    for (let trial = 0; trial < trials; trial += 1) {
      const values = hourly(24 * 24, `band ${trial}`, 0.1);
      const { quantiles } = forecast(values.slice(0, -24), [24, 168], 24);
      values.slice(-24).forEach((value, h) => {
        const holds = value >= quantiles[h]![LOW]! && value <= quantiles[h]![HIGH]!;
        if (holds) inside[h < 12 ? 'near' : 'far'] += 1;
      });
    }
    for (const count of Object.values(inside)) {
      expect(count / (12 * trials)).toBeGreaterThan(0.82);
      expect(count / (12 * trials)).toBeLessThan(0.98);
    }
  });

  it('gives most weight to members that would have been right', () => {
    const values = Array.from({ length: 70 }, (_, day) => (day % 7 < 5 ? 100 : 30) + (day % 3));
    const { members, backtestMapePercent } = forecast(values, [7], 1);
    const weightOf = (name: string) => members.find((member) => member.name === name)!.weight;
    expect(weightOf('last value')).toBeLessThan(0.01);
    expect(weightOf('last value')).toBeLessThan(weightOf('seasonal mean') / 10);
    expect(backtestMapePercent).toBeLessThan(4);
    expect(members.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1);
  });

  it('asks MSTL of short series, and does not miss it when it fails or is not loaded', () => {
    const values = Array.from({ length: 42 }, (_, day) => (day % 7 < 5 ? 100 : 30) + (day % 3));
    const series = fillGaps(Float64Array.from(values), [7]);
    const named = (mstl: typeof mstlForecast | null) =>
      forecastSeries(series, 1, mstl).members.map(({ name }) => name);
    expect(named(mstlForecast)).toContain('MSTL');
    const failing = () => {
      throw new Error('too flat');
    };
    expect(named(failing)).toEqual(named(null));
    expect(named(null)).not.toContain('MSTL');
  });

  it('neither learns from gaps nor is tested on them', () => {
    const values = Array.from({ length: 60 }, (_, day) => (day % 7 < 5 ? 100 : 30));
    const holed = values.map((value, day) => (day % 9 === 4 ? NaN : value));
    const { points, backtestMapePercent } = forecast(holed, [7], 7);
    points.forEach((point, h) => expect(point / ((60 + h) % 7 < 5 ? 100 : 30)).toBeCloseTo(1, 1));
    expect(backtestMapePercent).toBeLessThan(6);
  });

  it('forecasts a multiple of a series as the multiple of its forecast', () => {
    const values = hourly(24 * 20, 'scaled', 0.1);
    const one = forecast(values, [24, 168], 12);
    const thousand = forecast(
      values.map((value) => 1000 * value),
      [24, 168],
      12,
    );
    thousand.quantiles.forEach((band, h) =>
      band.forEach((value, i) => expect(value / one.quantiles[h]![i]!).toBeCloseTo(1000, 3)),
    );
  });

  it('says of a constant series that it stays, and of a single value that nothing is certain', () => {
    const constant = forecast(
      Array.from({ length: 40 }, () => 5),
      [7],
      3,
    );
    constant.points.forEach((point) => expect(point).toBeCloseTo(5, 6));
    const single = forecast([5], [], 1);
    expect(single.points[0]).toBe(5);
    expect(single.quantiles[0]![HIGH]! / single.quantiles[0]![LOW]!).toBeGreaterThan(2);
    expect(single.origins).toBe(0);
    expect(single.backtestMapePercent).toBeNull();
  });

  it('is finite and ascending whatever the series, and not negative where the series is not', () => {
    const size = fc.oneof(
      fc.constant(0),
      fc.constant(7),
      fc.double({ min: 1e-9, max: 1e18, noNaN: true }),
      fc.integer({ min: -1000, max: 1000 }),
    );
    fc.assert(
      fc.property(
        fc.array(size, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        (values, horizonSteps) => {
          const { points, quantiles } = forecast(values, values.length > 11 ? [7] : [], horizonSteps);
          const least = values.some((value) => value < 0) ? -Infinity : 0;
          expect(points).toHaveLength(horizonSteps);
          quantiles.forEach((band, h) =>
            [points[h]!, ...band].forEach((value, i, all) => {
              expect(Number.isFinite(value)).toBe(true);
              expect(value).toBeGreaterThanOrEqual(least);
              if (i > 1) expect(value).toBeGreaterThanOrEqual(all[i - 1]!);
            }),
          );
        },
      ),
      { numRuns: 150 },
    );
  });
});
