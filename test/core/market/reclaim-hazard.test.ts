import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reclaimRecords } from '../../../core/ledger/reclaim-records.ts';
import { assembleMarket } from '../../../core/market/assemble-market.ts';
import { CATALOGUE } from '../../../core/market/catalogue.ts';
import type { ReclaimRecord } from '../../../core/contracts/market.ts';
import { learnReclaims, priorReclaimsPerHour } from '../../../core/market/reclaim-hazard.ts';
import { zoneShareOf } from '../../../core/market/zone-reclaims.ts';
import { seededRng } from '../../../core/numerics/rng.ts';

const NOW = '2026-03-05T00:00:00.000Z';
const hoursAgo = (hours: number) => new Date(Date.parse(NOW) - hours * 3_600_000).toISOString();
const typeOf = (name: string) => {
  const type = CATALOGUE.find((each) => each.name === name);
  if (type === undefined) throw new Error(`no ${name}`);
  return type;
};
const M5 = typeOf('m5.xlarge');
const R5 = typeOf('r5.xlarge');

function held(
  hours: number,
  reclaims: number,
  over: { endedHoursAgo?: number; type?: string } = {},
): ReclaimRecord {
  const { endedHoursAgo = 0, type = 'm5.xlarge' } = over;
  return {
    instanceType: type,
    zone: 'us-east-1a',
    spotInstanceHours: 10 * hours,
    reclaims: 10 * reclaims,
    poolHours: hours,
    fromAt: hoursAgo(endedHoursAgo + hours),
    untilAt: hoursAgo(endedHoursAgo),
    eventsAt: Array.from({ length: reclaims }, (_, i) => hoursAgo(endedHoursAgo + i)),
  };
}
const rate = (records: ReclaimRecord[], type = M5) =>
  learnReclaims(records, [M5, R5], NOW).perHour(type, 'us-east-1a');

describe('how often a pool is reclaimed', () => {
  test('rests on the advisor’s band of its type at first', () => {
    // above 20 % in a month, and below 5 %
    expect(rate([], M5)).toBeCloseTo(-Math.log(1 - 0.25) / 24, 10);
    expect(priorReclaimsPerHour(typeOf('c7g.xlarge'))).toBeCloseTo(-Math.log(1 - 0.025) / 24, 10);
    const unknown = { name: 'x9.xlarge', family: 'x9', gpus: 0 };
    expect(priorReclaimsPerHour({ ...unknown, gpus: 1 })).toBeGreaterThan(priorReclaimsPerHour(unknown));
  });

  test('falls with quiet hours and rises with each reclaim of our own', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 20 }), (hours, reclaims) => {
        expect(rate([held(hours, 0)])).toBeLessThan(rate([]));
        expect(rate([held(hours, reclaims)])).toBeGreaterThan(rate([held(hours, reclaims - 1)]));
      }),
      { numRuns: 50 },
    );
  });

  test('comes to what really happens, however wrong the band was', () => {
    const rng = seededRng('truth');
    const truth = 0.05;
    const records = Array.from({ length: 400 }, (_, i) => {
      const reclaimed = rng() < truth * 2;
      return held(2, reclaimed ? 1 : 0, { endedHoursAgo: i / 2 });
    });
    expect(rate(records) / truth).toBeGreaterThan(0.7);
    expect(rate(records) / truth).toBeLessThan(1.3);
  });

  test('counts a reclaim of a month ago half, one of last year hardly', () => {
    const risen = (days: number) => rate([held(50, 3, { endedHoursAgo: days * 24 })]) - rate([]);
    expect(risen(30)).toBeLessThan(0.75 * risen(0));
    expect(risen(30)).toBeGreaterThan(0.35 * risen(0));
    expect(risen(365)).toBeLessThan(0.02 * risen(0));
  });

  test('is corrected in pools that were never held by what the others suffered', () => {
    const quiet = [held(3000, 0)];
    expect(rate(quiet, R5)).toBeLessThan(rate([], R5));
  });

  test('takes nothing from records of the first version, which counted instances', () => {
    const old = { instanceType: 'm5.xlarge', zone: 'us-east-1a', spotInstanceHours: 40, reclaims: 20 };
    expect(rate([old])).toBe(rate([]));
  });

  test('is told with what it rests on', () => {
    const survey = {
      region: 'us-east-1',
      zones: ['us-east-1a'],
      at: NOW,
      source: 'live',
      types: [M5],
      priceTracks: [],
      wantSpot: true,
    } as const;
    expect(assembleMarket({ ...survey, reclaims: [] }).notes.join(' ')).toMatch(/bands alone/);
    expect(assembleMarket({ ...survey, reclaims: [held(48, 2)] }).notes.join(' ')).toMatch(
      /bands and on 48 pool-hours of our own with 2 reclaims/,
    );
  });
});

describe('what an attempt’s spot instances suffered', () => {
  const instance = (from: number, until: number | null, reclaimed: boolean) => ({
    instanceType: 'm5.xlarge',
    zone: 'us-east-1a',
    role: 'task' as const,
    market: 'spot' as const,
    startedAt: hoursAgo(from),
    endedAt: until === null ? null : hoursAgo(until),
    reclaimed,
  });

  test('is one event where instances go within minutes, and hours of the pool, not of instances', () => {
    const together = [0, 0.05, 0.1, 0.2].map((late) => instance(4, 2 - late, true));
    const [record] = reclaimRecords(
      [...together, instance(1.5, 0.5, true), instance(1.5, null, false)],
      hoursAgo(0),
    );
    expect(record).toMatchObject({ reclaims: 5, eventsAt: [hoursAgo(2), hoursAgo(0.5)] });
    expect(record?.poolHours).toBeCloseTo(2.2 + 1.5);
    expect(record?.spotInstanceHours).toBeGreaterThan(9);
    expect(record).toMatchObject({ fromAt: hoursAgo(4), untilAt: hoursAgo(0) });
  });

  test('is nothing for machines bought on demand', () => {
    expect(reclaimRecords([{ ...instance(3, 1, false), market: 'on-demand' as const }], NOW)).toEqual([]);
  });
});

describe('pools of a zone', () => {
  const both = (apartHours: number) => [
    { ...held(10, 1), eventsAt: [hoursAgo(3)] },
    { ...held(10, 1, { type: 'r5.xlarge' }), eventsAt: [hoursAgo(3 - apartHours)] },
  ];

  test('go together as often as they did while we held several', () => {
    expect(zoneShareOf([])).toBeCloseTo(0.1);
    const often = Array.from({ length: 30 }, () => both(0.05)).flat();
    expect(zoneShareOf(often)).toBeGreaterThan(0.8);
    expect(zoneShareOf(Array.from({ length: 30 }, () => both(2)).flat())).toBeLessThan(0.05);
    // one pool alone tells nothing of others
    expect(zoneShareOf(Array.from({ length: 30 }, () => held(10, 1)))).toBeCloseTo(0.1);
  });
});
