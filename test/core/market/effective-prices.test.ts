import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TeamPrices } from '../../../core/contracts/team-prices.ts';
import { assembleMarket } from '../../../core/market/assemble-market.ts';
import { CATALOGUE } from '../../../core/market/catalogue.ts';
import { effectivePrices } from '../../../core/market/effective-prices.ts';
import { priceTracks } from '../../../core/market/price-track.ts';

const list = {
  type: { name: 'm5.xlarge', family: 'm5' },
  zone: 'us-east-1a',
  onDemandUsdPerHour: 0.2,
  emrFeeUsdPerHour: 0.05,
};
const paid = (prices: object, over: Partial<Parameters<typeof effectivePrices>[0]> = {}) =>
  effectivePrices({ ...list, ...over }, TeamPrices.parse(prices)).onDemandUsdPerHour;

describe('what a team pays', () => {
  test('is the list price when it says nothing', () => {
    expect(effectivePrices(list, TeamPrices.parse({}))).toEqual({
      onDemandUsdPerHour: 0.2,
      emrFeeUsdPerHour: 0.05,
    });
  });

  test('is less by its contract, EMR’s fee by a discount of its own', () => {
    const team = TeamPrices.parse({ discountPercent: { onDemand: 10, emrFee: 20 } });
    const { onDemandUsdPerHour, emrFeeUsdPerHour } = effectivePrices(list, team);
    expect(onDemandUsdPerHour).toBeCloseTo(0.18);
    expect(emrFeeUsdPerHour).toBeCloseTo(0.04);
  });

  test('is what a Savings Plan charges, for EC2 alone, and only in its family', () => {
    const prices = { savingsPlans: [{ family: 'm5', discountPercent: 40 }] };
    expect(paid(prices)).toBeCloseTo(0.12);
    expect(paid(prices, { type: { name: 'c5.xlarge', family: 'c5' } })).toBe(0.2);
    expect(effectivePrices(list, TeamPrices.parse(prices)).emrFeeUsdPerHour).toBe(0.05);
  });

  test('uses reserved instances first, then the family’s plan, then one for all, then the contract’s discount', () => {
    const prices = {
      discountPercent: { onDemand: 10 },
      savingsPlans: [
        { discountPercent: 30, freeUsdPerHour: 0.7 },
        { family: 'm5', discountPercent: 40, freeUsdPerHour: 0.6 },
      ],
      reserved: [{ instanceType: 'm5.xlarge', count: 10, usdPerHour: 0.1 }],
    };
    // twenty-five machines for 5 USD: ten reserved, five by either plan, five on demand
    const mean = (10 * 0.1 + 5 * 0.12 + 5 * 0.14 + 5 * 0.18) / 25;
    expect(paid(prices, { fleetUsdPerHour: 5 })).toBeCloseTo(mean);
    // a fleet of ten needs no more than what is reserved
    expect(paid(prices, { fleetUsdPerHour: 2 })).toBeCloseTo(0.1);
  });

  test('takes a reservation of a zone in that zone only, and one of the region anywhere', () => {
    const reserved = { instanceType: 'm5.xlarge', count: 1, usdPerHour: 0.1 };
    expect(paid({ reserved: [{ ...reserved, zone: 'us-east-1b' }] })).toBe(0.2);
    expect(paid({ reserved: [{ ...reserved, zone: 'us-east-1a' }] })).toBe(0.1);
    expect(paid({ reserved: [reserved] })).toBe(0.1);
  });

  test('never exceeds the list price, and falls with every discount', () => {
    const percent = fc.integer({ min: 0, max: 90 });
    fc.assert(
      fc.property(percent, percent, fc.double({ min: 0, max: 9, noNaN: true }), (plan, contract, free) => {
        const prices = (discount: number) => ({
          discountPercent: { onDemand: contract },
          savingsPlans: [{ discountPercent: discount, freeUsdPerHour: free }],
        });
        const usd = paid(prices(Math.max(plan, contract)), { fleetUsdPerHour: 4 });
        expect(usd).toBeLessThanOrEqual(0.2 + 1e-12);
        expect(usd).toBeLessThanOrEqual(paid(prices(contract), { fleetUsdPerHour: 4 }) + 1e-12);
      }),
      { numRuns: 100 },
    );
  });

  test('is what plans are made on: on demand, spot, fees and disks, and that is said', () => {
    const at = '2026-01-05T02:00:00.000Z';
    const survey = {
      region: 'us-east-1',
      zones: ['us-east-1a'],
      at,
      source: 'file',
      types: CATALOGUE.filter(({ name }) => name === 'm5.xlarge'),
      priceTracks: priceTracks([{ instanceType: 'm5.xlarge', zone: 'us-east-1a', usdPerHour: 0.1, at }]),
      reclaims: [],
      wantSpot: true,
    } as const;
    const teamPrices = TeamPrices.parse({
      discountPercent: { spot: 5, storage: 50, emrFee: 10 },
      savingsPlans: [{ discountPercent: 25 }],
    });
    const market = assembleMarket({ ...survey, teamPrices });
    expect(market.pools[0]?.onDemandUsdPerHour).toBeCloseTo(0.144);
    expect(market.pools[0]?.spotUsdPerHour).toBeCloseTo(0.095);
    expect(market.pools[0]?.storageUsdPerGibMonth).toBeCloseTo(0.04);
    expect(market.pools[0]?.emrFeeUsdPerHour).toBeCloseTo(0.9 * 0.048);
    expect(market.notes.join(' ')).toMatch(
      /what this team pays: 5 % off spot, .* 25 % off every family by a Savings/,
    );
    expect(assembleMarket(survey).notes.join(' ')).not.toMatch(/this team/);
  });
});
