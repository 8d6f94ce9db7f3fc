import type { LoadPoint } from '../contracts/load-forecast.ts';
import { sampleQuantile } from '../numerics/quantiles.ts';
import { epochMilliseconds, MILLISECONDS_PER_DAY } from '../units.ts';

/** Eight weeks of hours: older points say more about what the job was than about what it is. */
const MAX_POINTS = 1500;
/** Eight exbibytes: whatever is larger is no size. */
export const MAX_SIZE_BYTES = 2 ** 63;
/** What is less than a byte is nothing. */
const LEAST_SIZE_BYTES = 1;
/** Sizes are compared by their logarithm; this share of a usual size keeps an empty day finite. */
const SHIFT_SHARE = 1e-3;

/** One earlier run on the scale that forecasts work on. */
export interface HistoryPoint {
  readonly timeMs: number;
  readonly inputBytes: number;
  /** log(inputBytes + shiftBytes) */
  readonly logSize: number;
}

export interface History {
  /** ascending in time, one per instant */
  readonly points: readonly HistoryPoint[];
  readonly shiftBytes: number;
  /** entries that are no size at a time: negative, not a number, without a date */
  readonly leftOut: number;
}

/**
 * The past that a forecast may use: in order, each instant once (the last entry wins), nothing at or after the
 * moment forecast, nothing that is not a size (counted).
 *
 * @param beforeMs  the moment forecast, milliseconds since the epoch
 */
export function cleanHistory(history: readonly LoadPoint[], beforeMs: number): History {
  const byTime = new Map<number, number>();
  let leftOut = 0;
  for (const point of history) {
    const timeMs = epochMilliseconds(point.scheduledAt);
    if (timeMs >= beforeMs) continue;
    if (Number.isNaN(timeMs) || !(point.inputBytes >= 0 && point.inputBytes <= MAX_SIZE_BYTES)) {
      leftOut += 1;
      continue;
    }
    byTime.set(timeMs, point.inputBytes < LEAST_SIZE_BYTES ? 0 : point.inputBytes);
  }
  const known = [...byTime].sort(([a], [b]) => a - b).slice(-MAX_POINTS);
  const positive = known.map(([, bytes]) => bytes).filter((bytes) => bytes > 0);
  const usual =
    positive.length === 0
      ? 0
      : sampleQuantile(
          positive.sort((a, b) => a - b),
          0.5,
        );
  const shiftBytes = Math.max(1, SHIFT_SHARE * usual);
  return {
    shiftBytes,
    leftOut,
    points: known.map(([timeMs, inputBytes]) => ({
      timeMs,
      inputBytes,
      logSize: Math.log(inputBytes + shiftBytes),
    })),
  };
}

/** Median distance between successive points, milliseconds; a day when there are fewer than two. */
export function cadenceOf(points: readonly HistoryPoint[]): number {
  const gaps = points.slice(1).map((point, i) => point.timeMs - (points[i]?.timeMs ?? 0));
  if (gaps.length === 0) return MILLISECONDS_PER_DAY;
  return sampleQuantile(
    gaps.sort((a, b) => a - b),
    0.5,
  );
}
