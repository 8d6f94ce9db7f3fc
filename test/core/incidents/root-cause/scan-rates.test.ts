import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calmPeriods } from '../../../../core/incidents/root-cause/calm-periods.ts';
import { elementName } from '../../../../core/incidents/root-cause/leaf-table.ts';
import { scanRates, type RateRow } from '../../../../core/incidents/root-cause/scan-rates.ts';

const ATTRIBUTES = ['type', 'zone', 'market'];
const TYPES = ['m5.xlarge', 'r5.xlarge', 'c5.xlarge'];
const ZONES = ['a', 'b', 'c'];
const MARKETS = ['spot', 'on-demand'];

/** A fleet that lost 2 % of its nodes before, and now what `rateOf` says. */
function fleet(rateOf: (type: string, zone: string, market: string) => number, past = () => 0.02): RateRow[] {
  return TYPES.flatMap((type) =>
    ZONES.flatMap((zone) =>
      MARKETS.map((market) => ({
        values: [type, zone, market],
        events: Math.round(500 * rateOf(type, zone, market)),
        trials: 500,
        pastEvents: 1000 * past(),
        pastTrials: 1000,
      })),
    ),
  );
}

const first = (rows: readonly RateRow[]) => scanRates(ATTRIBUTES, rows)[0]?.elements.map(elementName);

describe('where a rise of a rate comes from', () => {
  it('is the zone when everything in it is hit, and not the type that is hit there too', () => {
    expect(first(fleet((_, zone) => (zone === 'b' ? 0.3 : 0.02)))).toEqual(['zone=b']);
  });

  it('is the pool when only one type in one zone is hit', () => {
    const rows = fleet((type, zone) => (type === 'm5.xlarge' && zone === 'b' ? 0.3 : 0.02));
    expect(first(rows)).toEqual(['type=m5.xlarge & zone=b']);
  });

  it('is the pool, although the whole type is a little worse', () => {
    const rows = fleet((type, zone) => (type !== 'm5.xlarge' ? 0.02 : zone === 'b' ? 0.3 : 0.022));
    expect(first(rows)).toEqual(['type=m5.xlarge & zone=b']);
  });

  it('is two zones when both are hit', () => {
    expect(first(fleet((_, zone) => (zone === 'c' ? 0.02 : 0.3)))?.sort()).toEqual(['zone=a', 'zone=b']);
  });

  it('is not what has always been bad', () => {
    const rows = fleet((_, zone) => (zone === 'b' ? 0.2 : 0.02)).map((row) =>
      row.values[0] === 'r5.xlarge' ? { ...row, events: 200 + row.events, pastEvents: 400 } : row,
    );
    expect(first(rows)).toEqual(['zone=b']);
  });

  it('is named by all that the affected have in common', () => {
    const spotOnly = fleet((_, zone) => (zone === 'b' ? 0.3 : 0.02)).filter(
      ({ values }) => values[1] !== 'b' || values[2] === 'spot',
    );
    expect(first(spotOnly)).toEqual(['market=spot & zone=b']);
  });

  it('compares with the fleet itself when there is no past', () => {
    const rows = fleet((_, zone) => (zone === 'b' ? 0.3 : 0.02)).map((row) => ({
      ...row,
      pastEvents: 0,
      pastTrials: 0,
    }));
    expect(first(rows)).toEqual(['zone=b']);
  });

  it('says how much of the rise a cause explains, and nothing when nothing rose', () => {
    const [cause] = scanRates(
      ATTRIBUTES,
      fleet((_, zone) => (zone === 'b' ? 0.3 : 0.02)),
    );
    expect(cause?.explainedShare).toBeCloseTo(1, 1);
    expect(cause?.events).toBe(900);
    expect(
      scanRates(
        ATTRIBUTES,
        fleet(() => 0),
      ),
    ).toEqual([]);
    expect(scanRates(ATTRIBUTES, [])).toEqual([]);
  });

  it('does not depend on the order of the rows', () => {
    const rows = fleet((type, zone) => (type === 'm5.xlarge' || zone === 'b' ? 0.2 : 0.03));
    fc.assert(
      fc.property(fc.shuffledSubarray(rows, { minLength: rows.length }), (shuffled) => {
        expect(first(shuffled)).toEqual(first(rows));
      }),
    );
  });

  it('refuses counts and attributes that cannot be used, in words', () => {
    const row = { values: ['a'], events: 1, trials: 2, pastEvents: 0, pastTrials: 0 };
    expect(() => scanRates(['zone'], [{ ...row, events: -1 }])).toThrow(/Row 1, events: found -1; allowed/);
    expect(() => scanRates(['zone'], [{ ...row, trials: NaN }])).toThrow(/Row 1, trials: found NaN/);
    expect(() => scanRates(['zone', 'type'], [row])).toThrow(/Row 1 has 1 attribute values; needed: 2/);
    expect(() => scanRates(['zone', 'zone'], [])).toThrow(/"zone" twice/);
    expect(() => scanRates([], [])).toThrow(/Found 0 attributes; allowed: 1 to 12/);
  });
});

describe('the past that a rise is held against', () => {
  const period = (atSeconds: number, events: number) => ({ atSeconds, events, trials: 100 });

  it('leaves out a forerunner of the incident', () => {
    const periods = [period(0, 1), period(60, 2), period(120, 40), period(180, 50), period(240, 60)];
    expect(calmPeriods(periods, 240)).toEqual([60, 120]);
    expect(calmPeriods(periods.slice(0, 3), 300)).toEqual([0, 60]);
  });

  it('is whatever there is, when there is little', () => {
    expect(calmPeriods([period(0, 1)], 60)).toEqual([0]);
    expect(calmPeriods([period(60, 1)], 60)).toEqual([]);
  });
});
