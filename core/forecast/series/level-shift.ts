import { MAD_TO_STANDARD_DEVIATION, sampleQuantile } from '../../numerics/quantiles.ts';
import type { RegularSeries } from './regular-series.ts';

/** A step is odd when it is off by more than this many standard deviations of what steps usually are off by … */
const ODD_DEVIATIONS = 4;
/** … and by more than a factor of 1.3: small steps need no other treatment than the ensemble's own. */
const LEAST_ODD_LOG = Math.log(1.3);
/** A step is compared with the same phase of so many seasons before. */
const SEASONS_COMPARED = 3;
const LEAST_STEPS_BEFORE = 6;
/** With so many offsets known, the limit is twice as far. */
const FEW_OFFSETS = 6;
/** Values this far below the usual size count as nothing, so that a zero is a finite distance away. */
const NOTHING_SHARE = 1e-3;
const LONGEST_RUN_SEASONS = 2;
const LONGEST_RUN_WITHOUT_SEASON = 7;

/** The newest steps stand on another level than all before: perhaps for good. */
export interface LevelShift {
  /** how many of the newest steps */
  readonly steps: number;
  /** logarithm of the new level over the old one */
  readonly logFactor: number;
  /** how likely the level stays: below 1, as a single odd step is more often just that */
  readonly probability: number;
}

/**
 * Looks for a level shift at the end of a series: newest steps that are all odd in the same direction, compared with
 * the same phase of the seasons before them.
 *
 * @returns null when the newest step is not odd, or too little is known to tell
 * @see Chen and Liu, Forecasting Time Series with Outliers, 1993, for telling shifts from outliers
 */
export function levelShiftOf(series: RegularSeries): LevelShift | null {
  const count = series.values.length;
  const season = seasonOf(series);
  const usual = medianOfValues([...series.values].map(Math.abs));
  if (count < LEAST_STEPS_BEFORE + 1 || !(usual > 0)) return null;
  const sizes = series.values.map((value) => Math.log(Math.max(value, 0) + NOTHING_SHARE * usual));
  const offBy = (step: number, before: number) => offsetOf(series, sizes, season, step, before);
  const longest = Math.min(
    season === 1 ? LONGEST_RUN_WITHOUT_SEASON : LONGEST_RUN_SEASONS * season,
    count - LEAST_STEPS_BEFORE,
  );
  let found: { steps: number; offsets: number[] } | null = null;
  // Within a day levels come and go: what lasts for hours is left to the ensemble.
  const day = series.stepsPerDay ?? 1;
  for (let steps = day; steps <= longest; steps += 1) {
    const from = count - steps;
    const limit = oddLimit(series.observed, offBy, from);
    const offsets: number[] = [];
    for (let step = from; step < count; step += 1) {
      if (series.observed[step] === 0) continue;
      const offset = offBy(step, from);
      if (offset !== null) offsets.push(offset - limit.usual);
    }
    const direction = Math.sign(offsets[0] ?? 0);
    const odd = offsets.length > 0 && offsets.every((offset) => direction * offset > limit.odd);
    if (!odd) break;
    found = { steps, offsets };
  }
  if (found === null) return null;
  const { steps, offsets } = found;
  const probability = stayingChance(series.observed, offBy, count - steps, steps, day);
  return { steps, logFactor: medianOfValues(offsets), probability };
}

/** The series as if the newest level had been there all along. */
export function onNewLevel(series: RegularSeries, { steps, logFactor }: LevelShift): RegularSeries {
  const from = series.values.length - steps;
  const factor = Math.exp(logFactor);
  return { ...series, values: series.values.map((value, i) => (i < from ? value * factor : value)) };
}

/** The longest season seen often enough to compare with; 1 where there is none. */
function seasonOf({ values, periodsSteps }: RegularSeries): number {
  const seen = periodsSteps.filter((steps) => values.length >= (SEASONS_COMPARED - 1) * steps + 1);
  return seen.at(-1) ?? 1;
}

/** How far a step is from the same phase of the seasons before another one; null when none is known. */
function offsetOf(
  { observed }: RegularSeries,
  sizes: Float64Array,
  season: number,
  step: number,
  before: number,
): number | null {
  const earlier: number[] = [];
  for (let at = step - season; at >= 0 && earlier.length < SEASONS_COMPARED; at -= season) {
    if (at < before && observed[at] !== 0) earlier.push(sizes[at] ?? 0);
  }
  return earlier.length === 0 ? null : (sizes[step] ?? 0) - medianOfValues(earlier);
}

/** What steps before are usually off by, and how far more is odd. */
function oddLimit(
  observed: Uint8Array,
  offBy: (step: number, before: number) => number | null,
  until: number,
): { usual: number; odd: number } {
  const offsets: number[] = [];
  for (let step = 0; step < until; step += 1) {
    const offset = observed[step] === 0 ? null : offBy(step, step);
    if (offset !== null) offsets.push(offset);
  }
  const usual = medianOfValues(offsets);
  const spread = MAD_TO_STANDARD_DEVIATION * medianOfValues(offsets.map((each) => Math.abs(each - usual)));
  // of few offsets the spread itself is hardly known
  const known = offsets.length / (offsets.length + FEW_OFFSETS);
  return { usual, odd: Math.max((ODD_DEVIATIONS * spread) / known, LEAST_ODD_LOG) };
}

/**
 * How likely a level that has lasted for some steps stays: the share of earlier runs of odd steps that got as far and
 * then went on for as long again. Before any did, each day halves the doubt.
 */
function stayingChance(
  observed: Uint8Array,
  offBy: (step: number, before: number) => number | null,
  until: number,
  steps: number,
  day: number,
): number {
  const runs = oddRuns(observed, offBy, until);
  const reached = runs.filter((length) => length >= steps).length;
  const lasted = runs.filter((length) => length >= 2 * steps).length;
  return (lasted + 1 - 2 ** (-steps / day)) / (reached + 1);
}

/** Lengths of the runs of steps that were odd in one direction, each compared with what lay before the run. */
function oddRuns(
  observed: Uint8Array,
  offBy: (step: number, before: number) => number | null,
  until: number,
): number[] {
  const limit = oddLimit(observed, offBy, until);
  const runs: number[] = [];
  let [from, direction] = [0, 0];
  for (let step = 0; step < until; step += 1) {
    const before = direction === 0 ? step : from;
    const offset = (offBy(step, before) ?? limit.usual) - limit.usual;
    const side = Math.abs(offset) > limit.odd ? Math.sign(offset) : 0;
    if (side === direction) continue;
    if (direction !== 0) runs.push(step - from);
    [from, direction] = [step, side];
  }
  return runs;
}

/** 0 for nothing. */
function medianOfValues(values: readonly number[]): number {
  return values.length === 0
    ? 0
    : sampleQuantile(
        [...values].sort((a, b) => a - b),
        0.5,
      );
}
