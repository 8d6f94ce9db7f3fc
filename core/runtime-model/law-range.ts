import { BYTES_PER_GIB, MIB_PER_GIB } from '../units.ts';
import { MAX_SPILL_RATIO, USABLE_MEMORY_SHARE } from './cluster-shape.ts';
import { MIN_SECONDS } from './seconds-of.ts';
import type { RuntimeCoefficients } from './task-priors.ts';

/** From least to most. */
export type Range = readonly [number, number];

/**
 * Between which seconds the law lies for every cluster of a range: each of its terms rises or falls with cores and
 * with memory throughout, so that each is taken where it is least, or most.
 *
 * @param effectiveCores  cores by speed
 * @param memoryMibPerCore  memory per effective core
 */
export function lawRange(
  coefficients: Readonly<RuntimeCoefficients>,
  inputBytes: number,
  effectiveCores: Range,
  memoryMibPerCore: Range,
): Range {
  const [fewest, most] = effectiveCores;
  const [leastMemory, mostMemory] = memoryMibPerCore;
  return [
    bounded(parallel(coefficients, inputBytes, most, mostMemory * most) + coordination(coefficients, fewest)),
    bounded(
      parallel(coefficients, inputBytes, fewest, leastMemory * fewest) + coordination(coefficients, most),
    ),
  ];
}

/** Falls with cores and with memory. */
function parallel(
  { coreSecondsPerGib, spillCoreSecondsPerGib }: Readonly<RuntimeCoefficients>,
  inputBytes: number,
  cores: number,
  memoryMib: number,
): number {
  const inputGib = inputBytes / BYTES_PER_GIB;
  const usableGib = Math.max((memoryMib / MIB_PER_GIB) * USABLE_MEMORY_SHARE, Number.MIN_VALUE);
  const spillRatio = Math.min(Math.max(inputGib / usableGib - 1, 0), MAX_SPILL_RATIO);
  return (inputGib / cores) * (coreSecondsPerGib + spillRatio * spillCoreSecondsPerGib);
}

/** Rises with cores. */
function coordination(coefficients: Readonly<RuntimeCoefficients>, cores: number): number {
  const { fixedSeconds, secondsPerLogCore, secondsPerCore } = coefficients;
  return fixedSeconds + secondsPerLogCore * Math.log2(1 + cores) + secondsPerCore * cores;
}

function bounded(seconds: number): number {
  return Math.min(Math.max(seconds, MIN_SECONDS), Number.MAX_SAFE_INTEGER);
}
