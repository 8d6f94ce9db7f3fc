import { describe, expect, test } from 'vitest';
import { Market } from '../../../core/contracts/market.ts';
import { assembleMarket } from '../../../core/market/assemble-market.ts';
import { CATALOGUE } from '../../../core/market/catalogue.ts';
import type { MarketSurvey } from '../../../core/market/market-survey.ts';
import { priceTracks } from '../../../core/market/price-track.ts';
import { emrSupports } from '../../../core/market/emr-support.ts';

const types = CATALOGUE.filter((type) => ['m5.xlarge', 'c5.2xlarge'].includes(type.name));
const at = '2026-01-05T02:00:00.000Z';
const survey: MarketSurvey = {
  region: 'us-east-1',
  zones: ['us-east-1a', 'us-east-1b'],
  at,
  source: 'live',
  types,
  priceTracks: priceTracks([
    { instanceType: 'm5.xlarge', zone: 'us-east-1a', usdPerHour: 0.07, at: '2026-01-05T01:00:00.000Z' },
    { instanceType: 'm5.xlarge', zone: 'us-east-1a', usdPerHour: 0.12, at: '2026-01-04T01:00:00.000Z' },
  ]),
  reclaims: [],
  wantSpot: true,
};
const poolOf = (market: Market, type: string, zone = 'us-east-1a') => {
  const pool = market.pools.find((each) => each.instanceType.name === type && each.zone === zone);
  if (pool === undefined) throw new Error(`no pool ${type} in ${zone}`);
  return pool;
};

describe('a market', () => {
  test('has one pool per type and zone and keeps its contract', () => {
    const market = Market.parse(assembleMarket(survey));
    expect(market.pools).toHaveLength(4);
    expect(market.newestPriceAt).toBe('2026-01-05T01:00:00.000Z');
  });

  test('takes the newest spot price, and the history for the high one: the higher the longer the run', () => {
    const pool = poolOf(assembleMarket(survey), 'm5.xlarge');
    expect(pool.spotUsdPerHour).toBe(0.07);
    expect(pool.spotHighUsdPerHour).toBeGreaterThan(0.08);
    const day = poolOf(assembleMarket({ ...survey, windowHours: 24 }), 'm5.xlarge');
    expect(day.spotHighUsdPerHour).toBeGreaterThan(pool.spotHighUsdPerHour ?? 0);
    const still = {
      ...survey,
      priceTracks: survey.priceTracks.map(({ minutes, ...track }) => ({
        ...track,
        minutes: minutes.slice(0, 1),
        usdPerHour: [0.07],
      })),
    };
    expect(poolOf(assembleMarket(still), 'm5.xlarge').spotHighUsdPerHour).toBe(0.07);
  });

  test('tells how far ahead its bad case looks and what of the past it rests on', () => {
    const market = assembleMarket({ ...survey, windowHours: 3.5 });
    expect(market.priceWindowHours).toBe(3.5);
    expect(market.notes.join(' ')).toMatch(
      /a day or less of history: in the window of 3\.5 h .* 19 times in 20/,
    );
  });

  test('offers a type without spot price on demand only, and says so', () => {
    const market = assembleMarket(survey);
    expect(poolOf(market, 'c5.2xlarge').spotUsdPerHour).toBeNull();
    expect(market.notes.join(' ')).toMatch(/3 of 4 pools have no spot price/);
  });

  test('says nothing of spot to a job that takes none', () => {
    expect(assembleMarket({ ...survey, wantSpot: false }).notes.join(' ')).not.toMatch(/spot/i);
  });

  test('says when its prices are old', () => {
    const notes = (over: Partial<MarketSurvey>) =>
      assembleMarket({ ...survey, at: '2026-01-09T02:00:00.000Z', ...over }).notes.join(' ');
    expect(notes({})).toMatch(/market is stale: the newest spot price is 4 days old/);
    // asked a moment ago, a price that has not moved for days is not old
    expect(notes({ pricesReadAt: '2026-01-09T01:55:00.000Z' })).not.toMatch(/stale/);
    expect(notes({ pricesReadAt: '2026-01-08T19:00:00.000Z' })).toMatch(/stale: .* last read 7 hours ago/);
  });

  test('uses what the team pays instead of the list price', () => {
    const market = assembleMarket({ ...survey, onDemandUsdPerHour: { 'm5.xlarge': 0.15 } });
    expect(poolOf(market, 'm5.xlarge').onDemandUsdPerHour).toBe(0.15);
    expect(poolOf(market, 'c5.2xlarge').onDemandUsdPerHour).toBe(0.34);
  });

  test.each(['live', 'file', 'catalogue'] as const)(
    'on list prices says whose they are, wherever its spot prices come from (%s)',
    (source) => {
      const notes = (over: Partial<MarketSurvey>) => assembleMarket({ ...survey, source, ...over }).notes;
      expect(notes({}).join(' ')).toMatch(/^On-demand prices are the built-in catalogue's .* us-east-1/);
      expect(notes({ region: 'eu-west-1' }).join(' ')).toMatch(/us-east-1.*what eu-west-1 charges differs/);
      expect(notes({ onDemandUsdPerHour: { 'm5.xlarge': 0.15 } }).join(' ')).toMatch(
        /On-demand prices of c5\.2xlarge are/,
      );
      const own = { 'm5.xlarge': 0.15, 'c5.2xlarge': 0.3 };
      expect(notes({ onDemandUsdPerHour: own }).join(' ')).not.toMatch(/catalogue/);
    },
  );

  test('without a zone is refused', () => {
    expect(() => assembleMarket({ ...survey, zones: [] })).toThrow(/No availability zone of us-east-1/);
  });
});

describe('EMR releases', () => {
  test.each([
    ['emr-6.4.0', 'm5', true],
    ['emr-6.4.0', 'm7g', false],
    ['emr-6.8.0', 'm6i', true],
    ['emr-7.9.0', 'm7g', true],
  ])('%s with %s: %s', (release, family, supported) => {
    expect(emrSupports(release, family)).toBe(supported);
  });
});
