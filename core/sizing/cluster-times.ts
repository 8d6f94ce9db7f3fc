import { MINIMUM_BILLED_SECONDS } from '../market/billing-rates.ts';
import { SECONDS_PER_HOUR } from '../units.ts';

/** From a request until its instances run, and are billed. */
const UNBILLED_START_SECONDS = 45;
/** From the last step's end until the instances are gone. */
const RELEASE_SECONDS = 90;

/** Hours that a node of a cluster will be billed for, when the cluster takes so long to start and to run. */
export function expectedBilledHours(startupSeconds: number, runtimeSeconds: number): number {
  const seconds = startupSeconds - UNBILLED_START_SECONDS + runtimeSeconds + RELEASE_SECONDS;
  return Math.max(seconds, MINIMUM_BILLED_SECONDS) / SECONDS_PER_HOUR;
}

/**
 * From the request of a cluster to its first step: lognormal. EMR usually needs six to nine minutes; GPU drivers
 * and large fleets take longer. A prior, until our own runs tell.
 */
export const STARTUP_LOG_SPREAD = 0.22;
const STARTUP_MEDIAN_SECONDS = 420;
const GPU_STARTUP_FACTOR = 1.3;
const SECONDS_PER_DOUBLING_OF_NODES = 12;

/** Median seconds from request to first step. */
export function medianStartupSeconds(nodes: number, gpu: boolean): number {
  const size = STARTUP_MEDIAN_SECONDS + SECONDS_PER_DOUBLING_OF_NODES * Math.log2(Math.max(nodes, 1));
  return gpu ? size * GPU_STARTUP_FACTOR : size;
}
