import type { Job } from '../../core/contracts/job.ts';
import type { Market } from '../../core/contracts/market.ts';
import type { TeamPrices } from '../../core/contracts/team-prices.ts';
import { InvalidInputError } from '../../core/errors.ts';
import { assembleMarket } from '../../core/market/assemble-market.ts';
import { CATALOGUE } from '../../core/market/catalogue.ts';
import { priceTracks } from '../../core/market/price-track.ts';
import { readSpotPriceHistory } from '../../core/market/spot-price-history.ts';
import { readTextFile } from '../read-text-file.ts';

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
  const spotPrices = readSpotPriceHistory(json(options.market), region);
  const zones = [...new Set(spotPrices.map((price) => price.zone))].sort();
  return assembleMarket({
    region,
    zones,
    at: now,
    source: 'file',
    types: [...CATALOGUE],
    priceTracks: priceTracks(spotPrices),
    windowHours: options.windowHours,
    reclaims: [],
    wantSpot: true,
    teamPrices: options.teamPrices,
    baseline: job.baseline,
  });
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
