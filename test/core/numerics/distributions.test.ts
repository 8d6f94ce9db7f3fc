import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Quantiles, QUANTILE_LEVELS } from '../../../core/contracts/quantities.ts';
import { conformalQuantiles } from '../../../core/numerics/conformal-quantiles.ts';
import { contentHash } from '../../../core/numerics/content-hash.ts';
import { lognormalQuantiles } from '../../../core/numerics/lognormal-quantiles.ts';
import { nearestNames } from '../../../core/numerics/nearest-names.ts';
import { normalQuantile } from '../../../core/numerics/normal-quantile.ts';
import { QuantileSketch } from '../../../core/numerics/quantile-sketch.ts';
import { sampleQuantile, valueAt } from '../../../core/numerics/quantiles.ts';
import { seededRng } from '../../../core/numerics/rng.ts';

describe('normal quantiles', () => {
  it("agree with R's qnorm", () => {
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 7);
    expect(normalQuantile(0.25)).toBeCloseTo(-0.6744897501960817, 7);
    expect(normalQuantile(0.001)).toBeCloseTo(-3.090232306167813, 7);
    expect(normalQuantile(0.5)).toBeCloseTo(0, 12);
  });

  it('refuse a level that is no probability strictly inside (0, 1)', () => {
    for (const level of [0, 1, -1, Number.NaN]) expect(() => normalQuantile(level)).toThrow(RangeError);
  });
});

describe('conformal quantiles', () => {
  it('never decrease, whatever the residuals', () => {
    const residual = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(residual, { maxLength: 80 }),
        fc.double({ min: 0, max: 10, noNaN: true }),
        (sample, spread) => {
          expect(() => Quantiles.parse(conformalQuantiles(sample, spread))).not.toThrow();
        },
      ),
    );
  });

  it('cover the next residual as often as they say', () => {
    const rng = seededRng('coverage');
    const skewed = (): number => -Math.log(1 - rng()) * (rng() < 0.5 ? 1 : -0.3);
    for (const level of [0.1, 0.9, 0.95] as const) {
      let below = 0;
      const trials = 4000;
      for (let trial = 0; trial < trials; trial += 1) {
        const quantiles = conformalQuantiles(Array.from({ length: 30 }, skewed), 1);
        if (skewed() <= valueAt(quantiles, level)) below += 1;
      }
      expect(Math.abs(below / trials - level)).toBeLessThan(0.025);
    }
  });

  it('are a normal distribution when there is no residual', () => {
    expect(conformalQuantiles([], 2)[8]).toBeCloseTo(2 * 1.96, 2);
  });
});

describe('lognormal quantiles', () => {
  it('have the median asked for and are symmetric in ratio', () => {
    const quantiles = lognormalQuantiles(100, 0.5);
    expect(quantiles[4]).toBeCloseTo(100, 6);
    expect(quantiles[0]! * quantiles[8]!).toBeCloseTo(100 * 100, 3);
    expect(quantiles).toHaveLength(QUANTILE_LEVELS.length);
  });
});

describe('quantile sketch', () => {
  it('is within its relative error of the exact quantile', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.001, max: 1e7, noNaN: true }), { minLength: 1, maxLength: 200 }),
        fc.constantFrom(0, 0.25, 0.5, 0.9, 1),
        (values, level) => {
          const sketch = new QuantileSketch(0.01);
          values.forEach((value) => sketch.add(value));
          const sorted = [...values].sort((a, b) => a - b);
          const exact = sorted[Math.floor(level * (sorted.length - 1))]!;
          expect(Math.abs(sketch.quantile(level) - exact)).toBeLessThanOrEqual(0.0101 * exact);
        },
      ),
    );
  });

  it('counts what is not positive as zero, and is zero when empty', () => {
    const sketch = new QuantileSketch();
    expect(sketch.quantile(0.5)).toBe(0);
    [0, -1, Number.NaN, 5].forEach((value) => sketch.add(value));
    expect(sketch.quantile(0.5)).toBe(0);
    expect(sampleQuantile([0, 0, 0, 5], 0.5)).toBe(0);
  });
});

describe('content hash', () => {
  it('does not depend on the order of keys, and does depend on values', () => {
    expect(contentHash({ a: 1, b: { c: 2, d: [1, 2] } })).toBe(contentHash({ b: { d: [1, 2], c: 2 }, a: 1 }));
    expect(contentHash({ a: 1 })).not.toBe(contentHash({ a: 2 }));
    expect(contentHash([1, 2])).not.toBe(contentHash([2, 1]));
  });
});

describe('nearest names', () => {
  it('suggest what was probably meant', () => {
    expect(nearestNames('m5.2xlrage', ['c5.large', 'm5.2xlarge', 'm5.xlarge'], 1)).toEqual(['m5.2xlarge']);
  });
});
