/** How far below the usual a zero lies: this share of the median of what is positive. */
const ZERO_SHARE = 0.02;

/** A forecast below all values seen by more than this share of the least counts as that. */
const FLOOR_SHARE = 1e-3;
/** Shares of shares may leave what a number can hold. */
const SMALLEST = 1e-300;
const LARGEST = 1e300;

/** A scale on which changes are shares rather than amounts, and its way back. */
export interface Scale {
  readonly to: (value: number) => number;
  readonly from: (scaled: number) => number;
}

/** Values as they are; the way back does not fall below zero where no value does. */
export function rawScaleOf(values: Float64Array): Scale {
  const floor = leastOf(values) >= 0 ? 0 : -Infinity;
  return { to: (value) => value, from: (scaled) => Math.max(floor, scaled) };
}

/**
 * The logarithm, shifted a little where there are zeros.
 *
 * @param values  not empty
 * @returns null when a value is negative, or all are zero: then there are no shares
 */
export function logScaleOf(values: Float64Array): Scale | null {
  const least = leastOf(values);
  if (!(least >= 0)) return null;
  if (least > 0) {
    const floor = Math.max(SMALLEST, FLOOR_SHARE * least);
    return { to: (value) => Math.log(Math.max(value, floor)), from: bounded };
  }
  const positive = values.filter((value) => value > 0).sort();
  const usual = positive[positive.length >> 1];
  if (usual === undefined) return null;
  const shift = Math.max(SMALLEST, ZERO_SHARE * usual);
  return {
    to: (value) => Math.log(Math.max(value, 0) + shift),
    from: (scaled) => Math.max(0, bounded(scaled) - shift),
  };
}

function bounded(scaled: number): number {
  return Math.min(LARGEST, Math.exp(scaled));
}

function leastOf(values: Float64Array): number {
  let least = Infinity;
  for (let i = 0; i < values.length; i += 1) least = Math.min(least, values[i] ?? least);
  return least;
}
