import type { Quantiles } from '../../core/contracts/quantities.ts';
import { QUANTILE_LEVELS } from '../../core/contracts/quantities.ts';

/** Symmetric mean absolute percentage error, 0..200; a forecast of 0 where 0 came is right. */
export function smapePercent(actual: readonly number[], forecast: readonly number[]): number {
  return mean(
    actual.map((value, h) => {
      const sizes = Math.abs(value) + Math.abs(forecast[h] ?? 0);
      return sizes === 0 ? 0 : (200 * Math.abs(value - (forecast[h] ?? 0))) / sizes;
    }),
  );
}

/**
 * Mean absolute error over that of the seasonal naive forecast within what was known.
 *
 * @returns null where that one made no error, or less is known than a season and a step
 * @see Hyndman and Koehler, Another look at measures of forecast accuracy, 2006
 */
export function mase(
  known: readonly number[],
  actual: readonly number[],
  forecast: readonly number[],
  periodSteps: number,
): number | null {
  const naive = mean(known.slice(periodSteps).map((value, i) => Math.abs(value - (known[i] ?? 0))));
  return naive > 0 ? mean(actual.map((value, h) => Math.abs(value - (forecast[h] ?? 0)))) / naive : null;
}

/** Mean pinball loss over the project's levels, in the unit of the values. */
export function pinballLoss(actual: number, quantiles: Quantiles): number {
  return mean(
    QUANTILE_LEVELS.map((level, i) => {
      const above = actual - (quantiles[i] ?? 0);
      return above >= 0 ? level * above : (level - 1) * above;
    }),
  );
}

/** @returns NaN for nothing: what is not measured must not look like a perfect score */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The mean of what was measured; null when nothing was. */
export function meanOfKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : mean(known);
}
