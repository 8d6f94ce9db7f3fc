import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LoadForecast } from '../../../core/contracts/load-forecast.ts';
import { forecastLoad } from '../../../core/forecast/forecast-load.ts';
import { medianOf, valueAt } from '../../../core/numerics/quantiles.ts';
import { seededRng } from '../../../core/numerics/rng.ts';
import { BYTES_PER_GIB } from '../../../core/units.ts';
import { at, request, weekly } from './weekly-load.ts';

const shuffled = <T>(values: T[]): T[] => {
  const rng = seededRng('shuffle');
  return values
    .map((value) => ({ value, key: rng() }))
    .sort((a, b) => a.key - b.key)
    .map(({ value }) => value);
};

describe('the load forecast', () => {
  it('is the manifest when that is complete, whatever the past says', () => {
    const forecast = forecastLoad(
      request({
        history: weekly(56, 'a'),
        manifest: { observedAt: at(56), complete: true, objectCount: 7, sizeBytes: 5e11, missingMarkers: [] },
      }),
    );
    expect(forecast.method).toBe('manifest');
    expect(forecast.inputBytes[0]! / 5e11).toBeGreaterThan(0.99);
    expect(forecast.inputBytes[8]! / 5e11).toBeLessThan(1.01);
  });

  it('knows weekdays from weekends', () => {
    const history = weekly(56, 'b');
    const monday = forecastLoad(request({ history, scheduledAt: at(56) }));
    const saturday = forecastLoad(request({ history: weekly(61, 'b'), scheduledAt: at(61) }));
    expect(medianOf(monday.inputBytes) / BYTES_PER_GIB).toBeGreaterThan(88);
    expect(medianOf(monday.inputBytes) / BYTES_PER_GIB).toBeLessThan(112);
    expect(medianOf(saturday.inputBytes) / BYTES_PER_GIB).toBeGreaterThan(25);
    expect(medianOf(saturday.inputBytes) / BYTES_PER_GIB).toBeLessThan(36);
    expect(monday.reason).toContain('weekly pattern');
    expect(monday.backtestMapePercent).toBeLessThan(25);
  });

  it('does not mind unsorted points, duplicates, gaps, one empty day and an hour of daylight saving', () => {
    const clean = weekly(56, 'c');
    const messy = shuffled([...clean.filter((_, i) => i % 11 !== 3), ...clean.slice(10, 20)]).map((point) =>
      Date.parse(point.scheduledAt) > Date.parse(at(40))
        ? { ...point, scheduledAt: new Date(Date.parse(point.scheduledAt) - 3_600_000).toISOString() }
        : point.scheduledAt === at(30)
          ? { ...point, inputBytes: 0 }
          : point,
    );
    const forecast = forecastLoad(request({ history: messy, scheduledAt: at(56) }));
    expect(medianOf(forecast.inputBytes) / BYTES_PER_GIB).toBeGreaterThan(80);
    expect(medianOf(forecast.inputBytes) / BYTES_PER_GIB).toBeLessThan(120);
  });

  it('follows a level that has moved', () => {
    const history = [...weekly(42, 'd'), ...weekly(56, 'd', 0.05, 2).slice(42)];
    const forecast = forecastLoad(request({ history }));
    expect(medianOf(forecast.inputBytes) / BYTES_PER_GIB).toBeGreaterThan(160);
  });

  it('does not look into the future', () => {
    const past = weekly(30, 'e');
    const later = weekly(80, 'other', 0.05, 50).slice(30);
    const scheduledAt = at(30);
    expect(forecastLoad(request({ history: [...past, ...later], scheduledAt }))).toEqual(
      forecastLoad(request({ history: past, scheduledAt })),
    );
  });

  it('has intervals that hold what happens about as often as they say', () => {
    let inside = 0;
    let below = 0;
    const trials = 120;
    for (let trial = 0; trial < trials; trial += 1) {
      const series = weekly(61, `coverage ${trial}`, 0.2);
      const target = 50 + (trial % 10);
      const { inputBytes } = forecastLoad(
        request({ history: series.slice(0, target), scheduledAt: at(target) }),
      );
      const actual = series[target]!.inputBytes;
      if (actual >= valueAt(inputBytes, 0.05) && actual <= valueAt(inputBytes, 0.95)) inside += 1;
      if (actual <= valueAt(inputBytes, 0.9)) below += 1;
    }
    expect(inside / trials).toBeGreaterThan(0.82);
    expect(below / trials).toBeGreaterThan(0.82);
    expect(below / trials).toBeLessThan(0.97);
  });

  it('borrows shape and spread from similar jobs while there are few own runs, and the level from those runs', () => {
    const similar = [{ job: 'other', points: weekly(56, 'f', 0.05, 10) }];
    const friday = forecastLoad(
      request({ history: weekly(59, 'g').slice(56, 58), similar, scheduledAt: at(60) }),
    );
    const saturday = forecastLoad(
      request({ history: weekly(59, 'g').slice(56, 58), similar, scheduledAt: at(61) }),
    );
    expect(friday.method).toBe('similar-jobs');
    expect(medianOf(friday.inputBytes) / BYTES_PER_GIB).toBeGreaterThan(70);
    expect(medianOf(friday.inputBytes) / BYTES_PER_GIB).toBeLessThan(140);
    expect(medianOf(saturday.inputBytes)).toBeLessThan(0.7 * medianOf(friday.inputBytes));
  });

  it('narrows step by step: nothing known, a declared size, one run, many runs, the manifest', () => {
    const width = (overrides: Partial<Parameters<typeof forecastLoad>[0]>): number => {
      const { inputBytes } = forecastLoad(request(overrides));
      return Math.log(inputBytes[8]! / inputBytes[0]!);
    };
    const widths = [
      width({}),
      width({ declaredBytes: 80 * BYTES_PER_GIB }),
      width({ history: weekly(1, 'h'), scheduledAt: at(1) }),
      width({ history: weekly(56, 'h') }),
      width({
        manifest: { observedAt: at(56), complete: true, objectCount: 1, sizeBytes: 1e9, missingMarkers: [] },
      }),
    ];
    expect([...widths].sort((a, b) => b - a)).toEqual(widths);
    const uninformed = forecastLoad(request({}));
    expect(uninformed.method).toBe('uninformed');
    expect(uninformed.reason).toContain('Nothing is known');
    expect(uninformed.backtestMapePercent).toBeNull();
  });

  it('never forecasts less than what has already arrived', () => {
    const manifest = {
      observedAt: at(56),
      complete: false,
      objectCount: 3,
      sizeBytes: 2e13,
      missingMarkers: ['s3://a/_SUCCESS'],
    };
    const forecast = forecastLoad(request({ history: weekly(56, 'i'), manifest }));
    expect(forecast.inputBytes[0]).toBe(2e13);
    expect(forecast.reason).toContain('already arrived');
  });

  it('is finite, not negative and ascending for any history', () => {
    const point = fc.record({
      scheduledAt: fc
        .date({ min: new Date('2024-01-01'), max: new Date('2027-12-31'), noInvalidDate: true })
        .map((d) => d.toISOString()),
      inputBytes: fc.oneof(
        fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
        fc.constant(0),
        fc.integer({ min: 0, max: 2 ** 40 }),
      ),
    });
    const points = fc.array(point, { maxLength: 40 });
    fc.assert(
      fc.property(
        points,
        points,
        fc.option(fc.double({ min: 0, max: 1e15, noNaN: true })),
        (history, other, declaredBytes) => {
          const forecast = forecastLoad(
            request({ history, similar: [{ job: 'x', points: other }], declaredBytes }),
          );
          LoadForecast.parse(forecast);
          for (const bytes of forecast.inputBytes) {
            expect(Number.isFinite(bytes)).toBe(true);
            expect(bytes).toBeGreaterThanOrEqual(0);
          }
          expect(forecast.backtestMapePercent === null || Number.isFinite(forecast.backtestMapePercent)).toBe(
            true,
          );
          expect(forecast.reason).not.toMatch(/NaN|undefined|Infinity/);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('of a few runs is of their size, however soon after the last one the next is started', () => {
    const gapSeconds = fc.oneof(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 600, max: 400_000 }));
    const runs = fc.array(fc.tuple(gapSeconds, fc.integer({ min: 1_000, max: 3_000 })), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(runs, (each) => {
        let atMs = Date.parse(at(56));
        const history = each.map(([gap, mebibytes]) => {
          atMs -= gap * 1000;
          return { scheduledAt: new Date(atMs).toISOString(), inputBytes: mebibytes * 2 ** 20 };
        });
        const median = forecastLoad(request({ history, scheduledAt: at(56) })).inputBytes[4]!;
        expect(median).toBeGreaterThan(50 * 2 ** 20);
        expect(median).toBeLessThan(60_000 * 2 ** 20);
      }),
      { numRuns: 200 },
    );
  });
});
