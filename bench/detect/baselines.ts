import { normalProbability } from '../../core/numerics/normal-probability.ts';
import { seededRng } from '../../core/numerics/rng.ts';
import type { LabelledSeries } from './read-labelled.ts';

const WINDOW = 1000;
/** In place of the standard deviation of a window in which all is alike. */
const FLAT = 1e-6;
/** From here on the continued fraction is exact to the last digits. */
const FAR_SCORE = 3;
const TERMS = 80;

/**
 * NAB's windowed Gaussian: one less the tail probability of a value under the normal distribution of the 1000
 * values before it. Not in the least robust, and a baseline for that.
 */
export function windowedGaussian({ values }: LabelledSeries): Float64Array {
  const scores = new Float64Array(values.length);
  const window: number[] = [];
  values.forEach((value, i) => {
    if (!Number.isFinite(value)) return;
    if (window.length > 0) scores[i] = 1 - upperTail(deviation(window, value));
    window.push(value);
    if (window.length > WINDOW) window.shift();
  });
  return scores;
}

/** NAB's random detector: a uniform number for each point. */
export function randomDetector({ name, values }: LabelledSeries): Float64Array {
  const rng = seededRng(`random detector, ${name}`);
  return Float64Array.from(values, () => rng());
}

function deviation(window: readonly number[], value: number): number {
  let sum = 0;
  for (const each of window) sum += each;
  const mean = sum / window.length;
  let squares = 0;
  for (const each of window) squares += (each - mean) ** 2;
  const standardDeviation = Math.sqrt(squares / window.length);
  return Math.abs(value - mean) / (standardDeviation === 0 ? FLAT : standardDeviation);
}

/**
 * Probability that a standard normal variable exceeds this, with the relative precision that the score needs: it is
 * told from 1 down to the last digit.
 *
 * @param score  not negative
 * @see Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.14 (Laplace's continued fraction)
 */
function upperTail(score: number): number {
  if (score < FAR_SCORE) return 1 - normalProbability(score);
  let fraction = score;
  for (let k = TERMS; k >= 1; k -= 1) fraction = score + k / fraction;
  return Math.exp(-0.5 * score * score) / Math.sqrt(2 * Math.PI) / fraction;
}
