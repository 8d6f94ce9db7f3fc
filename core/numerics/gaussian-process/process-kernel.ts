const SQRT_5 = Math.sqrt(5);

/** What a process is told about its target before it has seen one. */
export interface ProcessPrior {
  /** standard deviation of the unknown level */
  readonly constantSpread: number;
  /** standard deviation of the unknown slope, by input */
  readonly linearSpread: readonly number[];
}

/** Hyperparameters as the covariance needs them. */
export interface ProcessScales {
  /** by input, of its own curve */
  readonly variance: Float64Array;
  /** by input, of its own curve, and of the curve of all inputs together */
  readonly length: Float64Array;
  readonly fullLength: Float64Array;
  readonly fullVariance: number;
  /** for a run of weight 1 */
  readonly noiseVariance: number;
}

/**
 * The process's covariance: an unknown level and slopes, a smooth curve for each input by itself (the additive
 * part) and one for all of them together (the full part), both Matérn 5/2 with a length for each input.
 *
 * Hyperparameters are logarithms: amplitude by input, length by input, length in the full part by input, the full
 * part's amplitude, and the noise's standard deviation.
 *
 * @see Rasmussen and Williams, Gaussian Processes for Machine Learning, 2006, chapters 2 and 4
 * @see Duvenaud, Nickisch and Rasmussen, Additive Gaussian Processes, NIPS 2011
 */
export class ProcessKernel {
  readonly inputs: number;
  readonly #prior: ProcessPrior;

  constructor(inputs: number, prior: ProcessPrior) {
    this.inputs = inputs;
    this.#prior = prior;
  }

  get hyperparameters(): number {
    return 3 * this.inputs + 2;
  }

  /** Covariance of level and slopes alone: it has no hyperparameters. */
  linear(a: readonly number[], b: readonly number[]): number {
    const { constantSpread, linearSpread } = this.#prior;
    let sum = constantSpread ** 2;
    for (let k = 0; k < this.inputs; k += 1) {
      sum += (linearSpread[k] ?? 0) ** 2 * (a[k] ?? 0) * (b[k] ?? 0);
    }
    return sum;
  }

  /** Covariance of two points, without noise. */
  covariance(scales: ProcessScales, a: readonly number[], b: readonly number[]): number {
    const { variance, length, fullLength, fullVariance } = scales;
    let sum = this.linear(a, b);
    let squared = 0;
    for (let k = 0; k < this.inputs; k += 1) {
      const distance = Math.abs((a[k] ?? 0) - (b[k] ?? 0));
      sum += (variance[k] ?? 0) * matern((SQRT_5 * distance) / (length[k] ?? 1));
      squared += (distance / (fullLength[k] ?? 1)) ** 2;
    }
    return sum + fullVariance * matern(SQRT_5 * Math.sqrt(squared));
  }

  /** What hyperparameters stand for: worked out once, for covariances are asked for by the thousand. */
  scalesOf(theta: Float64Array): ProcessScales {
    const count = this.inputs;
    return {
      variance: theta.slice(0, count).map((value) => Math.exp(2 * value)),
      length: theta.slice(count, 2 * count).map(Math.exp),
      fullLength: theta.slice(2 * count, 3 * count).map(Math.exp),
      fullVariance: Math.exp(2 * (theta[3 * count] ?? 0)),
      noiseVariance: Math.exp(2 * (theta[3 * count + 1] ?? 0)),
    };
  }

  /**
   * Covariance at given distances, and its derivative by each hyperparameter but the noise.
   *
   * @param distances  absolute, one by input
   * @param derivatives  filled
   * @returns the smooth parts' covariance: without level and slopes
   */
  smoothWithDerivatives(
    { variance, length, fullLength, fullVariance }: ProcessScales,
    distances: Float64Array,
    offset: number,
    derivatives: Float64Array,
  ): number {
    const count = this.inputs;
    let sum = 0;
    let squared = 0;
    for (let k = 0; k < count; k += 1) {
      const distance = distances[offset + k] ?? 0;
      const u = (SQRT_5 * distance) / (length[k] ?? 1);
      const scale = (variance[k] ?? 0) * Math.exp(-u);
      const part = scale * (1 + u + (u * u) / 3);
      sum += part;
      derivatives[k] = 2 * part;
      derivatives[count + k] = (scale * u * u * (1 + u)) / 3;
      const reach = (distance / (fullLength[k] ?? 1)) ** 2;
      derivatives[2 * count + k] = reach;
      squared += reach;
    }
    const u = SQRT_5 * Math.sqrt(squared);
    const scale = fullVariance * Math.exp(-u);
    const full = scale * (1 + u + (u * u) / 3);
    for (let k = 2 * count; k < 3 * count; k += 1) {
      derivatives[k] = (5 / 3) * scale * (1 + u) * (derivatives[k] ?? 0);
    }
    derivatives[3 * count] = 2 * full;
    return sum + full;
  }
}

function matern(u: number): number {
  return (1 + u + (u * u) / 3) * Math.exp(-u);
}
