import type { Quantiles } from '../contracts/quantities.ts';
import { conformalQuantiles } from '../numerics/conformal-quantiles.ts';

/** With fewer configurations, residuals only inform a normal spread. */
const ENOUGH_CONFIGURATIONS = 8;
const MIN_SPREAD = 0.05;
const PRIOR_SPREAD_WEIGHT_RUNS = 2;

/**
 * The distribution of the next run's residual: with few configurations a normal one, wider for what is not known.
 *
 * @param logResiduals  of runs that fits had not seen
 * @param priorSpread  what jobs of the kind differ by, log
 */
export function residualQuantiles(
  logResiduals: readonly number[],
  configurations: number,
  priorSpread: number,
): Quantiles {
  const squares = logResiduals.reduce((sum, residual) => sum + residual ** 2, 0);
  const measuredSquare = logResiduals.length === 0 ? 0 : squares / logResiduals.length;
  const spread = Math.sqrt(
    (PRIOR_SPREAD_WEIGHT_RUNS * priorSpread ** 2 + configurations * measuredSquare) /
      (PRIOR_SPREAD_WEIGHT_RUNS + (logResiduals.length === 0 ? 0 : configurations)),
  );
  const tailSpread = Math.max(spread, MIN_SPREAD);
  if (configurations >= ENOUGH_CONFIGURATIONS) return conformalQuantiles(logResiduals, tailSpread);
  return conformalQuantiles([], tailSpread * Math.sqrt(1 + 1 / Math.max(configurations, 1)));
}
