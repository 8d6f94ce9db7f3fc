import { SECONDS_PER_DAY } from '../../core/units.ts';
import type { Delay } from './market/market-parameters.ts';

export const MS_PER_MINUTE = 60_000;
export const MS_PER_HOUR = 3_600_000;
export const MS_PER_DAY = SECONDS_PER_DAY * 1000;

/** A uniform stream. */
export type Uniform = () => number;

/** Standard normal draw. @see Box and Muller, 1958 */
export function normal(uniform: Uniform): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
  return radius * Math.cos(2 * Math.PI * uniform());
}

export function lognormal(uniform: Uniform, median: number, sigma: number): number {
  return median * Math.exp(sigma * normal(uniform));
}

export function exponential(uniform: Uniform, mean: number): number {
  return -mean * Math.log(1 - uniform());
}

export function delayMs(uniform: Uniform, delay: Delay): number {
  return Math.round(lognormal(uniform, delay.medianSeconds, delay.sigma) * 1000);
}
