import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalProbability } from '../../../core/numerics/normal-probability.ts';
import { normalQuantile } from '../../../core/numerics/normal-quantile.ts';
import {
  expectedImprovementUsd,
  type Prospect,
} from '../../../core/runtime-model/propose/expected-improvement.ts';

const PROSPECT: Prospect = {
  logMedianSeconds: Math.log(3600),
  logSpread: 0.4,
  usdPerHour: 10,
  startupSeconds: 300,
};

/** The same by adding up what each of many equally likely runtimes saves. */
function summedUp(prospect: Prospect, usd: number, secondsLeft: number): number {
  const count = 20_000;
  let sum = 0;
  for (let i = 0; i < count; i += 1) {
    const score = normalQuantile((i + 0.5) / count);
    const seconds =
      Math.exp(prospect.logMedianSeconds + prospect.logSpread * score) + prospect.startupSeconds;
    if (seconds <= secondsLeft) sum += Math.max(usd - (seconds / 3600) * prospect.usdPerHour, 0);
  }
  return sum / count;
}

describe('the expected improvement', () => {
  it('is what runs that are cheaper and in time would save on average', () => {
    for (const usd of [6, 10, 15])
      for (const secondsLeft of [2000, 4000, 20_000])
        expect(expectedImprovementUsd(PROSPECT, { usd, secondsLeft })).toBeCloseTo(
          summedUp(PROSPECT, usd, secondsLeft),
          2,
        );
  });

  it('of a certain runtime is what it saves, or nothing when it would be late', () => {
    const certain = { ...PROSPECT, logSpread: 0 };
    expect(expectedImprovementUsd(certain, { usd: 12, secondsLeft: 4000 })).toBeCloseTo(
      12 - (3900 / 3600) * 10,
    );
    expect(expectedImprovementUsd(certain, { usd: 12, secondsLeft: 3800 })).toBe(0);
  });

  it('is never negative, and no smaller with more time or a dearer incumbent', () => {
    fc.assert(
      fc.property(
        fc.record({
          logMedianSeconds: fc.double({ min: 0, max: 12, noNaN: true }),
          logSpread: fc.double({ min: 0, max: 3, noNaN: true }),
          usdPerHour: fc.double({ min: 0.01, max: 500, noNaN: true }),
          startupSeconds: fc.double({ min: 0, max: 2000, noNaN: true }),
        }),
        fc.double({ min: 0.01, max: 1000, noNaN: true }),
        fc.double({ min: -100, max: 1e6, noNaN: true }),
        (prospect, usd, secondsLeft) => {
          const here = expectedImprovementUsd(prospect, { usd, secondsLeft });
          expect(here).toBeGreaterThanOrEqual(0);
          expect(here).toBeLessThanOrEqual(usd);
          const slack = 1e-9 * usd;
          expect(
            expectedImprovementUsd(prospect, { usd, secondsLeft: secondsLeft + 600 }),
          ).toBeGreaterThanOrEqual(here - slack);
          expect(expectedImprovementUsd(prospect, { usd: usd * 1.1, secondsLeft })).toBeGreaterThanOrEqual(
            here - slack,
          );
        },
      ),
    );
  });
});

describe('the normal distribution', () => {
  it('undoes its quantiles, in the tails, too', () => {
    for (const level of [1e-6, 0.01, 0.3, 0.5, 0.8, 0.999])
      expect(normalProbability(normalQuantile(level))).toBeCloseTo(level, 8);
    expect([normalProbability(-40), normalProbability(40)]).toEqual([0, 1]);
  });
});
