import { QUANTILE_LEVELS, type Quantiles } from '../contracts/quantities.ts';

/**
 * Value of a distribution at any probability level: linear between its quantiles, flat beyond them.
 *
 * @param level  0..1
 */
export function valueAt(quantiles: Quantiles, level: number): number {
  const first = quantiles[0] ?? 0;
  if (level <= QUANTILE_LEVELS[0]) return first;
  for (let i = 1; i < QUANTILE_LEVELS.length; i += 1) {
    const upperLevel = QUANTILE_LEVELS[i] ?? 1;
    if (level > upperLevel) continue;
    const lowerLevel = QUANTILE_LEVELS[i - 1] ?? 0;
    const lower = quantiles[i - 1] ?? first;
    const upper = quantiles[i] ?? lower;
    return lower + ((level - lowerLevel) / (upperLevel - lowerLevel)) * (upper - lower);
  }
  return quantiles.at(-1) ?? first;
}

export function medianOf(quantiles: Quantiles): number {
  return valueAt(quantiles, 0.5);
}

/**
 * Quantile of a sample by linear interpolation of its order statistics (type 7, as R and NumPy default to).
 *
 * @param sorted  ascending, not empty
 * @throws RangeError  when the sample is empty
 * @see Hyndman and Fan, Sample Quantiles in Statistical Packages, 1996
 */
export function sampleQuantile(sorted: readonly number[], level: number): number {
  const last = sorted.length - 1;
  const position = Math.min(Math.max(level, 0), 1) * last;
  const below = sorted[Math.floor(position)];
  const above = sorted[Math.ceil(position)];
  if (below === undefined || above === undefined) throw new RangeError('a quantile needs at least one value');
  return below + (position - Math.floor(position)) * (above - below);
}

/** A normal sample's median absolute deviation times this is its standard deviation. */
export const MAD_TO_STANDARD_DEVIATION = 1.4826;

/** A sample's distribution at the project's levels. @throws RangeError when the sample is empty */
export function quantilesOf(sample: readonly number[]): Quantiles {
  const sorted = [...sample].sort((a, b) => a - b);
  return QUANTILE_LEVELS.map((level) => sampleQuantile(sorted, level));
}

/** The distribution of something that is known exactly. */
export function certain(value: number): Quantiles {
  return QUANTILE_LEVELS.map(() => value);
}

const MIXTURE_STEPS = 200;

/**
 * Distribution of something that follows one distribution or another.
 *
 * @param share  0..1, how likely the other
 */
export function mixtureOf(one: Quantiles, other: Quantiles, share: number): Quantiles {
  const weighted = Array.from({ length: MIXTURE_STEPS }, (_, i) => (i + 0.5) / MIXTURE_STEPS)
    .flatMap((level) => [
      { value: valueAt(one, level), weight: 1 - share },
      { value: valueAt(other, level), weight: share },
    ])
    .sort((a, b) => a.value - b.value);
  let reached = 0;
  const levels = weighted.map(({ value, weight }) => ({ value, level: (reached += weight / MIXTURE_STEPS) }));
  return QUANTILE_LEVELS.map(
    (level) => (levels.find((each) => each.level >= level - 1e-9) ?? levels.at(-1))?.value ?? 0,
  );
}
