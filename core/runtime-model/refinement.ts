import * as z from 'zod';
import { Quantiles } from '../contracts/quantities.ts';
import { BYTES_PER_MIB } from '../units.ts';
import { effectiveCores, type ClusterShape } from './cluster-shape.ts';
import { secondsOf } from './seconds-of.ts';
import type { RuntimeCoefficients } from './task-priors.ts';

const Axis = z.array(z.number()).min(1);

/**
 * What the runtime surface says of a job's runtime, as a table: planning asks by the hundred thousand. Nodes are
 * logarithms of MiB (plus one), effective cores, and MiB of memory per effective core; values run over them in this order.
 */
export const Refinement = z.object({
  axes: z.tuple([Axis, Axis, Axis]),
  /** logarithm of the median seconds, never falling as the volume grows */
  logSeconds: z.array(z.number()),
  /** standard deviation of the logarithm of seconds */
  logSpread: z.array(z.number().positive()),
  /** of actual minus predicted logarithm, in such standard deviations; the median is 0 */
  scores: Quantiles,
});
export type Refinement = z.infer<typeof Refinement>;

/** Where a shape lies on the axes. */
export function placeOf(shape: ClusterShape): [number, number, number] {
  return [
    Math.log1p(shape.inputBytes / BYTES_PER_MIB),
    Math.log(effectiveCores(shape)),
    Math.log(shape.memoryMib / effectiveCores(shape)),
  ];
}

/** The shape at a place on the axes, on cores of speed 1. */
export function shapeAt([volume, cores, memoryPerCore]: readonly [number, number, number]): ClusterShape {
  return {
    inputBytes: Math.expm1(volume) * BYTES_PER_MIB,
    cores: Math.exp(cores),
    nodes: 1,
    memoryMib: Math.exp(memoryPerCore + cores),
    coreSpeed: 1,
  };
}

/**
 * Reads the table. Beyond its ends the law that it refines goes on: by volume as it stands at the table's edge, by
 * cores and memory as it stands at the table's largest volume, so that more data never take less time.
 */
export function refined(
  { axes, logSeconds, logSpread }: Refinement,
  coefficients: Readonly<RuntimeCoefficients>,
  shape: ClusterShape,
): { logSeconds: number; logSpread: number } {
  const [volumes, cores, memories] = axes;
  const place = placeOf(shape);
  const volume = clamped(volumes, place[0]);
  const core = clamped(cores, place[1]);
  const memory = clamped(memories, place[2]);
  const [i, j, k] = [positionOf(volumes, volume), positionOf(cores, core), positionOf(memories, memory)];
  const [v, c, m] = [Math.trunc(i), Math.trunc(j), Math.trunc(k)];
  let seconds = 0;
  let spread = 0;
  for (let corner = 0; corner < 8; corner += 1) {
    const [up, right, far] = [corner & 1, (corner >> 1) & 1, corner >> 2];
    const share = part(i - v, up) * part(j - c, right) * part(k - m, far);
    if (share === 0) continue;
    const index = ((v + up) * cores.length + c + right) * memories.length + m + far;
    seconds += share * (logSeconds[index] ?? 0);
    spread += share * (logSpread[index] ?? 0);
  }
  if (place[0] !== volume) {
    seconds += logLaw(coefficients, place[0], core, memory) - logLaw(coefficients, volume, core, memory);
  }
  if (place[1] !== core || place[2] !== memory) {
    const most = volumes.at(-1) ?? 0;
    seconds += logLaw(coefficients, most, place[1], place[2]) - logLaw(coefficients, most, core, memory);
  }
  return { logSeconds: seconds, logSpread: spread };
}

function logLaw(
  coefficients: Readonly<RuntimeCoefficients>,
  volume: number,
  cores: number,
  memory: number,
): number {
  return Math.log(secondsOf(coefficients, shapeAt([volume, cores, memory])).totalSeconds);
}

/** Weight of the lower (0) or upper (1) of two neighbouring nodes. */
export function part(fraction: number, upper: number): number {
  return upper === 1 ? fraction : 1 - fraction;
}

/** A value within an axis, or the end that it lies beyond. */
export function clamped(axis: readonly number[], value: number): number {
  return Math.min(Math.max(value, axis[0] ?? value), axis[axis.length - 1] ?? value);
}

/** Where a value inside an axis lies, counted in nodes, which are equally far apart. */
export function positionOf(axis: readonly number[], value: number): number {
  const cells = axis.length - 1;
  const first = axis[0] ?? 0;
  const width = (axis[cells] ?? first) - first;
  return width > 0 ? Math.min(((value - first) / width) * cells, cells) : 0;
}
