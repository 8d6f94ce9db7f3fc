import { logScaleOf, rawScaleOf } from './scales.ts';
import type { Forecaster } from './regular-series.ts';

/**
 * Splits a series into trend and seasons and forecasts both: what a library does, handed in since it is
 * WebAssembly that somebody else has to load.
 *
 * @param values  oldest first
 * @param periodsSteps  ascending
 * @returns horizonSteps values
 * @throws when it finds the series too short, or cannot fit it
 * @see Bandara, Hyndman and Bergmeir, MSTL: A Seasonal-Trend Decomposition Algorithm, 2021
 */
export type MstlForecast = (
  values: Float64Array,
  periodsSteps: readonly number[],
  horizonSteps: number,
) => Float64Array;

/** A fit takes about 0.05 ms a step: longer series have better uses for the time. */
const MAX_STEPS = 400;
/** Fits at earlier origins; it is tested there alone. */
const TESTED_ORIGINS = 4;

/** MSTL as a member: on logarithms where there are any, tested at a few origins spread evenly. */
export function mstlMember(mstl: MstlForecast, periodsSteps: readonly number[]): Forecaster {
  return (series, cuts, horizonSteps) => {
    const scale = logScaleOf(series.values) ?? rawScaleOf(series.values);
    const least = 2 * Math.max(...periodsSteps) + 1;
    if ((cuts.at(-1) ?? 0) > MAX_STEPS) return cuts.map(() => null);
    const usable = cuts.filter((cut) => cut >= least);
    const stride = Math.max(1, Math.floor((usable.length - 1) / TESTED_ORIGINS));
    const chosen = new Set(
      usable.filter((_, i) => (usable.length - 1 - i) % stride === 0).slice(-TESTED_ORIGINS - 1),
    );
    return cuts.map((cut) => {
      if (!chosen.has(cut)) return null;
      try {
        return mstl(series.values.slice(0, cut).map(scale.to), periodsSteps, horizonSteps).map(scale.from);
      } catch {
        return null; // too flat or too short for it: the others go on without it
      }
    });
  };
}
