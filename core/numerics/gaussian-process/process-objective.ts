import { Cholesky } from '../cholesky.ts';
import type { ProcessKernel } from './process-kernel.ts';

/** What a process learns from. */
export interface ProcessSample {
  readonly inputs: readonly (readonly number[])[];
  readonly targets: readonly number[];
  /** by point: how many times the usual noise variance it has; 1 = an ordinary point */
  readonly noiseScale: readonly number[];
}

/** A normal prior of one hyperparameter (a logarithm). */
export interface HyperPrior {
  readonly mean: number;
  readonly spread: number;
}

/** Keeps factorisations possible when points repeat. */
const JITTER = 1e-8;

/** Minus the logarithm of the posterior density of hyperparameters, and its slope. */
export class ProcessObjective {
  readonly #kernel: ProcessKernel;
  readonly #sample: ProcessSample;
  readonly #hyperPriors: readonly HyperPrior[];
  readonly #targets: Float64Array;
  /** level and slopes' covariance, for each pair i ≥ j */
  readonly #linear: Float64Array;
  /** distances of each pair, input by input */
  readonly #distances: Float64Array;

  constructor(kernel: ProcessKernel, sample: ProcessSample, hyperPriors: readonly HyperPrior[]) {
    this.#kernel = kernel;
    this.#sample = sample;
    this.#hyperPriors = hyperPriors;
    this.#targets = Float64Array.from(sample.targets);
    const { inputs } = sample;
    const pairs = (inputs.length * (inputs.length + 1)) / 2;
    this.#linear = new Float64Array(pairs);
    this.#distances = new Float64Array(pairs * kernel.inputs);
    let pair = 0;
    inputs.forEach((a, i) => {
      for (const b of inputs.slice(0, i + 1)) {
        this.#linear[pair] = kernel.linear(a, b);
        for (let k = 0; k < kernel.inputs; k += 1) {
          this.#distances[pair * kernel.inputs + k] = Math.abs((a[k] ?? 0) - (b[k] ?? 0));
        }
        pair += 1;
      }
    });
  }

  /** The covariance of the sample, noise included. */
  covariance(theta: Float64Array, derivatives?: Float64Array): Float64Array {
    const size = this.#targets.length;
    const kernel = this.#kernel;
    const matrix = new Float64Array(size * size);
    const width = kernel.hyperparameters - 1;
    const here = new Float64Array(width);
    const scales = kernel.scalesOf(theta);
    const noise = scales.noiseVariance;
    let pair = 0;
    for (let i = 0; i < size; i += 1) {
      for (let j = 0; j <= i; j += 1) {
        const smooth = kernel.smoothWithDerivatives(scales, this.#distances, pair * kernel.inputs, here);
        matrix[i * size + j] = smooth + (this.#linear[pair] ?? 0);
        derivatives?.set(here, pair * width);
        pair += 1;
      }
      matrix[i * size + i] = (matrix[i * size + i] ?? 0) + noise * (this.#sample.noiseScale[i] ?? 1) + JITTER;
    }
    return matrix;
  }

  /** @returns null where the covariance cannot be factored */
  readonly evaluate = (theta: Float64Array): { value: number; gradient: Float64Array } | null => {
    const size = this.#targets.length;
    const width = this.#kernel.hyperparameters - 1;
    const derivatives = new Float64Array(((size * (size + 1)) / 2) * width);
    const factor = Cholesky.of(this.covariance(theta, derivatives), size);
    if (factor === null) return null;
    const solved = factor.solve(this.#targets);
    const inverse = factor.inverse();
    const gradient = new Float64Array(width + 1);
    const noise = this.#kernel.scalesOf(theta).noiseVariance;
    let value = factor.halfLogDeterminant;
    let pair = 0;
    for (let i = 0; i < size; i += 1) {
      value += 0.5 * (this.#targets[i] ?? 0) * (solved[i] ?? 0);
      for (let j = 0; j <= i; j += 1) {
        const difference = (solved[i] ?? 0) * (solved[j] ?? 0) - (inverse[i * size + j] ?? 0);
        // a pair stands for both of its orders
        const share = i === j ? -0.5 * difference : -difference;
        for (let k = 0; k < width; k += 1) {
          gradient[k] = (gradient[k] ?? 0) + share * (derivatives[pair * width + k] ?? 0);
        }
        if (i === j) {
          gradient[width] = (gradient[width] ?? 0) + share * 2 * noise * (this.#sample.noiseScale[i] ?? 1);
        }
        pair += 1;
      }
    }
    return { value: value + this.#addPriors(theta, gradient), gradient };
  };

  #addPriors(theta: Float64Array, gradient: Float64Array): number {
    let value = 0;
    this.#hyperPriors.forEach(({ mean, spread }, k) => {
      const score = ((theta[k] ?? 0) - mean) / spread;
      value += 0.5 * score * score;
      gradient[k] = (gradient[k] ?? 0) + score / spread;
    });
    return value;
  }
}
