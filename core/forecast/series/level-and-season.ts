import { logScaleOf, rawScaleOf } from './scales.ts';
import type { Forecaster } from './regular-series.ts';

const LEVEL_HALF_LIFE_SEASONS = 1;
/** A place of the season counts as if it had been seen once more, as ordinary. */
const ORDINARY_REPEATS = 1;
const MAX_SEASONS = 12;

/**
 * A slow level and a steady season: the season is for each place the mean distance from the moving mean of one
 * season, shrunk where it was seen seldom; the level an exponentially weighted mean of what remains. Where days
 * differ by noise more than by change, that averages more of it away than repeating the last season does.
 *
 * @param periodSteps  at least 2
 */
export function levelAndSeason(periodSteps: number): Forecaster {
  return (series, cuts, horizonSteps) => {
    const scale = logScaleOf(series.values) ?? rawScaleOf(series.values);
    const values = series.values.map(scale.to);
    return cuts.map((cut) => {
      if (cut <= periodSteps) return null;
      const known = values.subarray(Math.max(0, cut - MAX_SEASONS * periodSteps), cut);
      const season = seasonOf(known, periodSteps);
      const level = levelOf(known, season);
      return Float64Array.from({ length: horizonSteps }, (_, h) =>
        scale.from(level + (season[(known.length + h) % periodSteps] ?? 0)),
      );
    });
  };
}

/** By place from the first value known. */
function seasonOf(known: Float64Array, periodSteps: number): Float64Array {
  const sums = new Float64Array(known.length + 1);
  for (let i = 0; i < known.length; i += 1) sums[i + 1] = (sums[i] ?? 0) + (known[i] ?? 0);
  const season = new Float64Array(periodSteps);
  const seen = new Float64Array(periodSteps);
  for (let i = 0; i < known.length; i += 1) {
    // a whole season around the value; at the ends the first and the last whole season
    const middle = i - Math.floor(periodSteps / 2);
    const from = Math.max(0, Math.min(known.length - periodSteps, middle));
    const mean = ((sums[from + periodSteps] ?? 0) - (sums[from] ?? 0)) / periodSteps;
    const place = i % periodSteps;
    season[place] = (season[place] ?? 0) + (known[i] ?? 0) - mean;
    seen[place] = (seen[place] ?? 0) + 1;
  }
  return season.map((sum, place) => sum / ((seen[place] ?? 0) + ORDINARY_REPEATS));
}

function levelOf(known: Float64Array, season: Float64Array): number {
  const decay = 0.5 ** (1 / (LEVEL_HALF_LIFE_SEASONS * season.length));
  let sum = 0;
  let weights = 0;
  for (let i = 0; i < known.length; i += 1) {
    sum = sum * decay + (known[i] ?? 0) - (season[i % season.length] ?? 0);
    weights = weights * decay + 1;
  }
  return sum / weights;
}
