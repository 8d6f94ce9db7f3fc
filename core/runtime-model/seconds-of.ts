import { runtimeFeatures, type ClusterShape } from './cluster-shape.ts';
import type { RuntimeCoefficients } from './task-priors.ts';

/** No step ends faster: keeps logarithms finite. */
export const MIN_SECONDS = 1;

/**
 * Seconds that coefficients give for a shape.
 *
 * @returns totalSeconds: at least 1 and finite; parallelSeconds: the part during which all cores can work
 */
export function secondsOf(
  coefficients: Readonly<RuntimeCoefficients>,
  shape: ClusterShape,
): { parallelSeconds: number; totalSeconds: number } {
  const [fixed, dataPerCore, logCores, cores, spillPerCore] = runtimeFeatures(shape);
  const parallelSeconds =
    dataPerCore * coefficients.coreSecondsPerGib + spillPerCore * coefficients.spillCoreSecondsPerGib;
  const otherSeconds =
    fixed * coefficients.fixedSeconds +
    logCores * coefficients.secondsPerLogCore +
    cores * coefficients.secondsPerCore;
  const totalSeconds = Math.min(
    Math.max(parallelSeconds + otherSeconds, MIN_SECONDS),
    Number.MAX_SAFE_INTEGER,
  );
  return { parallelSeconds: Math.min(parallelSeconds, totalSeconds), totalSeconds };
}
