import { describe, expect, test } from 'vitest';
import { assembleMarket } from '../../../core/market/assemble-market.ts';
import { CATALOGUE } from '../../../core/market/catalogue.ts';
import type { MarketSurvey } from '../../../core/market/market-survey.ts';
import { paletteOf, PALETTES } from '../../../core/market/placement-palette.ts';
import { priceTracks } from '../../../core/market/price-track.ts';
import { withoutOpenPools } from '../../../core/market/pool-breaker.ts';

const at = '2026-01-05T02:00:00.000Z';
const survey: MarketSurvey = {
  region: 'us-east-1',
  zones: ['us-east-1a', 'us-east-1b'],
  at,
  source: 'live',
  types: CATALOGUE.filter(({ name }) => ['m5.xlarge', 'c5.xlarge'].includes(name)),
  priceTracks: priceTracks(
    ['m5.xlarge', 'c5.xlarge'].flatMap((instanceType) => [
      { instanceType, zone: 'us-east-1a', zoneId: 'use1-az4', usdPerHour: 0.07, at },
      { instanceType, zone: 'us-east-1b', zoneId: 'use1-az6', usdPerHour: 0.07, at },
    ]),
  ),
  reclaims: [],
  wantSpot: true,
};

describe('placement scores', () => {
  test('are asked in few questions, of at least three types each that there are', () => {
    expect(PALETTES.length).toBeLessThanOrEqual(10);
    for (const { instanceTypes, architecture } of PALETTES) {
      const known = CATALOGUE.filter(({ name }) => instanceTypes.includes(name));
      expect(known.length).toBe(instanceTypes.length);
      expect(known.length).toBeGreaterThanOrEqual(3);
      expect(known.every((type) => type.architecture === architecture)).toBe(true);
    }
    expect(paletteOf({ family: 'g5', architecture: 'x86_64', gpus: 1 })).toBeUndefined();
  });

  test('keep a fleet from hanging on pools that hardly come, and that is said', () => {
    const scores = {
      'general-x86_64': { 'use1-az4': 2, 'use1-az6': 9 },
      'compute-x86_64': { 'use1-az4': 4 },
    };
    const market = assembleMarket({ ...survey, placementScores: scores });
    const pool = (type: string, zone: string) =>
      market.pools.find((each) => each.instanceType.name === type && each.zone === zone);
    expect(pool('m5.xlarge', 'us-east-1a')).toMatchObject({ placementScore: 2, spotShareMost: 0.25 });
    expect(pool('m5.xlarge', 'us-east-1b')).toMatchObject({ placementScore: 9 });
    expect(pool('m5.xlarge', 'us-east-1b')?.spotShareMost).toBeUndefined();
    expect(pool('c5.xlarge', 'us-east-1a')?.spotShareMost).toBeUndefined();
    expect(market.notes.join(' ')).toMatch(
      /scores of 10 are low for general-x86_64 in us-east-1a \(2\): .* 25 %/,
    );
    const untripped = withoutOpenPools(market, [], () => true, at);
    expect(untripped.pools.find(({ zone }) => zone === 'us-east-1a')?.spotShareMost).toBe(0.25);
  });

  test('that were not asked for change nothing', () => {
    const market = assembleMarket(survey);
    expect(market.pools.some((pool) => 'placementScore' in pool || 'spotShareMost' in pool)).toBe(false);
  });
});
