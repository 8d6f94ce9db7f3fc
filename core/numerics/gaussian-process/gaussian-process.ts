import { Cholesky } from '../cholesky.ts';
import { minimiseByAdam } from '../minimise-by-adam.ts';
import { ProcessKernel, type ProcessPrior, type ProcessScales } from './process-kernel.ts';
import { ProcessObjective, type HyperPrior, type ProcessSample } from './process-objective.ts';

const STEPS = 60;
const STEP_SIZE = 0.12;

/** What amplitudes, lengths and noise of a process usually are. */
export interface ProcessHyperPriors {
  readonly amplitude: HyperPrior;
  readonly length: HyperPrior;
  readonly fullLength: HyperPrior;
  readonly fullAmplitude: HyperPrior;
  readonly noise: HyperPrior;
}

/**
 * Gaussian process regression with hyperparameters at the maximum of their posterior (MAP). A point without
 * anything near it is predicted by the prior.
 *
 * @see Rasmussen and Williams, Gaussian Processes for Machine Learning, 2006, algorithm 2.1 and section 5.4
 */
export class GaussianProcess {
  readonly #kernel: ProcessKernel;
  readonly #theta: Float64Array;
  readonly #scales: ProcessScales;
  readonly #inputs: readonly (readonly number[])[];
  readonly #solved: Float64Array;
  readonly #inverse: Float64Array;

  /**
   * @param sample  at least one point; inputs all of one length, of the order of 1
   * @param prior  level and slopes
   * @param known  hyperparameters that a fit on the same sample found: nothing is fitted anew
   * @throws RangeError  for no points, for numbers that are not finite, or for hyperparameters of another process
   */
  constructor(
    sample: ProcessSample,
    prior: ProcessPrior,
    hyperPriors: ProcessHyperPriors,
    known?: readonly number[],
  ) {
    const width = sample.inputs[0]?.length;
    const finite = [...sample.targets, ...sample.inputs.flat()].every(Number.isFinite);
    if (width === undefined || !finite) throw new RangeError('a process needs at least one finite point');
    this.#kernel = new ProcessKernel(width, prior);
    const priors = [
      ...new Array<HyperPrior>(width).fill(hyperPriors.amplitude),
      ...new Array<HyperPrior>(width).fill(hyperPriors.length),
      ...new Array<HyperPrior>(width).fill(hyperPriors.fullLength),
      hyperPriors.fullAmplitude,
      hyperPriors.noise,
    ];
    const objective = new ProcessObjective(this.#kernel, sample, priors);
    const start = Float64Array.from(priors, ({ mean }) => mean);
    if (known !== undefined && known.length !== start.length) {
      throw new RangeError(
        `found ${known.length} hyperparameters; a process of ${width} inputs has ${start.length}`,
      );
    }
    this.#theta =
      known === undefined
        ? minimiseByAdam(objective.evaluate, start, STEPS, STEP_SIZE)
        : Float64Array.from(known);
    this.#scales = this.#kernel.scalesOf(this.#theta);
    const factor = Cholesky.of(objective.covariance(this.#theta), sample.targets.length);
    if (factor === null) throw new RangeError('the covariance of these points cannot be factored');
    this.#inputs = sample.inputs;
    this.#solved = factor.solve(Float64Array.from(sample.targets));
    this.#inverse = factor.inverse();
  }

  /** What a fit found, to be handed over when the same process is wanted again. */
  get hyperparameters(): number[] {
    return [...this.#theta];
  }

  /** Mean and standard deviation of a new observation, an ordinary point's noise included. */
  predict(input: readonly number[]): { mean: number; spread: number } {
    const size = this.#inputs.length;
    const covariance = Float64Array.from(this.#inputs, (known) =>
      this.#kernel.covariance(this.#scales, input, known),
    );
    let mean = 0;
    let explained = 0;
    for (let i = 0; i < size; i += 1) {
      mean += (covariance[i] ?? 0) * (this.#solved[i] ?? 0);
      let row = 0;
      for (let j = 0; j < size; j += 1) row += (this.#inverse[i * size + j] ?? 0) * (covariance[j] ?? 0);
      explained += row * (covariance[i] ?? 0);
    }
    const variance = this.#kernel.covariance(this.#scales, input, input) - explained;
    return { mean, spread: Math.sqrt(Math.max(variance, 0) + this.#scales.noiseVariance) };
  }

  /**
   * What the process would have said of some of its points, had it not seen them: without refitting.
   *
   * @param points  their places in the sample, at least one
   * @param targets  the sample's targets as they would have been then, such as residuals of a trend that has not
   *   seen these points either
   * @returns for each of the points: actual minus predicted, and the standard deviation of it
   * @throws RangeError  when the points cannot be told apart by rounding
   */
  leaveOut(points: readonly number[], targets: readonly number[]): { residual: number; spread: number }[] {
    const size = this.#inputs.length;
    const count = points.length;
    const precision = new Float64Array(count * count);
    const weighted = new Float64Array(count);
    points.forEach((point, a) => {
      points.forEach((other, b) => {
        precision[a * count + b] = this.#inverse[point * size + other] ?? 0;
      });
      for (let j = 0; j < size; j += 1) {
        weighted[a] = (weighted[a] ?? 0) + (this.#inverse[point * size + j] ?? 0) * (targets[j] ?? 0);
      }
    });
    const factor = Cholesky.of(precision, count);
    if (factor === null) throw new RangeError('points left out together cannot be told apart');
    const residuals = factor.solve(weighted);
    const covariance = factor.inverse();
    return points.map((_, a) => ({
      residual: residuals[a] ?? 0,
      spread: Math.sqrt(covariance[a * count + a] ?? 1),
    }));
  }
}
