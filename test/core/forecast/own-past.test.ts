import { describe, expect, it } from 'vitest';
import type { LoadForecast, LoadPoint } from '../../../core/contracts/load-forecast.ts';
import { forecastLoad } from '../../../core/forecast/forecast-load.ts';
import { medianOf } from '../../../core/numerics/quantiles.ts';
import { seededRng } from '../../../core/numerics/rng.ts';
import { BYTES_PER_GIB } from '../../../core/units.ts';
import { at, DAY_MS, request, START_MS, weekly } from './weekly-load.ts';

describe('the forecast from a job’s own past', () => {
  it('learns what a holiday and an end of month do, and is wider on the first holiday', () => {
    const history = weekly(120, 'calendar').map((point, day) => {
      const date = new Date(START_MS + day * DAY_MS);
      const factor = date.getUTCDate() === 1 ? 1.8 : day === 50 || day === 93 ? 0.4 : 1;
      return { ...point, inputBytes: point.inputBytes * factor };
    });
    const day = (index: number) => at(index).slice(0, 10);
    const holidays = [day(50), day(93), day(114)];
    const on = (index: number, known: string[]) =>
      forecastLoad(request({ history: history.slice(0, index), scheduledAt: at(index), holidays: known }));
    const monthStart = new Date(START_MS + 116 * DAY_MS);
    expect(monthStart.getUTCDate()).toBe(1);
    const first = on(116, holidays);
    expect(medianOf(first.inputBytes) / BYTES_PER_GIB).toBeGreaterThan(140);
    expect(first.reason).toContain('Month start');
    const holiday = on(114, holidays);
    const ordinary = on(114, holidays.slice(0, 2));
    expect(medianOf(holiday.inputBytes)).toBeLessThan(0.65 * medianOf(ordinary.inputBytes));
    expect(holiday.reason).toContain('Holiday');
    const unseen = on(114, [day(114)]);
    const width = ({ inputBytes }: LoadForecast) => inputBytes[8]! / inputBytes[0]!;
    expect(width(unseen)).toBeGreaterThan(1.5 * width(ordinary));
    expect(unseen.reason).toContain('none seen before');
  });

  it('forecasts by local days: a job at half past midnight keeps its weekdays through the change of clocks', () => {
    const rng = seededRng('clocks');
    const nights = Array.from({ length: 50 }, (_, night) => {
      const utc = new Date(Date.UTC(2026, 1, 15 + night, 23, 30));
      if (utc >= new Date('2026-03-29T00:00:00Z')) utc.setUTCHours(22);
      const weekday = new Date(Date.UTC(2026, 1, 16 + night)).getUTCDay();
      const gib = (weekday === 0 ? 20 : 100) * (1 + 0.04 * (rng() - 0.5));
      return { scheduledAt: utc.toISOString(), inputBytes: gib * BYTES_PER_GIB };
    });
    for (const target of [45, 46, 47, 48, 49]) {
      const { scheduledAt, inputBytes } = nights[target]!;
      const forecast = forecastLoad(
        request({ history: nights.slice(0, target), scheduledAt, timeZone: 'Europe/Berlin' }),
      );
      expect(Math.abs(medianOf(forecast.inputBytes) / inputBytes - 1)).toBeLessThan(0.15);
    }
  });

  it('names its members with their weights, how often they were tested and how wrong they were', () => {
    const forecast = forecastLoad(request({ history: weekly(56, 'members') }));
    expect(forecast.method).toBe('ensemble');
    expect(forecast.members!.length).toBeGreaterThan(1);
    expect(forecast.reason).toMatch(/at \d+ earlier dates this was off by \d+ % on average/);
    expect(forecast.reason).toContain(forecast.members![0]!.name);
  });

  it('follows an hourly job through its day, a weekly and a monthly one through their growth', () => {
    const every = (count: number, timeOf: (i: number) => number, sizeOf: (i: number) => number) => {
      const points = Array.from({ length: count + 1 }, (_, i) => ({
        scheduledAt: new Date(timeOf(i)).toISOString(),
        inputBytes: sizeOf(i) * BYTES_PER_GIB,
      }));
      const { scheduledAt, inputBytes } = points.at(-1)!;
      const forecast = forecastLoad(request({ history: points.slice(0, -1), scheduledAt }));
      return medianOf(forecast.inputBytes) / inputBytes;
    };
    const hour = (i: number) => START_MS + (i * DAY_MS) / 24;
    expect(Math.abs(every(140, hour, (i) => 10 + 8 * Math.sin((2 * Math.PI * i) / 24)) - 1)).toBeLessThan(
      0.1,
    );
    const week = (i: number) => START_MS + 7 * i * DAY_MS;
    expect(Math.abs(every(30, week, (i) => 50 * 1.03 ** i) - 1)).toBeLessThan(0.05);
    const month = (i: number) => Date.UTC(2024, i, 1, 3);
    expect(Math.abs(every(24, month, (i) => 50 * 1.02 ** i) - 1)).toBeLessThan(0.06);
  });

  it('says what it left out of a past with sizes that are none, and works with three points and with a constant', () => {
    const clean = weekly(40, 'bad');
    const bad = [
      ...clean,
      { scheduledAt: at(38), inputBytes: -5 },
      { scheduledAt: at(37), inputBytes: NaN },
      { scheduledAt: 'yesterday', inputBytes: 5 },
    ];
    const forecast = forecastLoad(request({ history: bad, scheduledAt: at(40) }));
    expect(forecast.reason).toContain('Left out: 3 earlier sizes');
    expect(forecast.inputBytes).toEqual(
      forecastLoad(request({ history: clean, scheduledAt: at(40) })).inputBytes,
    );
    const three = forecastLoad(request({ history: weekly(3, 'three'), scheduledAt: at(3) }));
    expect(three.reason).toContain('too few to test');
    expect(three.inputBytes[8]! / three.inputBytes[0]!).toBeGreaterThan(2);
    const constant = clean.map((point) => ({ ...point, inputBytes: 1e9 }));
    const flat = forecastLoad(request({ history: constant, scheduledAt: at(40) }));
    expect(medianOf(flat.inputBytes) / 1e9).toBeCloseTo(1, 6);
    expect(flat.backtestMapePercent).toBeCloseTo(0, 6);
  });

  it('takes a shape from similar jobs, but not from jobs whose week is not its own', () => {
    const history = weekly(7, 'own').slice(0, 6);
    const withSimilar = (points: LoadPoint[]) =>
      forecastLoad(request({ history, scheduledAt: at(6), similar: [{ job: 'other', points }] }));
    const earlier = weekly(56, 'other').map((point, day) => ({ ...point, scheduledAt: at(day - 56) }));
    const alike = withSimilar(earlier);
    expect(alike.method).toBe('similar-jobs');
    expect(alike.reason).toContain('of its shape from 1 similar job');
    const reversed = withSimilar(
      earlier.map((point) => ({ ...point, inputBytes: (100 * BYTES_PER_GIB) ** 2 / point.inputBytes })),
    );
    expect(reversed.method).toBe('ensemble');
    expect(medianOf(alike.inputBytes)).toBeLessThan(medianOf(reversed.inputBytes));
  });
});
