import { MAD_TO_STANDARD_DEVIATION, sampleQuantile } from '../numerics/quantiles.ts';
import type { HistoryPoint } from './clean-history.ts';

/** What a profile assumes: how often it repeats (null: never) and how fast its level forgets. */
export interface ProfileShape {
  readonly periodMs: number | null;
  readonly levelHalfLifePoints: number;
}

export interface SeasonalProfile {
  /** log size expected at the target */
  readonly logSize: number;
  /** usual log size now, without the season */
  readonly level: number;
  /** what the season adds to the log size at a moment */
  seasonAt(timeMs: number): number;
}

/** Deviations beyond this many robust standard deviations count as that many. */
const CLIP_DEVIATIONS = 3;

/**
 * Fits level and season to a history: the season is, for each place in the period, the median distance from the
 * moving mean of a whole period, shrunk where few points tell it; the level is an exponentially weighted mean of
 * what remains, blunt against outliers. Places are counted from the target, so that an hour of daylight saving
 * moves no point into another place.
 *
 * @param points  ascending in time, at least one
 * @param targetMs  the moment forecast
 * @param cadenceMs  usual distance between points
 */
export function fitSeasonalProfile(
  points: readonly HistoryPoint[],
  targetMs: number,
  cadenceMs: number,
  shape: ProfileShape,
): SeasonalProfile {
  const { periodMs } = shape;
  const season = periodMs === null ? [] : seasonOf(points, targetMs, cadenceMs, periodMs);
  const seasonAt = (timeMs: number): number =>
    periodMs === null ? 0 : (season[placeOf(timeMs, targetMs, cadenceMs, periodMs)] ?? 0);
  const level = robustLevel(
    points.map((point) => point.logSize - seasonAt(point.timeMs)),
    shape.levelHalfLifePoints,
  );
  return { logSize: level + seasonAt(targetMs), level, seasonAt };
}

function placesIn(periodMs: number, cadenceMs: number): number {
  return Math.max(1, Math.round(periodMs / cadenceMs));
}

/** Place of a moment in the period, 0 = the target's. */
function placeOf(timeMs: number, targetMs: number, cadenceMs: number, periodMs: number): number {
  const places = placesIn(periodMs, cadenceMs);
  const phase = (((timeMs - targetMs) % periodMs) + periodMs) % periodMs;
  return Math.round((phase / periodMs) * places) % places;
}

function seasonOf(
  points: readonly HistoryPoint[],
  targetMs: number,
  cadenceMs: number,
  periodMs: number,
): number[] {
  const means = movingMeans(points, periodMs);
  const distances = Array.from({ length: placesIn(periodMs, cadenceMs) }, (): number[] => []);
  points.forEach((point, i) => {
    distances[placeOf(point.timeMs, targetMs, cadenceMs, periodMs)]?.push(point.logSize - (means[i] ?? 0));
  });
  const raw = distances.map((place) => {
    if (place.length === 0) return 0;
    const sorted = place.sort((a, b) => a - b);
    return (sampleQuantile(sorted, 0.5) * sorted.length) / (sorted.length + 1);
  });
  return raw;
}

/** Mean log size of the points within half a period on either side of each point. */
function movingMeans(points: readonly HistoryPoint[], periodMs: number): number[] {
  let first = 0;
  let end = 0;
  let sum = 0;
  return points.map((point) => {
    for (let next = points[end]; next && next.timeMs < point.timeMs + periodMs / 2; next = points[end]) {
      sum += next.logSize;
      end += 1;
    }
    for (let old = points[first]; old && old.timeMs < point.timeMs - periodMs / 2; old = points[first]) {
      sum -= old.logSize;
      first += 1;
    }
    return sum / (end - first);
  });
}

/** Exponentially weighted mean of the values, newest last, with far-away values pulled in. */
function robustLevel(values: readonly number[], halfLifePoints: number): number {
  const recent = values.slice(-Math.ceil(8 * halfLifePoints));
  const sorted = [...recent].sort((a, b) => a - b);
  const median = sampleQuantile(sorted, 0.5);
  const deviations = recent.map((value) => Math.abs(value - median)).sort((a, b) => a - b);
  const clip = CLIP_DEVIATIONS * MAD_TO_STANDARD_DEVIATION * sampleQuantile(deviations, 0.5);
  let weightSum = 0;
  let sum = 0;
  recent.forEach((value, i) => {
    const weight = 0.5 ** ((recent.length - 1 - i) / halfLifePoints);
    weightSum += weight;
    sum += weight * Math.min(Math.max(value, median - clip), median + clip);
  });
  return sum / weightSum;
}
