import { QUANTILE_LEVELS, type Quantiles } from '../contracts/quantities.ts';
import { normalQuantile } from './normal-quantile.ts';

/**
 * A lognormal distribution at the project's levels.
 *
 * @param median  not negative
 * @param logSpread  standard deviation of the logarithm, not negative
 */
export function lognormalQuantiles(median: number, logSpread: number): Quantiles {
  return QUANTILE_LEVELS.map((level) => median * Math.exp(logSpread * normalQuantile(level)));
}
