/** A function's value and slope at a point; null where it is not defined. */
export type Evaluate = (point: Float64Array) => { value: number; gradient: Float64Array } | null;

const MEAN_DECAY = 0.9;
const SQUARE_DECAY = 0.98;
/** After this share of the steps they become shorter, to settle. */
const SETTLING_SHARE = 0.6;
const SETTLING_FACTOR = 0.35;

/**
 * The best point of a fixed number of Adam steps: deterministic, and no worse than the start.
 *
 * @param stepSize  in the point's units
 * @see Kingma and Ba, Adam: A Method for Stochastic Optimization, ICLR 2015
 */
export function minimiseByAdam(
  evaluate: Evaluate,
  start: Float64Array,
  steps: number,
  stepSize: number,
): Float64Array {
  const point = start.slice();
  const mean = new Float64Array(start.length);
  const square = new Float64Array(start.length);
  let best = start.slice();
  let least = Infinity;
  for (let step = 1; step <= steps; step += 1) {
    const here = evaluate(point);
    if (here === null) break;
    if (here.value < least) {
      least = here.value;
      best = point.slice();
    }
    const size = stepSize * (step < SETTLING_SHARE * steps ? 1 : SETTLING_FACTOR);
    for (let i = 0; i < point.length; i += 1) {
      const slope = here.gradient[i] ?? 0;
      mean[i] = MEAN_DECAY * (mean[i] ?? 0) + (1 - MEAN_DECAY) * slope;
      square[i] = SQUARE_DECAY * (square[i] ?? 0) + (1 - SQUARE_DECAY) * slope * slope;
      const direction = (mean[i] ?? 0) / (1 - MEAN_DECAY ** step);
      const scale = Math.sqrt((square[i] ?? 0) / (1 - SQUARE_DECAY ** step));
      point[i] = (point[i] ?? 0) - (size * direction) / (scale + 1e-8);
    }
  }
  const last = evaluate(point);
  return last !== null && last.value < least ? point : best;
}
