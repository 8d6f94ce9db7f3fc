import { seededRng, type Rng } from '../numerics/rng.ts';
import { fitMoves, type PriceMoves } from './price-moves.ts';
import { MINUTES_PER_DAY, type PriceTrack } from './price-track.ts';

/** Where a pool's price stands, where it usually stands, and how it moves. */
export interface PriceLevel {
  /** what it costs now */
  readonly usdPerHour: number;
  /** the level around which it has moved of late */
  readonly usualUsdPerHour: number;
  readonly changesPerDay: number;
  /** typical size of a change, as a standard deviation of the price's logarithm */
  readonly moveScale: number;
}

const HOURS_PER_DAY = 24;
const HIGH_LEVEL = 0.95;
/** Significant digits that a market carries of a level: more would be larger and no truer. */
const DIGITS = 5;

/**
 * Reads off a price history how prices stand and move: a level per pool, with changes that come at random (a Poisson
 * process of the pool's own rate) and pull the price towards its level or jump away from it. How changes are
 * distributed is learned from all pools together, as jumps are too rare to be learned from one.
 *
 * @param tracks  histories of pools of one region, not empty ones
 * @param nowMinute  minutes since the epoch; later changes are not looked at
 * @returns the level of each track, in their order, and the moves that they share
 * @see Merton, Option Pricing When Underlying Stock Returns Are Discontinuous, 1976 (a level with Poisson jumps);
 *   Javadi, Thulasiram and Buyya, Characterizing Spot Price Dynamics in Public Cloud Environments, 2013
 */
export function fitPriceLevels(
  tracks: readonly PriceTrack[],
  nowMinute: number,
): { levels: PriceLevel[]; moves: PriceMoves } {
  const { pools, moves, changesPerDay } = fitMoves(tracks, nowMinute);
  const levels = pools.map(({ usdPerHour, usualLog, changes, days, scale }) => ({
    usdPerHour,
    usualUsdPerHour: rounded(Math.exp(usualLog)),
    // a pool of which little was seen moves as often as the others: worth one day of watching
    changesPerDay: rounded((changes + changesPerDay) / (days + 1)),
    moveScale: rounded(scale),
  }));
  return { levels, moves: { reversion: rounded(moves.reversion), sizes: moves.sizes.map(rounded) } };
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

/** What an hour in a pool will cost, on average over a window of time. */
interface WindowPrice {
  /** mean over what may happen */
  readonly expectedUsdPerHour: number;
  /** dearer than this in one window of twenty */
  readonly highUsdPerHour: number;
}

/**
 * The price over the time that a run will take, from now on.
 *
 * @param hours  length of the window, above 0
 * @param mostUsdPerHour  what EMR bids: dearer instances are reclaimed, not paid for
 * @returns means over the window: what the run pays an hour, not a momentary peak
 */
export function priceOverWindow(
  level: PriceLevel,
  moves: PriceMoves,
  hours: number,
  mostUsdPerHour: number,
): WindowPrice {
  const most = Math.max(mostUsdPerHour, level.usdPerHour);
  const means = new Float64Array(PATHS);
  for (let path = 0; path < PATHS; path += 1) {
    means[path] = pathMean(level, moves, hours, most, (draw) => UNIFORMS[path * DRAWS + draw] ?? 0.5);
  }
  means.sort();
  let sum = 0;
  for (const mean of means) sum += mean;
  return {
    expectedUsdPerHour: sum / PATHS,
    highUsdPerHour: means[Math.ceil(HIGH_LEVEL * PATHS) - 1] ?? level.usdPerHour,
  };
}

/**
 * One price that a pool may have over a window: for scenarios.
 *
 * @returns USD per hour, the mean over the window
 */
export function drawWindowPrice(
  level: PriceLevel,
  moves: PriceMoves,
  hours: number,
  mostUsdPerHour: number,
  rng: Rng,
): number {
  return pathMean(level, moves, hours, Math.max(mostUsdPerHour, level.usdPerHour), rng);
}

/** Plays one course of a price through and takes its mean. `uniform` gives waits and sizes in turn. */
function pathMean(
  level: PriceLevel,
  moves: PriceMoves,
  hours: number,
  most: number,
  uniform: (draw: number) => number,
): number {
  const perHour = level.changesPerDay / HOURS_PER_DAY;
  if (!(perHour > 0) || moves.sizes.length === 0) return level.usdPerHour;
  let usd = level.usdPerHour;
  let deviation = Math.log(level.usdPerHour / level.usualUsdPerHour);
  let at = 0;
  let sum = 0;
  for (let draw = 0; draw < DRAWS; draw += 2) {
    const next = at - Math.log(1 - uniform(draw)) / perHour;
    if (next >= hours) break;
    sum += usd * (next - at);
    at = next;
    const size = moves.sizes[Math.floor(uniform(draw + 1) * moves.sizes.length)] ?? 0;
    deviation += -moves.reversion * deviation + level.moveScale * size;
    usd = Math.min(level.usualUsdPerHour * Math.exp(deviation), most);
  }
  return (sum + usd * (hours - at)) / hours;
}

/** Courses that every window is judged on; the same for all pools, so that pools compare without noise. */
const PATHS = 240;
/** Two for each change; a window with more changes than half of these is at its level anyway. */
const DRAWS = 80;

/** Fixed numbers that fill the unit square evenly for the first change, and at random for the later ones. */
const UNIFORMS = (() => {
  const rng = seededRng('courses of a price');
  const uniforms = Float64Array.from({ length: PATHS * DRAWS }, () => rng());
  const golden = (Math.sqrt(5) - 1) / 2;
  for (let path = 0; path < PATHS; path += 1) {
    uniforms[path * DRAWS] = (path + 0.5) / PATHS;
    uniforms[path * DRAWS + 1] = (0.5 + path * golden) % 1;
  }
  return uniforms;
})();

/** How long a history reaches back at most, over all tracks, days. */
export function daysSeen(tracks: readonly PriceTrack[], nowMinute: number): number {
  const first = tracks.reduce((least, { minutes }) => Math.min(least, minutes[0] ?? least), nowMinute);
  return (nowMinute - first) / MINUTES_PER_DAY;
}
