import { QUANTILE_LEVELS, type Quantiles } from '../contracts/quantities.ts';
import { normalQuantile } from './normal-quantile.ts';

/**
 * Distribution of the next residual, given residuals of the same method on data it had not seen.
 *
 * Split conformal: with n exchangeable residuals the next one falls below the k-th smallest with probability
 * k / (n + 1), so level p is read at rank p (n + 1). Ranks that n residuals cannot support (the first and last
 * n-th) continue with a normal tail of the given spread instead of being infinite.
 *
 * @param residuals  in any order; may be empty
 * @param tailSpread  standard deviation assumed beyond the residuals seen, not negative
 * @returns ascending quantiles
 * @see Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World, 2005
 */
export function conformalQuantiles(residuals: readonly number[], tailSpread: number): Quantiles {
  const sorted = [...residuals].sort((a, b) => a - b);
  const count = sorted.length;
  const smallest = sorted[0];
  const largest = sorted[count - 1];
  if (smallest === undefined || largest === undefined) {
    return QUANTILE_LEVELS.map((level) => tailSpread * normalQuantile(level));
  }
  const edge = normalQuantile(1 / (count + 1));
  return QUANTILE_LEVELS.map((level) => {
    const rank = level * (count + 1);
    if (rank <= 1) return smallest + tailSpread * Math.min(normalQuantile(level) - edge, 0);
    if (rank >= count) return largest + tailSpread * Math.max(normalQuantile(level) + edge, 0);
    const below = sorted[Math.floor(rank) - 1] ?? smallest;
    const above = sorted[Math.floor(rank)] ?? largest;
    return below + (rank - Math.floor(rank)) * (above - below);
  });
}
