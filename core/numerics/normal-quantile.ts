const LOWER_REGION = 0.02425;

const CENTRAL_NUMERATOR = [
  -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1,
  2.506628277459239,
];
const CENTRAL_DENOMINATOR = [
  -5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1,
  1,
];
const TAIL_NUMERATOR = [
  -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
];
const TAIL_DENOMINATOR = [
  7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1,
];

/**
 * Quantile of the standard normal distribution, relative error below 1.2e-9.
 *
 * @param level  strictly between 0 and 1
 * @throws RangeError  for a level outside (0, 1)
 * @see Peter J. Acklam, An algorithm for computing the inverse normal cumulative distribution function
 */
export function normalQuantile(level: number): number {
  if (!(level > 0 && level < 1)) throw new RangeError(`a level must lie between 0 and 1, found ${level}`);
  if (level > 0.5) return -normalQuantile(1 - level);
  if (level < LOWER_REGION) {
    const tail = Math.sqrt(-2 * Math.log(level));
    return polynomial(TAIL_NUMERATOR, tail) / polynomial(TAIL_DENOMINATOR, tail);
  }
  const centred = level - 0.5;
  const square = centred * centred;
  return (centred * polynomial(CENTRAL_NUMERATOR, square)) / polynomial(CENTRAL_DENOMINATOR, square);
}

/** Horner's rule, highest power first. */
function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}
