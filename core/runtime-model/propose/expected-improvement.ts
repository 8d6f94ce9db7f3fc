import { normalProbability } from '../../numerics/normal-probability.ts';
import { SECONDS_PER_HOUR } from '../../units.ts';

/** A cluster that could be tried, and what is believed of its runtime: a lognormal distribution. */
export interface Prospect {
  /** natural logarithm of the median runtime, seconds */
  readonly logMedianSeconds: number;
  /** standard deviation of the logarithm, 0 or more */
  readonly logSpread: number;
  /** of the whole cluster, EMR fee included */
  readonly usdPerHour: number;
  /** paid and waited for before the first step */
  readonly startupSeconds: number;
}

/** What a try has to beat. */
export interface Incumbent {
  /** expected cost of a run on the best cluster known */
  readonly usd: number;
  /** from the request of the cluster to the deadline */
  readonly secondsLeft: number;
}

/**
 * By how much a run on a cluster may be expected to be cheaper than on the best one known, runs that would be late or
 * dearer counting for nothing: E[max(best − cost, 0), in time]. Cost and lateness are both the runtime's doing, so that
 * one border decides on both, and for a lognormal runtime the expectation has a closed form.
 *
 * @returns USD a run, 0 or more
 * @see Jones, Schonlau and Welch, Efficient Global Optimization of Expensive Black-Box Functions, 1998
 * @see Gardner et al., Bayesian Optimization with Inequality Constraints, ICML 2014
 */
export function expectedImprovementUsd(prospect: Prospect, { usd, secondsLeft }: Incumbent): number {
  const { logMedianSeconds, logSpread, usdPerHour, startupSeconds } = prospect;
  const usdPerSecond = usdPerHour / SECONDS_PER_HOUR;
  const room = usd - usdPerSecond * startupSeconds;
  const borderSeconds = Math.min(room / usdPerSecond, secondsLeft - startupSeconds);
  if (!(borderSeconds > 0)) return 0;
  const medianSeconds = Math.exp(logMedianSeconds);
  if (logSpread <= 0) return medianSeconds <= borderSeconds ? room - usdPerSecond * medianSeconds : 0;
  const score = (Math.log(borderSeconds) - logMedianSeconds) / logSpread;
  // mean of the runtimes below the border, times their probability
  const partialMean = medianSeconds * Math.exp(logSpread ** 2 / 2) * normalProbability(score - logSpread);
  return Math.max(room * normalProbability(score) - usdPerSecond * partialMean, 0);
}
