import type { Quantiles } from '../contracts/quantities.ts';

/** Standard normal quantiles at QUANTILE_LEVELS: written out because predictions are made by the hundred thousand. */
const NORMAL_SCORES = [-1.95996, -1.64485, -1.28155, -0.67449, 0, 0.67449, 1.28155, 1.64485, 1.95996];

/** A residual's quantiles with a spread added. */
export function widen(logResidual: Quantiles, spread: number): Quantiles {
  if (spread === 0) return logResidual;
  const median = logResidual[4] ?? 0;
  return logResidual.map((value, i) => {
    const score = NORMAL_SCORES[i] ?? 0;
    return median + Math.sign(score) * Math.hypot(value - median, score * spread);
  });
}
