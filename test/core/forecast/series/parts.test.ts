import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conformalBand } from '../../../../core/forecast/series/conformal-band.ts';
import { fillGaps } from '../../../../core/forecast/series/fill-gaps.ts';
import { findPeriods } from '../../../../core/forecast/series/find-periods.ts';
import { membersFor } from '../../../../core/forecast/series/members.ts';
import { ridgeAutoregression } from '../../../../core/forecast/series/ridge-autoregression.ts';
import { weightsFrom } from '../../../../core/forecast/series/weigh-members.ts';
import { seededRng } from '../../../../core/numerics/rng.ts';
import { solvePositiveDefinite } from '../../../../core/numerics/solve-positive-definite.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const series = (length: number, valueAt: (i: number) => number) =>
  Float64Array.from({ length }, (_, i) => valueAt(i));

describe('periods', () => {
  it('are the calendar’s that fit the step, once there is enough past', () => {
    const rng = seededRng('calendar');
    const noise = (length: number) => series(length, () => 1 + rng());
    expect(findPeriods(noise(7), DAY_MS)).toEqual([]);
    expect(findPeriods(noise(8), DAY_MS)).toEqual([7]);
    expect(findPeriods(noise(400), HOUR_MS)).toEqual([24, 168]);
    expect(findPeriods(noise(600), 15 * 60_000)).toEqual([96]);
    expect(findPeriods(noise(600), DAY_MS)).toEqual([7, 365]);
    expect(findPeriods(noise(48), 30.4375 * DAY_MS)).toEqual([12]);
  });

  it('are the data’s own where those show another rhythm', () => {
    const tenDays = series(90, (day) => 100 + (day % 10 === 0 ? 80 : 0) + day / 10);
    expect(findPeriods(tenDays, DAY_MS)).toEqual([10]);
    const week = series(90, (day) => (day % 7 < 5 ? 100 : 20));
    expect(findPeriods(week, DAY_MS)).toEqual([7]);
  });
});

describe('gaps', () => {
  it('take the mean of the neighbouring seasons, else a straight line, and are marked', () => {
    const weekly = fillGaps(Float64Array.from([1, 2, 3, 4, NaN, 6, 7, 8]), [3]);
    expect([...weekly.values]).toEqual([1, 2, 3, 4, (2 + 8) / 2, 6, 7, 8]);
    expect([...weekly.observed]).toEqual([1, 1, 1, 1, 0, 1, 1, 1]);
    expect([...fillGaps(Float64Array.from([NaN, 2, NaN, NaN, 8, NaN]), []).values]).toEqual([
      2, 2, 4, 6, 8, 8,
    ]);
  });
});

describe('members', () => {
  it('forecast at a cut the same whatever comes after it', () => {
    const rng = seededRng('after');
    const past = series(60, (day) => (day % 7 < 5 ? 100 : 30) * (1 + 0.2 * rng()));
    const future = series(60, () => 1 + 500 * rng());
    const whole = Float64Array.from([...past, ...future]);
    for (const { name, forecast } of membersFor([7], null)) {
      const at = (values: Float64Array) => forecast(fillGaps(values, [7]), [60], 7)[0];
      const [alone, followed] = [at(past), at(whole)];
      expect(alone, name).not.toBeNull();
      alone!.forEach((value, h) => expect(followed![h], name).toBeCloseTo(value, 8));
    }
  });

  it('learn a wave from its lags, and grow from cut to cut as if fitted anew', () => {
    const wave = series(200, (i) => 10 + 3 * Math.sin((2 * Math.PI * i) / 12));
    const ridge = ridgeAutoregression({ scale: 'raw', lagsSteps: [1, 2, 12], harmonics: [] });
    const [, late] = ridge(fillGaps(wave, []), [150, 180], 20);
    late!.forEach((value, h) =>
      expect(value).toBeCloseTo(10 + 3 * Math.sin((2 * Math.PI * (180 + h)) / 12), 1),
    );
    const rng = seededRng('grow');
    const noisy = fillGaps(
      wave.map((value) => value + 4 * rng()),
      [],
    );
    const [first, , last] = ridge(noisy, [150, 165, 180], 20);
    expect([...first!]).toEqual([...ridge(noisy, [150], 20)[0]!]);
    ridge(noisy, [150, 180], 20)[1]!.forEach((value, h) => expect(last![h]).toBeCloseTo(value, 9));
  });
});

describe('weights', () => {
  it('fall with the error, and leave out what is to be forecast', () => {
    const errors = [
      [0.1, 0.2, NaN],
      [0.1, 0.2, 0.1],
      [0.9, 0.1, NaN],
    ];
    const [first, second, third] = weightsFrom(errors.slice(0, 2), 3);
    expect(first).toBeGreaterThan(2 * second!);
    expect(third).toBeGreaterThan(second!);
    const without = weightsFrom(errors, 3, 2);
    expect(without[0]).toBeGreaterThan(without[1]!);
    expect(weightsFrom([], 2)).toEqual([0.5, 0.5]);
  });
});

describe('conformal bands', () => {
  const residuals = (origins: number, spreadAt: (o: number, h: number) => number, seed: string) => {
    const rng = seededRng(seed);
    const normal = () => Array.from({ length: 12 }, rng).reduce((sum, value) => sum + value, -6);
    return Array.from({ length: origins }, (_, o) => series(24, (h) => spreadAt(o, h) * normal()));
  };

  it('widen with the horizon as the errors do', () => {
    const bands = conformalBand(
      residuals(12, (_, h) => (1 + h) / 10, 'wide'),
      24,
      1,
      0.3,
    );
    expect(bands[22]![8]!).toBeGreaterThan(3 * bands[1]![8]!);
    expect(bands[10]![8]! / 1.1 / 1.96).toBeGreaterThan(0.8);
    expect(bands[10]![8]! / 1.1 / 1.96).toBeLessThan(1.7);
  });

  it('learn from what they missed: errors that grew make them wider than the same errors that shrank', () => {
    const grown = residuals(12, (o) => (o < 6 ? 0.5 : 1.5), 'grown');
    const wide = conformalBand(grown, 24, 1, 1)[12]!;
    const narrow = conformalBand([...grown].reverse(), 24, 1, 1)[12]!;
    expect(wide[6]!).toBeGreaterThan(1.15 * narrow[6]!);
  });

  it('say what is assumed while nothing was tested', () => {
    expect(conformalBand([], 1, 1, 0.35)[0]![8]).toBeCloseTo(0.35 * 1.96, 2);
  });
});

describe('positive definite systems', () => {
  it('are solved', () => {
    const entry = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(fc.array(entry, { minLength: 4, maxLength: 4 }), { minLength: 4, maxLength: 4 }),
        (rows) => {
          const product = rows.map((a, i) =>
            rows.map((b, j) => a.reduce((sum, value, k) => sum + value * b[k]!, 0) + (i === j ? 1 : 0)),
          );
          const right = Float64Array.from([1, -2, 3, 0.5]);
          const x = right.slice();
          solvePositiveDefinite(Float64Array.from(product.flat()), x);
          product.forEach((row, i) =>
            expect(row.reduce((sum, value, k) => sum + value * x[k]!, 0)).toBeCloseTo(right[i]!, 6),
          );
        },
      ),
    );
  });
});
