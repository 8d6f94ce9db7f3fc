import { logScaleOf, rawScaleOf } from './scales.ts';
import type { Forecaster } from './regular-series.ts';

const SMOOTHING = [0.1, 0.3, 0.5, 0.8];
const LEAST_STEPS = 3;
const SEASONS_AVERAGED = 4;
const SEASONS_FITTED = 8;
const LEAST_FITTED_STEPS = 12;
/** The theta method's short-term line has half the slope of the long-term trend. */
const SLOPE_SHARE = 0.5;

/**
 * Theta method on the seasonally adjusted series: exponential smoothing, with half of the linear trend as drift.
 *
 * @param periodSteps  the season taken out and put back; 1 for none
 * @see Assimakopoulos and Nikolopoulos, The theta model, 2000
 * @see Hyndman and Billah, Unmasking the Theta method, 2003 (smoothing with drift)
 */
export function theta(periodSteps: number): Forecaster {
  return (series, cuts, horizonSteps) => {
    const scale = logScaleOf(series.values) ?? rawScaleOf(series.values);
    const values = series.values.map(scale.to);
    return cuts.map((cut) => {
      if (cut < Math.max(LEAST_STEPS, 2 * periodSteps)) return null;
      const from = Math.max(0, cut - Math.max(SEASONS_FITTED * periodSteps, LEAST_FITTED_STEPS));
      const known = values.subarray(from, cut);
      const season = seasonOf(known, periodSteps);
      const adjusted = known.map((value, i) => value - (season[backFromEnd(i, known, periodSteps)] ?? 0));
      const level = smoothedLevel(adjusted);
      const drift = SLOPE_SHARE * slopeOf(adjusted);
      return Float64Array.from({ length: horizonSteps }, (_, h) =>
        scale.from(level + drift * (h + 1) + (season[h % periodSteps] ?? 0)),
      );
    });
  };
}

/** Place in the season, 0 = that of the first value after the end. */
function backFromEnd(i: number, known: Float64Array, periodSteps: number): number {
  return periodSteps - 1 - ((known.length - 1 - i) % periodSteps);
}

function seasonOf(known: Float64Array, periodSteps: number): Float64Array {
  const season = new Float64Array(periodSteps);
  if (periodSteps === 1) return season;
  const seasons = Math.min(SEASONS_AVERAGED, Math.floor(known.length / periodSteps));
  const from = known.length - seasons * periodSteps;
  let sum = 0;
  for (let i = from; i < known.length; i += 1) sum += known[i] ?? 0;
  const mean = sum / (seasons * periodSteps);
  for (let i = from; i < known.length; i += 1) {
    const place = (i - from) % periodSteps;
    season[place] = (season[place] ?? 0) + ((known[i] ?? 0) - mean) / seasons;
  }
  return season;
}

/** Level after exponential smoothing with the constant that would have forecast one step ahead best. */
function smoothedLevel(adjusted: Float64Array): number {
  let best = { squares: Infinity, level: adjusted[0] ?? 0 };
  for (const constant of SMOOTHING) {
    let level = adjusted[0] ?? 0;
    let squares = 0;
    for (const value of adjusted) {
      squares += (value - level) ** 2;
      level += constant * (value - level);
    }
    if (squares < best.squares) best = { squares, level };
  }
  return best.level;
}

function slopeOf(values: Float64Array): number {
  const middle = (values.length - 1) / 2;
  let products = 0;
  let squares = 0;
  values.forEach((value, i) => {
    products += (i - middle) * value;
    squares += (i - middle) ** 2;
  });
  return squares === 0 ? 0 : products / squares;
}
