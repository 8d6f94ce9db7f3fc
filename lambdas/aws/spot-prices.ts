import { DescribeSpotPriceHistoryCommand, type SpotPrice as Row } from '@aws-sdk/client-ec2';
import { RetryableError } from '../../core/errors.ts';
import {
  coversZones,
  emptyPriceBook,
  missingReadings,
  PriceBook,
  reach,
  tracksOf,
  withoutPricesBefore,
  withPrices,
  type Reading,
} from '../../core/market/price-book.ts';
import {
  epochMinute,
  MINUTES_PER_DAY,
  MS_PER_MINUTE,
  type PriceTrack,
} from '../../core/market/price-track.ts';
import { readSpotPriceHistory, type SpotPrice } from '../../core/market/spot-price-history.ts';
import { MILLISECONDS_PER_SECOND, secondsBetween, SECONDS_PER_HOUR } from '../../core/units.ts';
import { awsCall, failureName } from './failures.ts';
import { ec2Client } from './instances.ts';
import { keepAs, keptAs, type MarketCache } from './market-cache.ts';

/** Prices change a few times a day: those of some minutes ago are today's. */
const FRESH_MINUTES = 10;
/** A survey that reads the past stops after this time, and the next one goes on. */
const PAST_SECONDS_MOST = 30;
const READ_SECONDS_MOST = 50;
/** What is kept may lack the last hour: reading it again is one call, and writing it each time many bytes. */
const KEEP_EVERY_SECONDS = SECONDS_PER_HOUR;

interface SpotPrices {
  readonly tracks: PriceTrack[];
  /** ISO 8601: up to when prices of all types were read; null when some never were */
  readonly readAt: string | null;
  /** what is missing or old, for people */
  readonly notes: string[];
}

interface Question {
  readonly types: readonly string[];
  /** all zones in which a fleet of the deployment could stand, whatever this run's job allows */
  readonly zones: readonly string[];
  /** how far into the past prices are wanted; EC2 keeps 90 days */
  readonly historyDays: number;
}

/**
 * Spot prices of Linux machines and their past. What was read before is kept in the cache; only what is newer is asked
 * for, and a past that is not known yet is read piece by piece, over several surveys if need be.
 *
 * @throws RetryableError  when EC2 does not answer and nothing is known from before
 */
export async function spotPrices(cache: MarketCache, question: Question): Promise<SpotPrices> {
  const { types, zones, historyDays } = question;
  const name = `spot-prices-${cache.clients.region}`;
  const kept = await keptAs(cache, name, PriceBook);
  const before = kept !== undefined && coversZones(kept.value, zones) ? kept.value : emptyPriceBook(zones);
  const startedAt = cache.now();
  const nowMinute = epochMinute(startedAt.toISOString());
  const { needed, past } = missingReadings(before, types, {
    nowMinute,
    historyDays,
    freshMinutes: FRESH_MINUTES,
  });
  const reader = new HistoryReader(cache, before);
  await reader.read(needed, READ_SECONDS_MOST);
  if (
    needed.length > 0 &&
    reader.failure instanceof RetryableError &&
    Object.keys(reader.book.changes).length === 0
  ) {
    throw reader.failure;
  }
  await reader.read(past, PAST_SECONDS_MOST);
  const isNews = types.some((type) => isLonger(reader.book, before, type));
  const isDue =
    kept === undefined || secondsBetween(kept.fetchedAt, startedAt.toISOString()) >= KEEP_EVERY_SECONDS;
  if (reader.book !== before && (isNews || isDue)) {
    await keepAs(cache, name, withoutPricesBefore(reader.book, nowMinute - historyDays * MINUTES_PER_DAY));
  }
  const { readAt, unread, days } = reach(reader.book, types);
  return {
    tracks: tracksOf(reader.book, types, zones),
    readAt,
    notes: notesOn(reader, { unread, days, historyDays }),
  };
}

/** Whether a type is new in a book, or its past reaches further back than before. */
function isLonger(book: PriceBook, before: PriceBook, type: string): boolean {
  const [now, then] = [book.read[type], before.read[type]];
  return now !== undefined && (then === undefined || now.fromMinute < then.fromMinute);
}

/** Fills a book, reading after reading, until time is up or EC2 fails. */
class HistoryReader {
  book: PriceBook;
  failure: unknown = undefined;
  private readonly cache: MarketCache;

  constructor(cache: MarketCache, book: PriceBook) {
    this.cache = cache;
    this.book = book;
  }

  /** @param secondsMost  no page is asked for after this time */
  async read(readings: readonly Reading[], secondsMost: number): Promise<void> {
    const until = this.cache.now().getTime() + secondsMost * MILLISECONDS_PER_SECOND;
    for (const reading of readings) {
      if (this.failure !== undefined || this.cache.now().getTime() >= until) return;
      const { prices, whole } = await this.pricesOf(reading, until);
      this.book = withPrices(this.book, prices, reading, whole);
    }
  }

  /** What came before a failure, or before time was up, is true all the same. */
  private async pricesOf(reading: Reading, until: number): Promise<{ prices: SpotPrice[]; whole: boolean }> {
    const rows: Row[] = [];
    let token: string | undefined;
    let whole = false;
    try {
      do {
        const page = await this.page(reading, token);
        rows.push(...page.rows);
        token = page.token;
        whole = token === undefined;
      } while (!whole && this.cache.now().getTime() < until);
    } catch (error) {
      this.failure = error;
    }
    const { region } = this.cache.clients;
    return {
      prices: rows.length === 0 ? [] : readSpotPriceHistory({ SpotPriceHistory: rows }, region),
      whole,
    };
  }

  private async page({ types, fromMinute, untilMinute }: Reading, token: string | undefined) {
    const answer = await awsCall('ec2:DescribeSpotPriceHistory', () =>
      ec2Client(this.cache.clients).send(
        new DescribeSpotPriceHistoryCommand({
          // The SDK's types are a union of the names it knew when it was built; EC2 takes any.
          Filters: [
            { Name: 'instance-type', Values: [...types] },
            { Name: 'availability-zone', Values: [...this.book.zones] },
          ],
          ProductDescriptions: ['Linux/UNIX'],
          StartTime: new Date(fromMinute * MS_PER_MINUTE),
          EndTime: new Date(untilMinute * MS_PER_MINUTE),
          ...(token === undefined ? {} : { NextToken: token }),
        }),
      ),
    );
    return {
      rows: answer.SpotPriceHistory ?? [],
      token: answer.NextToken === '' ? undefined : answer.NextToken,
    };
  }
}

function notesOn(
  { failure }: HistoryReader,
  { unread, days, historyDays }: { unread: readonly string[]; days: number; historyDays: number },
): string[] {
  const notes: string[] = [];
  if (failure !== undefined) {
    notes.push(
      `EC2's spot price history could not be read to its end (${failureName(failure)}); what is known from before is used.`,
    );
  }
  if (unread.length > 0) {
    notes.push(`The spot price history of ${unread.length} types could not be read whole.`);
  } else if (days < historyDays - 1) {
    notes.push(
      `${Math.floor(days)} of ${historyDays} days of spot price history are read so far; later surveys go on.`,
    );
  }
  return notes;
}
