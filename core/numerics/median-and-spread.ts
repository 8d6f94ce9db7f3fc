import { MAD_TO_STANDARD_DEVIATION, sampleQuantile } from './quantiles.ts';

/** The median; 0 for no values. */
export function sampleMedian(values: ArrayLike<number>): number {
  return values.length === 0 ? 0 : sampleQuantile(sorted(values), 0.5);
}

/**
 * The standard deviation as the median absolute deviation tells it, which outliers do not move; 0 for no values.
 */
export function robustSpread(values: ArrayLike<number>): number {
  const median = sampleMedian(values);
  const distances = Float64Array.from(values, (value) => Math.abs(value - median));
  return MAD_TO_STANDARD_DEVIATION * sampleMedian(distances);
}

function sorted(values: ArrayLike<number>): number[] {
  return [...Float64Array.from(values).sort()];
}
