import * as z from 'zod';
import { isoInstant } from '../units.ts';
import { MINUTES_PER_DAY, MS_PER_MINUTE, priceTracks, type PriceTrack } from './price-track.ts';
import type { SpotPrice } from './spot-price-history.ts';

const Minute = z.number().int();
const USD_PARTS = 1e6;

/** Spot prices as they are kept between surveys, in whole numbers: small as JSON. */
export const PriceBook = z.object({
  /** zones that were asked for, by name, sorted */
  zones: z.array(z.string()),
  /** by a zone's name: its id */
  zoneIds: z.record(z.string(), z.string()),
  /** by `type@zone id`: minute since the epoch and price in millionths of a USD, in turn, oldest first */
  changes: z.record(z.string(), z.array(z.number().int().nonnegative())),
  /** by type: between which minutes every change in these zones is known */
  read: z.record(z.string(), z.object({ fromMinute: Minute, untilMinute: Minute })),
});
export type PriceBook = z.infer<typeof PriceBook>;

/** A question to EC2: prices of these types from one minute until another. */
export interface Reading {
  readonly types: readonly string[];
  readonly fromMinute: number;
  readonly untilMinute: number;
}

/** @param zones  by name */
export function emptyPriceBook(zones: readonly string[]): PriceBook {
  return { zones: [...zones].sort(), zoneIds: {}, changes: {}, read: {} };
}

/** Whether a book knows of all these zones; one that does not is of another network, and of no use. */
export function coversZones(book: PriceBook, zones: readonly string[]): boolean {
  return zones.every((zone) => book.zones.includes(zone));
}

/**
 * Writes into a book what a reading answered.
 *
 * @param prices  with the ones that held when the reading begins
 * @param whole  whether that is all there was; else the times read stay as they were, and are asked for again
 */
export function withPrices(
  book: PriceBook,
  prices: readonly SpotPrice[],
  reading: Reading,
  whole: boolean,
): PriceBook {
  const zoneIds = { ...book.zoneIds };
  for (const { zone, zoneId } of prices) if (zoneId !== undefined) zoneIds[zone] = zoneId;
  const changes = { ...book.changes };
  for (const track of priceTracks(prices)) {
    const key = `${track.instanceType}@${zoneIds[track.zone] ?? track.zone}`;
    changes[key] = merged(changes[key] ?? [], track);
  }
  const read = { ...book.read };
  for (const type of whole ? reading.types : []) {
    const before = read[type];
    const { fromMinute, untilMinute } = reading;
    const joins =
      before !== undefined && fromMinute <= before.untilMinute && untilMinute >= before.fromMinute;
    read[type] = joins
      ? {
          fromMinute: Math.min(fromMinute, before.fromMinute),
          untilMinute: Math.max(untilMinute, before.untilMinute),
        }
      : { fromMinute, untilMinute };
  }
  return { ...book, zoneIds, changes, read };
}

function merged(kept: readonly number[], track: PriceTrack): number[] {
  const byMinute = new Map<number, number>();
  for (let i = 0; i < kept.length; i += 2) byMinute.set(kept[i] ?? 0, kept[i + 1] ?? 0);
  track.minutes.forEach((minute, i) => {
    byMinute.set(minute, Math.round((track.usdPerHour[i] ?? 0) * USD_PARTS));
  });
  return [...byMinute].sort(([one], [other]) => one - other).flat();
}

/** A book without changes that no longer matter: all before a minute, but the one that still held then. */
export function withoutPricesBefore(book: PriceBook, minute: number): PriceBook {
  const changes = Object.fromEntries(
    Object.entries(book.changes).map(([key, pairs]) => {
      let first = 0;
      while (first + 2 < pairs.length && (pairs[first + 2] ?? minute) <= minute) first += 2;
      return [key, first === 0 ? pairs : pairs.slice(first)];
    }),
  );
  return { ...book, changes };
}

/** The pasts of some types' pools in some zones, as a survey takes them. */
export function tracksOf(book: PriceBook, types: readonly string[], zones: readonly string[]): PriceTrack[] {
  return types.flatMap((instanceType) =>
    zones.flatMap((zone): PriceTrack[] => {
      const zoneId = book.zoneIds[zone];
      const pairs = book.changes[`${instanceType}@${zoneId ?? zone}`];
      if (pairs === undefined) return [];
      return [
        {
          instanceType,
          zone,
          zoneId,
          minutes: pairs.filter((_, i) => i % 2 === 0),
          usdPerHour: pairs.filter((_, i) => i % 2 === 1).map((parts) => parts / USD_PARTS),
        },
      ];
    }),
  );
}

/** How far into the past prices are wanted, and how new they must be. */
interface Wanted {
  readonly nowMinute: number;
  readonly historyDays: number;
  /** what was read within so many minutes is new enough */
  readonly freshMinutes: number;
}

/** A type that was never read is first read so far back: enough to plan on. */
const FIRST_DAYS = 2;
/** The rest of its past is read in pieces, so that an interrupted reading is not lost whole. */
const PIECE_DAYS = 8;
const TYPES_A_READING = 100;

/**
 * What has to be read so that a book is up to date: only what is newer than the book, or never was read.
 *
 * @returns readings without which there is nothing new to plan on, and those that only lengthen the past, the newest
 *   first
 */
export function missingReadings(
  book: PriceBook,
  types: readonly string[],
  { nowMinute, historyDays, freshMinutes }: Wanted,
): { needed: Reading[]; past: Reading[] } {
  const oldest = nowMinute - historyDays * MINUTES_PER_DAY;
  const firstFrom = nowMinute - Math.min(FIRST_DAYS, historyDays) * MINUTES_PER_DAY;
  const needed: { type: string; fromMinute: number; untilMinute: number }[] = [];
  const past: typeof needed = [];
  for (const type of types) {
    const known = book.read[type];
    // what lies before a gap longer than the past wanted is of no use
    const isKnown = known !== undefined && known.untilMinute >= oldest;
    const fromMinute = isKnown ? known.untilMinute : firstFrom;
    if (nowMinute - fromMinute > freshMinutes) needed.push({ type, fromMinute, untilMinute: nowMinute });
    let until = isKnown ? known.fromMinute : firstFrom;
    while (until > oldest) {
      const from = Math.max(until - PIECE_DAYS * MINUTES_PER_DAY, oldest);
      past.push({ type, fromMinute: from, untilMinute: until });
      until = from;
    }
  }
  const newestFirst = grouped(past).sort((one, other) => other.untilMinute - one.untilMinute);
  return { needed: grouped(needed), past: newestFirst };
}

function grouped(wanted: readonly { type: string; fromMinute: number; untilMinute: number }[]): Reading[] {
  const groups = new Map<string, { types: string[]; fromMinute: number; untilMinute: number }>();
  for (const { type, fromMinute, untilMinute } of wanted) {
    const key = `${fromMinute} ${untilMinute}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { types: [type], fromMinute, untilMinute });
    else group.types.push(type);
  }
  return [...groups.values()].flatMap(({ types, ...span }) =>
    Array.from({ length: Math.ceil(types.length / TYPES_A_READING) }, (_, i) => ({
      types: types.slice(i * TYPES_A_READING, (i + 1) * TYPES_A_READING),
      ...span,
    })),
  );
}

/**
 * How old and how long what a book knows of some types is.
 *
 * @returns the instant up to which all of them were read, null when one never was; the types never read; and the days
 *   of past that every type read has
 */
export function reach(
  book: PriceBook,
  types: readonly string[],
): { readAt: string | null; unread: string[]; days: number } {
  const spans = types.flatMap((type) => book.read[type] ?? []);
  const unread = types.filter((type) => book.read[type] === undefined);
  if (spans.length === 0) return { readAt: null, unread, days: 0 };
  const untilMinute = Math.min(...spans.map((span) => span.untilMinute));
  const days = Math.min(...spans.map((span) => (span.untilMinute - span.fromMinute) / MINUTES_PER_DAY));
  return { readAt: isoInstant(untilMinute * MS_PER_MINUTE), unread, days };
}
