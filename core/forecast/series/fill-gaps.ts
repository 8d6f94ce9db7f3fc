import type { RegularSeries } from './regular-series.ts';

/**
 * A series without holes: where nothing was seen stands the mean of the nearest seasons' same place, else a
 * straight line between the neighbours. What was filled in is marked, and neither learnt from nor tested on.
 *
 * @param values  NaN where nothing was seen; at least one value
 * @param periodsSteps  ascending
 */
export function fillGaps(values: Float64Array, periodsSteps: readonly number[]): RegularSeries {
  const observed = Uint8Array.from(values, (value) => (Number.isNaN(value) ? 0 : 1));
  const filled = values.map((value, i) =>
    Number.isNaN(value) ? (fromSeasons(values, i, periodsSteps) ?? value) : value,
  );
  interpolate(filled);
  return { values: filled, observed, periodsSteps };
}

function fromSeasons(values: Float64Array, i: number, periodsSteps: readonly number[]): number | null {
  for (const period of [...periodsSteps].reverse()) {
    const seen = [values[i - period], values[i + period]].filter(isSeen);
    if (seen.length > 0) return seen.reduce((sum, value) => sum + value, 0) / seen.length;
  }
  return null;
}

function isSeen(value: number | undefined): value is number {
  return value !== undefined && !Number.isNaN(value);
}

/** In place; before the first and after the last value seen, that value. */
function interpolate(values: Float64Array): void {
  let before = -1;
  for (let i = 0; i <= values.length; i += 1) {
    if (i < values.length && Number.isNaN(values[i])) continue;
    const start = values[before] ?? values[i] ?? 0;
    const end = values[i] ?? start;
    for (let gap = before + 1; gap < i; gap += 1) {
      values[gap] = start + ((gap - before) / (i - before)) * (end - start);
    }
    before = i;
  }
}
