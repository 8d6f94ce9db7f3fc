import type { ProcessHyperPriors } from '../../numerics/gaussian-process/gaussian-process.ts';

/**
 * What processes on log runtime usually look like: curves of 15 %, joint effects of 8 %, noise of 3 %, over inputs
 * of the order of 1.
 */
export const LOG_RUNTIME_HYPER_PRIORS: ProcessHyperPriors = {
  amplitude: { mean: Math.log(0.15), spread: 1 },
  length: { mean: Math.log(1.5), spread: 0.6 },
  fullLength: { mean: Math.log(2), spread: 0.6 },
  fullAmplitude: { mean: Math.log(0.08), spread: 1 },
  noise: { mean: Math.log(0.03), spread: 0.6 },
};
