import { MAD_TO_STANDARD_DEVIATION, sampleQuantile } from '../numerics/quantiles.ts';
import { MINUTES_PER_DAY, type PriceTrack } from './price-track.ts';

/** How the prices of a region's pools change, in units of each pool's own scale. */
export interface PriceMoves {
  /** share of the distance from its level that a price loses with a change, 0..1 */
  readonly reversion: number;
  /** sizes of a change beyond that, in standard deviations of its pool: equally likely values, ascending */
  readonly sizes: readonly number[];
}

/** Half of what a level remembers is of the last day: a jump that lasts is the new level soon. */
const LEVEL_HALF_LIFE_DAYS = 1;
/** Equally likely sizes that stand for the distribution; the outermost are means of its tails, jumps included. */
const SIZES = 64;
/** Changes after which a pool's own scale counts as much as the region's. */
const SCALE_WEIGHT = 10;
/** What lies further out is a jump: it shows in the sizes, and does not widen the scale or slow the reversion. */
const CLIP_SCALES = 3;

/** One pool's history, read. */
interface PoolMoves {
  /** the price in force */
  readonly usdPerHour: number;
  readonly usualLog: number;
  readonly changes: number;
  /** watched for so long */
  readonly days: number;
  readonly scale: number;
}

interface Steps {
  readonly usdPerHour: number;
  readonly usualLog: number;
  readonly days: number;
  /** logarithmic change of each step, and how far the price stood from its level before it */
  readonly moved: readonly number[];
  readonly deviations: readonly number[];
}

/**
 * Learns how prices move.
 *
 * @param tracks  histories, each with at least one price
 * @param nowMinute  minutes since the epoch; what is later is not looked at
 * @returns each pool's own figures, what all pools share, and how often one changes on average
 */
export function fitMoves(
  tracks: readonly PriceTrack[],
  nowMinute: number,
): { pools: PoolMoves[]; moves: PriceMoves; changesPerDay: number } {
  const steps = tracks.map((track) => stepsOf(track, nowMinute));
  const reversion = reversionOf(steps);
  const left = steps.map(({ moved, deviations }) =>
    moved.map((size, i) => size + reversion * (deviations[i] ?? 0)),
  );
  const scales = scalesOf(left);
  const sizes = sizesOf(left, scales);
  const days = steps.reduce((sum, step) => sum + step.days, 0);
  const changes = steps.reduce((sum, { moved }) => sum + moved.length, 0);
  return {
    pools: steps.map(({ usdPerHour, usualLog, days: watched, moved }, i) => ({
      usdPerHour,
      usualLog,
      days: watched,
      changes: moved.length,
      scale: scales[i] ?? 0,
    })),
    moves: { reversion, sizes },
    changesPerDay: days > 0 ? changes / days : 0,
  };
}

/** Walks through a history once: what moved, and how far from its level, a mean that forgets. */
function stepsOf({ minutes, usdPerHour }: PriceTrack, nowMinute: number): Steps {
  const moved: number[] = [];
  const deviations: number[] = [];
  const first = minutes[0] ?? nowMinute;
  let at = first;
  let usd = usdPerHour[0] ?? 1;
  let log = Math.log(usd);
  let usualLog = log;
  const remember = (untilMinute: number) => {
    const days = (untilMinute - at) / MINUTES_PER_DAY;
    usualLog += (1 - 0.5 ** (days / LEVEL_HALF_LIFE_DAYS)) * (log - usualLog);
    at = untilMinute;
  };
  for (let i = 1; i < minutes.length; i += 1) {
    const minute = minutes[i] ?? nowMinute;
    if (minute > nowMinute) break;
    const price = usdPerHour[i] ?? usd;
    // EC2 repeats a price now and then; that is no change
    if (price === usd) continue;
    const next = Math.log(price);
    remember(minute);
    moved.push(next - log);
    deviations.push(log - usualLog);
    log = next;
    usd = price;
  }
  remember(Math.max(nowMinute, at));
  return {
    usdPerHour: usd,
    usualLog,
    days: Math.max(nowMinute - first, 0) / MINUTES_PER_DAY,
    moved,
    deviations,
  };
}

/** Least squares of changes on distances from the level, over all pools, jumps clipped. */
function reversionOf(steps: readonly Steps[]): number {
  let product = 0;
  let square = 0;
  for (const { moved, deviations } of steps) {
    const limit = CLIP_SCALES * robustScale(moved);
    for (let i = 0; i < moved.length; i += 1) {
      const deviation = clip(deviations[i] ?? 0, limit);
      product -= clip(moved[i] ?? 0, limit) * deviation;
      square += deviation ** 2;
    }
  }
  return square > 0 ? Math.min(Math.max(product / square, 0), 1) : 0;
}

/** Standard deviations by pool, jumps clipped, drawn towards that of all pools where a pool shows few changes. */
function scalesOf(left: readonly (readonly number[])[]): number[] {
  const sums = left.map((sizes) => {
    const limit = CLIP_SCALES * robustScale(sizes);
    return sizes.reduce((sum, size) => sum + clip(size, limit) ** 2, 0);
  });
  const count = left.reduce((sum, sizes) => sum + sizes.length, 0);
  const common = count > 0 ? sums.reduce((sum, part) => sum + part, 0) / count : 0;
  return left.map((sizes, i) =>
    Math.sqrt(((sums[i] ?? 0) + SCALE_WEIGHT * common) / (sizes.length + SCALE_WEIGHT)),
  );
}

/** The distribution of all pools' standardised changes, as equally likely values: the mean is kept. */
function sizesOf(left: readonly (readonly number[])[], scales: readonly number[]): number[] {
  const count = left.reduce((sum, sizes) => sum + sizes.length, 0);
  const all = new Float64Array(count);
  let filled = 0;
  left.forEach((sizes, pool) => {
    const scale = scales[pool] ?? 0;
    for (const size of sizes) {
      all[filled] = scale > 0 ? size / scale : 0;
      filled += 1;
    }
  });
  return equallyLikely(count < SIZES ? mirrored(all) : all);
}

/** Too few changes to tell a fall from a rise: each may come the other way round as well. */
function mirrored(sizes: Float64Array): Float64Array {
  return Float64Array.from([...sizes, ...sizes.map((size) => -size)]);
}

function equallyLikely(all: Float64Array): number[] {
  const count = all.length;
  all.sort();
  const bins = Math.min(SIZES, count);
  return Array.from({ length: bins }, (_, bin) => {
    const from = Math.floor((bin * count) / bins);
    const until = Math.floor(((bin + 1) * count) / bins);
    let sum = 0;
    for (let i = from; i < until; i += 1) sum += all[i] ?? 0;
    return sum / (until - from);
  });
}

/** A standard deviation that a few jumps do not move. */
function robustScale(sizes: readonly number[]): number {
  if (sizes.length === 0) return 0;
  const sorted = sizes.map(Math.abs).sort((a, b) => a - b);
  return MAD_TO_STANDARD_DEVIATION * sampleQuantile(sorted, 0.5);
}

function clip(value: number, limit: number): number {
  return Math.min(Math.max(value, -limit), limit);
}
