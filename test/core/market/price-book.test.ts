import { describe, expect, test } from 'vitest';
import {
  coversZones,
  emptyPriceBook,
  missingReadings,
  PriceBook,
  reach,
  tracksOf,
  withoutPricesBefore,
  withPrices,
} from '../../../core/market/price-book.ts';
import { epochMinute } from '../../../core/market/price-track.ts';

const DAY = 1440;
const NOW = epochMinute('2026-03-05T00:00:00Z');
const ZONES = ['us-east-1a', 'us-east-1b'];
const price = (minutesAgo: number, usdPerHour: number, instanceType = 'm5.xlarge') => ({
  instanceType,
  zone: 'us-east-1a',
  zoneId: 'use1-az4',
  usdPerHour,
  at: new Date((NOW - minutesAgo) * 60_000).toISOString(),
});
const reading = (fromDaysAgo: number, untilDaysAgo: number, types = ['m5.xlarge']) => ({
  types,
  fromMinute: NOW - fromDaysAgo * DAY,
  untilMinute: NOW - untilDaysAgo * DAY,
});
const WANTED = { nowMinute: NOW, historyDays: 90, freshMinutes: 10 };

describe('a book of spot prices', () => {
  test('gives back what was written into it, by zone id, after a time as JSON', () => {
    const written = withPrices(
      emptyPriceBook(ZONES),
      [price(30, 0.0712), price(900, 0.07)],
      reading(2, 0),
      true,
    );
    expect(Object.keys(written.changes)).toEqual(['m5.xlarge@use1-az4']);
    const book = PriceBook.parse(JSON.parse(JSON.stringify(written)));
    expect(tracksOf(book, ['m5.xlarge', 'c5.xlarge'], ZONES)).toEqual([
      {
        instanceType: 'm5.xlarge',
        zone: 'us-east-1a',
        zoneId: 'use1-az4',
        minutes: [NOW - 900, NOW - 30],
        usdPerHour: [0.07, 0.0712],
      },
    ]);
  });

  test('asks first for days enough to plan on, then for the rest of the past, newest first, in pieces', () => {
    const { needed, past } = missingReadings(emptyPriceBook(ZONES), ['m5.xlarge'], WANTED);
    expect(needed).toEqual([reading(2, 0)]);
    expect(past[0]).toEqual(reading(10, 2));
    expect(past.at(-1)).toEqual({ ...reading(90, 82) });
    expect(past).toHaveLength(11);
  });

  test('then asks only for what is newer, and for nothing while it is fresh', () => {
    const book = withPrices(emptyPriceBook(ZONES), [], reading(90, 0.5), true);
    expect(missingReadings(book, ['m5.xlarge'], WANTED).needed).toEqual([reading(0.5, 0)]);
    const read = withPrices(book, [], reading(0.5, 0), true);
    expect(missingReadings(read, ['m5.xlarge'], WANTED)).toEqual({ needed: [], past: [] });
    expect(reach(read, ['m5.xlarge'])).toEqual({ readAt: '2026-03-05T00:00:00.000Z', unread: [], days: 90 });
  });

  test('asks again for what was cut short, but keeps the prices that came', () => {
    const book = withPrices(emptyPriceBook(ZONES), [price(30, 0.07)], reading(2, 0), false);
    expect(tracksOf(book, ['m5.xlarge'], ZONES)).toHaveLength(1);
    expect(missingReadings(book, ['m5.xlarge'], WANTED).needed).toEqual([reading(2, 0)]);
    expect(reach(book, ['m5.xlarge'])).toEqual({ readAt: null, unread: ['m5.xlarge'], days: 0 });
  });

  test('is as old as the type that was read the longest ago', () => {
    const types = ['m5.xlarge', 'c5.xlarge'];
    const first = withPrices(emptyPriceBook(ZONES), [], reading(9, 1, ['c5.xlarge']), true);
    const book = withPrices(first, [], reading(3, 0), true);
    expect(reach(book, types)).toEqual({ readAt: '2026-03-04T00:00:00.000Z', unread: [], days: 3 });
  });

  test('forgets what is too old, but not the price that still held then', () => {
    const prices = [price(100 * DAY, 0.05), price(95 * DAY, 0.06), price(DAY, 0.07)];
    const book = withPrices(emptyPriceBook(ZONES), prices, reading(100, 0), true);
    const [track] = tracksOf(withoutPricesBefore(book, NOW - 90 * DAY), ['m5.xlarge'], ZONES);
    expect(track?.usdPerHour).toEqual([0.06, 0.07]);
  });

  test('of other zones is no use', () => {
    expect(coversZones(emptyPriceBook(ZONES), ['us-east-1b'])).toBe(true);
    expect(coversZones(emptyPriceBook(ZONES), ['us-east-1c'])).toBe(false);
  });
});
