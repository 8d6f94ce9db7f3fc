import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../../core/market/catalogue.ts';
import { drawWindowPrice, fitPriceLevels, priceOverWindow } from '../../../core/market/price-level.ts';
import type { PriceTrack } from '../../../core/market/price-track.ts';
import { seededRng } from '../../../core/numerics/rng.ts';
import { MarketParameters } from '../../../simulator/world/market/market-parameters.ts';
import { poolParameters } from '../../../simulator/world/market/pool.ts';
import { SpotPriceSeries } from '../../../simulator/world/market/spot-price-series.ts';
import { Tightness } from '../../../simulator/world/market/tightness.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MINUTE_MS = 60_000;
const START_MS = Date.parse('2026-01-05T00:00:00Z');
const NOW_MINUTE = START_MS / MINUTE_MS;

function trackOf(
  hoursAgoAndUsd: readonly (readonly [number, number])[],
  instanceType = 'm5.xlarge',
): PriceTrack {
  const ordered = [...hoursAgoAndUsd].sort(([one], [other]) => other - one);
  return {
    instanceType,
    zone: 'us-east-1a',
    zoneId: undefined,
    minutes: ordered.map(([hours]) => NOW_MINUTE - Math.round(hours * 60)),
    usdPerHour: ordered.map(([, usd]) => usd),
  };
}

/** Spot prices as a simulated market makes them, by pool. */
function simulatedPools(price: object, count: number) {
  const parameters = MarketParameters.parse({ price });
  return CATALOGUE.filter((_, i) => i % 5 === 0)
    .slice(0, count)
    .map((type) => {
      const pool = poolParameters(parameters, type, 'us-east-1a');
      const tightness = new Tightness(
        START_MS,
        seededRng(`tightness ${type.name}`),
        parameters.capacity,
        pool.meanTightness,
      );
      const random = seededRng(`price ${type.name}`);
      return {
        type,
        series: new SpotPriceSeries(START_MS, random, parameters.price, pool, (ms) => tightness.at(ms)),
      };
    });
}

/** What a pool really cost on average over a window. */
function meanPrice(series: SpotPriceSeries, fromMs: number, hours: number): number {
  const untilMs = fromMs + hours * HOUR_MS;
  const changes = series.between(fromMs, untilMs);
  const usdMs = changes.reduce(
    (sum, { atMs, usdPerHour }, i) =>
      sum + usdPerHour * (Math.min(untilMs, changes[i + 1]?.atMs ?? untilMs) - Math.max(fromMs, atMs)),
    0,
  );
  return usdMs / (untilMs - fromMs);
}

/** How often the bad case held over many windows, and how far the expected price was off on average. */
function judge(pools: ReturnType<typeof simulatedPools>, historyDays: number, hours: number) {
  let held = 0;
  let windows = 0;
  let off = 0;
  for (let day = historyDays; day < historyDays + 45; day += 1.37) {
    const nowMs = START_MS + day * DAY_MS;
    const tracks = pools.map(({ type, series }): PriceTrack => {
      const changes = series.between(nowMs - historyDays * DAY_MS, nowMs);
      return {
        instanceType: type.name,
        zone: 'us-east-1a',
        zoneId: undefined,
        minutes: changes.map(({ atMs }) => Math.floor(atMs / MINUTE_MS)),
        usdPerHour: changes.map(({ usdPerHour }) => usdPerHour),
      };
    });
    const { levels, moves } = fitPriceLevels(tracks, Math.floor(nowMs / MINUTE_MS));
    levels.forEach((level, i) => {
      const pool = pools[i];
      if (pool === undefined) return;
      const foreseen = priceOverWindow(level, moves, hours, pool.type.onDemandUsdPerHour);
      const mean = meanPrice(pool.series, nowMs, hours);
      held += mean <= foreseen.highUsdPerHour * (1 + 1e-9) ? 1 : 0;
      off += Math.log(foreseen.expectedUsdPerHour / mean);
      windows += 1;
    });
  }
  return { coverage: held / windows, meanOff: off / windows };
}

describe('the price over a run’s window', () => {
  const markets = [
    ['the usual market', {}],
    ['one with a jump in every pool each five days', { jumpsPerDay: 0.2, jumpMeanLog: 0.5 }],
    ['a calm one', { dailySigma: 0.02, jumpsPerDay: 0, tightnessEffect: 0.05, changesPerDay: 2 }],
  ] as const;
  test.each(
    markets.flatMap(([name, price]) =>
      (
        [
          [5, 3],
          [14, 6],
          [60, 12],
        ] as const
      ).map(([days, hours]) => ({ name, price, days, hours })),
    ),
  )(
    'stays below its bad case 19 times in 20: $name, $days days of history, $hours h',
    ({ price, days, hours }) => {
      const { coverage, meanOff } = judge(simulatedPools(price, 40), days, hours);
      expect(coverage).toBeGreaterThan(0.92);
      expect(coverage).toBeLessThan(0.99);
      expect(Math.abs(meanOff)).toBeLessThan(0.02);
    },
  );

  test('of pools that have not moved is what they cost now, whatever others do', () => {
    const still = trackOf([[24 * 90, 0.07]]);
    const alone = fitPriceLevels([still], NOW_MINUTE);
    const [level] = alone.levels;
    if (level === undefined) throw new Error('no level');
    const { expectedUsdPerHour, highUsdPerHour } = priceOverWindow(level, alone.moves, 24, 0.192);
    expect(expectedUsdPerHour).toBeCloseTo(0.07, 10);
    expect(highUsdPerHour).toBe(0.07);
    const moving = Array.from({ length: 300 }, (_, i) => [i * 6, 0.08 + 0.02 * Math.sin(i * 2.4)] as const);
    const both = fitPriceLevels([still, trackOf(moving, 'c5.xlarge')], NOW_MINUTE);
    const [beside] = both.levels;
    if (beside === undefined) throw new Error('no level');
    expect(priceOverWindow(beside, both.moves, 6, 0.192).highUsdPerHour).toBeCloseTo(0.07, 10);
  });

  test('comes down again from a jump that has just happened, and up from a fall', () => {
    const noisy = (last: number) =>
      trackOf(
        Array.from({ length: 120 }, (_, i) => [i * 6, i === 0 ? last : 0.07 + 0.005 * (i % 3)] as const),
      );
    const expected = (last: number) => {
      const { levels, moves } = fitPriceLevels([noisy(last)], NOW_MINUTE);
      const [level] = levels;
      if (level === undefined) throw new Error('no level');
      return priceOverWindow(level, moves, 12, 0.192).expectedUsdPerHour;
    };
    expect(expected(0.09)).toBeLessThan(0.09);
    expect(expected(0.06)).toBeGreaterThan(0.06);
  });

  test('is dearer in the bad case the longer the window, and never above what EMR bids', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.03, max: 0.19, noNaN: true }), { minLength: 2, maxLength: 60 }),
        fc.double({ min: 0.5, max: 48, noNaN: true }),
        (prices, hours) => {
          const { levels, moves } = fitPriceLevels(
            [trackOf(prices.map((usd, i) => [i * 5, usd]))],
            NOW_MINUTE,
          );
          const [level] = levels;
          if (level === undefined) throw new Error('no level');
          const { expectedUsdPerHour, highUsdPerHour } = priceOverWindow(level, moves, hours, 0.192);
          expect(highUsdPerHour).toBeLessThanOrEqual(0.192 + 1e-12);
          expect(expectedUsdPerHour).toBeGreaterThan(0);
          expect(Number.isFinite(highUsdPerHour)).toBe(true);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('drawn for scenarios spreads as the bad case says', () => {
    const [pool] = simulatedPools({}, 1);
    if (pool === undefined) throw new Error('no pool');
    const changes = pool.series.between(START_MS, START_MS + 60 * DAY_MS);
    const track = {
      ...trackOf([]),
      minutes: changes.map(({ atMs }) => Math.floor(atMs / MINUTE_MS)),
      usdPerHour: changes.map(({ usdPerHour }) => usdPerHour),
    };
    const { levels, moves } = fitPriceLevels([track], NOW_MINUTE + 60 * 1440);
    const [level] = levels;
    if (level === undefined) throw new Error('no level');
    const { highUsdPerHour } = priceOverWindow(level, moves, 12, 10);
    const rng = seededRng('scenarios');
    const above = Array.from({ length: 4000 }, () => drawWindowPrice(level, moves, 12, 10, rng)).filter(
      (usd) => usd > highUsdPerHour,
    );
    expect(above.length / 4000).toBeGreaterThan(0.02);
    expect(above.length / 4000).toBeLessThan(0.09);
  });
});
