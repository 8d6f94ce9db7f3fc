/**
 * Virtual durations of Lambda itself: what cold starts and computing take. Medians are those of small Node.js
 * functions; spread is log-normal.
 */
const COLD_START_MEDIAN_MS = 450;
const COLD_START_SPREAD = 0.3;
const COMPUTE_MEDIAN_MS = 60;
const COMPUTE_SPREAD = 0.5;

export function coldStartMs(random: () => number): number {
  return logNormal(random, COLD_START_MEDIAN_MS, COLD_START_SPREAD);
}

/** Time a handler computes besides waiting for its calls. */
export function computeMs(random: () => number): number {
  return logNormal(random, COMPUTE_MEDIAN_MS, COMPUTE_SPREAD);
}

/** Whole milliseconds. Normal deviates by Box and Muller. */
function logNormal(random: () => number, median: number, spread: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  const normal = radius * Math.cos(2 * Math.PI * random());
  return Math.round(median * Math.exp(spread * normal));
}
