import { MILLISECONDS_PER_SECOND } from '../../core/units.ts';
import type { Retrier } from './definition.ts';

/**
 * Delay before a retry, ms: the interval grows by the back-off rate with each retry up to the longest delay;
 * full jitter draws it evenly from 0 up to there.
 *
 * @param retries  how many this Retrier has made before
 */
export function retryDelayMs(retrier: Retrier, retries: number, random: () => number): number {
  const grown = retrier.IntervalSeconds * retrier.BackoffRate ** retries;
  const seconds = Math.min(grown, retrier.MaxDelaySeconds ?? Infinity);
  return Math.round(seconds * MILLISECONDS_PER_SECOND * (retrier.JitterStrategy === 'FULL' ? random() : 1));
}
