import { logScaleOf, rawScaleOf } from './scales.ts';
import type { RegularSeries } from './regular-series.ts';

/** Seasons that must have gone by before one is spoken of. */
const LEAST_SEASONS = 3;
/** One noise in a hundred reaches this, for a week of days seen for two months; longer ones reach less. */
const LEAST_VARIANCE_RATIO = 3.2;

/** Squares this small are what rounding leaves. */
const NOTHING = 1e-18;

/**
 * Does a season show in the values themselves: do its phases differ by more than chance would have them?
 *
 * @param periodSteps  the season's length
 * @returns false as well where too few seasons are known to tell
 * @see Fisher, Statistical Methods for Research Workers, 1925 (analysis of variance, one way)
 */
export function showsSeason({ values, observed }: RegularSeries, periodSteps: number): boolean {
  if (values.length < LEAST_SEASONS * periodSteps) return false;
  const scale = logScaleOf(values) ?? rawScaleOf(values);
  const known = [...values].flatMap((value, i) => (observed[i] === 0 ? [] : [{ i, size: scale.to(value) }]));
  const rest = withoutTrend(known);
  const phases = new Map<number, number[]>();
  known.forEach(({ i }, k) => {
    const phase = i % periodSteps;
    phases.set(phase, [...(phases.get(phase) ?? []), rest[k] ?? 0]);
  });
  const groups = [...phases.values()];
  const between = groups.reduce((sum, group) => sum + group.length * meanOf(group) ** 2, 0);
  const within = groups.reduce((sum, group) => {
    const mean = meanOf(group);
    return sum + group.reduce((squares, value) => squares + (value - mean) ** 2, 0);
  }, 0);
  const [degreesBetween, degreesWithin] = [groups.length - 1, known.length - groups.length];
  if (degreesBetween <= 0 || degreesWithin <= 0 || between < NOTHING) return false;
  return between / degreesBetween > (LEAST_VARIANCE_RATIO * within) / degreesWithin;
}

/** Sizes less the straight line through them. */
function withoutTrend(known: readonly { readonly i: number; readonly size: number }[]): number[] {
  const middle = meanOf(known.map(({ i }) => i));
  const mean = meanOf(known.map(({ size }) => size));
  const spread = known.reduce((sum, { i }) => sum + (i - middle) ** 2, 0);
  const slope = spread === 0 ? 0 : known.reduce((sum, { i, size }) => sum + (i - middle) * size, 0) / spread;
  return known.map(({ i, size }) => size - mean - slope * (i - middle));
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
