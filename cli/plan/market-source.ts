import * as z from 'zod';
import type { Job } from '../../core/contracts/job.ts';
import type { Market } from '../../core/contracts/market.ts';
import type { TeamPrices } from '../../core/contracts/team-prices.ts';
import { InvalidInputError, TerminalError } from '../../core/errors.ts';
import { assembleMarket } from '../../core/market/assemble-market.ts';
import { CATALOGUE } from '../../core/market/catalogue.ts';
import { priceTracks } from '../../core/market/price-track.ts';
import { readSpotPriceHistory, type SpotPrice } from '../../core/market/spot-price-history.ts';
import { ageText, minuteText } from '../../core/units-text.ts';
import { SECONDS_PER_DAY, secondsBetween } from '../../core/units.ts';
import { readTextFile } from '../read-text-file.ts';

/** Spot prices so long past say nothing of today's. */
const TOO_OLD_DAYS = 14;
/** The AWS CLI says so when it left rows away. */
const Cut = z.object({ NextToken: z.string().min(1) });

interface Options {
  readonly market?: string;
  readonly region: string;
  /** what the team pays; undefined: list prices */
  readonly teamPrices: TeamPrices | undefined;
  /** how long the run may last, hours */
  readonly windowHours: number;
}

/**
 * The market a plan is made on: a file's spot prices, or the catalogue's on-demand prices alone.
 *
 * @throws InvalidInputError  when the file is not a price history of this region
 */
export function marketFor(job: Pick<Job, 'capacity' | 'baseline'>, options: Options, now: string): Market {
  const { region } = options;
  if (options.market === undefined) {
    const zones =
      job.capacity.zones.length > 0 ? job.capacity.zones : ['a', 'b', 'c'].map((letter) => region + letter);
    const market = assembleMarket({
      region,
      zones,
      at: now,
      source: 'catalogue',
      types: [...CATALOGUE],
      priceTracks: [],
      reclaims: [],
      wantSpot: false,
      teamPrices: options.teamPrices,
      baseline: job.baseline,
    });
    const note =
      'No spot prices were given, so no spot is bought. Give --market to plan on what spot costs today.';
    return { ...market, notes: [...market.notes, note] };
  }
  const { spotPrices, notes } = spotPricesIn(options.market, region, now);
  const market = assembleMarket({
    region,
    zones: [...new Set(spotPrices.map((price) => price.zone))].sort(),
    at: now,
    source: 'file',
    types: [...CATALOGUE],
    priceTracks: notes.tooOld === undefined ? priceTracks(spotPrices) : [],
    windowHours: options.windowHours,
    reclaims: [],
    wantSpot: true,
    teamPrices: options.teamPrices,
    baseline: job.baseline,
  });
  return { ...market, notes: [...market.notes, ...Object.values(notes)] };
}

/** Prices of a file, and what its reader should know of them; `tooOld`: nothing is bought on them. */
function spotPricesIn(file: string, region: string, now: string) {
  const content = json(file);
  const spotPrices = pricesOf(content, file, region);
  const newest = spotPrices.findLast(({ at }) => at <= now)?.at;
  const count = spotPrices.length;
  const notes: { tooOld?: string; cut?: string } = {};
  if (newest === undefined) {
    notes.tooOld = `${count === 1 ? 'The one price' : `All ${count} prices`} of ${file} ${count === 1 ? 'is' : 'are'} later than now (${minuteText(now)} UTC).`;
  } else if (secondsBetween(newest, now) > TOO_OLD_DAYS * SECONDS_PER_DAY) {
    notes.tooOld = `The newest price of ${file} is ${ageText(secondsBetween(newest, now))} old: no spot is bought on prices older than ${TOO_OLD_DAYS} days. Fetch them anew.`;
  }
  if (Cut.safeParse(content).success) {
    notes.cut = `${file} holds a NextToken: its list was cut, and what came after is missing. Fetch it without --max-items.`;
  }
  return { spotPrices, notes };
}

function pricesOf(content: unknown, file: string, region: string): SpotPrice[] {
  try {
    return readSpotPriceHistory(content, region);
  } catch (error) {
    if (error instanceof TerminalError) throw new InvalidInputError(`${file}: ${error.message}`);
    throw error;
  }
}

function json(file: string): unknown {
  const what = 'the JSON that aws ec2 describe-spot-price-history prints';
  try {
    return JSON.parse(readTextFile(file, what));
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new InvalidInputError(`${file} is not JSON (${error.message}). Give ${what}.`);
    throw error;
  }
}
