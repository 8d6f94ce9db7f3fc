/** From a request until its instances run, and are billed. */
const UNBILLED_START_SECONDS = 45;
/** From the last step's end until the instances are gone. */
const RELEASE_SECONDS = 90;

/** What a node is billed for beyond its cluster's start-up and run: its release, less the request's first seconds. */
export const BILLED_BEYOND_RUN_SECONDS = RELEASE_SECONDS - UNBILLED_START_SECONDS;

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
