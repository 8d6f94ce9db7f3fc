const LAST_TERM = 120;
/** Beyond this the tail is smaller than a double beside 1 can tell. */
const FARTHEST = 9;

/**
 * Probability that a standard normal variable is at most this.
 *
 * @returns 0..1, absolute error below 1e-14
 * @see Marsaglia, Evaluating the Normal Distribution, Journal of Statistical Software 2004 (Taylor series about 0)
 */
export function normalProbability(score: number): number {
  if (score > FARTHEST) return 1;
  if (score < -FARTHEST) return 0;
  let term = score;
  let sum = score;
  for (let i = 1; i < LAST_TERM; i += 1) {
    term *= (score * score) / (2 * i + 1);
    sum += term;
  }
  const density = Math.exp(-0.5 * score * score) / Math.sqrt(2 * Math.PI);
  return Math.min(Math.max(0.5 + sum * density, 0), 1);
}
