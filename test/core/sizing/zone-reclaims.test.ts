import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawScenarios } from '../../../core/sizing/scenarios.ts';
import { planFleet } from '../../../core/sizing/plan-fleet.ts';
import { forecastOf, marketOf, modelOf, requestOf } from './cases.ts';

const { inputBytes } = forecastOf(100);
const COUNT = 500;

/** By scenario: how long a pool stands, in its mean times between reclaims. */
function waitsOf(pool: string, share: number, seed: string): number[] {
  const { scenario, waits } = drawScenarios(inputBytes, COUNT, seed, share).reclaimsOf(pool);
  const byScenario = new Array<number>(COUNT).fill(Number.NaN);
  scenario.forEach((s, i) => (byScenario[s] = waits[i]!));
  return byScenario;
}

/** In how many scenarios two pools go at one instant. */
function together(share: number, seed: string): number {
  const other = waitsOf('c5.xlarge', share, seed);
  return waitsOf('m5.xlarge', share, seed).filter((wait, s) => wait === other[s]).length / COUNT;
}

describe('reclaims that take pools of a zone together', () => {
  test('leave each pool its own rate, come earliest first, one in each scenario', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 0, max: 999 }),
        (share, n) => {
          const { scenario, waits } = drawScenarios(inputBytes, COUNT, `${n}`, share).reclaimsOf('m5.xlarge');
          expect([...scenario].sort((a, b) => a - b)).toEqual(Array.from({ length: COUNT }, (_, s) => s));
          expect([...waits]).toEqual([...waits].sort((a, b) => a - b));
          expect(waits.reduce((sum, wait) => sum + wait, 0) / COUNT).toBeCloseTo(1, 0);
          expect(waits.filter((wait) => wait < 0.1).length / COUNT).toBeCloseTo(1 - Math.exp(-0.1), 1);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('grow with the share of the zone', () => {
    expect(together(0, 'zone')).toBe(0);
    // of two events that come by chance at rate 1 − β each and together at β, the first is common with β ÷ (2 − β)
    for (const share of [0.2, 0.5, 0.8]) expect(together(share, 'zone')).toBeCloseTo(share / (2 - share), 1);
    expect(together(1, 'zone')).toBe(1);
  });

  test('are what a plan is judged by', () => {
    const market = marketOf(['m5', 'm6i', 'c5', 'r5']);
    const pools = market.pools.map((pool) => ({ ...pool, reclaimsPerHour: 1 }));
    const planAt = (zoneReclaimShare: number) =>
      planFleet(
        requestOf({ model: modelOf(3000), market: { ...market, pools, zoneReclaimShare }, effort: 'fast' }),
      ).forecast;
    expect(planAt(0.9)).not.toEqual(planAt(0));
  });
});
