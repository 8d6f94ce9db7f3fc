import { QUANTILE_LEVELS, type Quantiles } from '../contracts/quantities.ts';
import { BYTES_PER_MIB } from '../units.ts';
import { lawRange, type Range } from './law-range.ts';
import type { RuntimeModel } from './model.ts';
import { distanceSpread } from './predict-runtime.ts';
import { clamped, part, positionOf, type Refinement } from './refinement.ts';
import { widen } from './widen.ts';

/** Clusters of which something holds for all. */
export interface ClusterRange {
  readonly effectiveCores: Range;
  /** memory per effective core */
  readonly memoryMibPerEffectiveCore: Range;
  /** memory per core as it is */
  readonly memoryMibPerCore: Range;
  /** one speed that stands for all: either every cluster's is among those seen, or none's */
  readonly coreSpeed: number;
}

interface RuntimeFloor {
  /** no cluster of the range has a lower median */
  readonly logMedianSeconds: number;
  /** no cluster of the range has a lower residual at any level */
  readonly logResidual: Quantiles;
}

/**
 * What no cluster of a range undercuts: of medians and of every level of the residual. The narrower the range, the
 * closer to what `predictRuntime` says.
 */
export function runtimeFloor(model: RuntimeModel, inputBytes: number, range: ClusterRange): RuntimeFloor {
  const aways = spreadRange(model, inputBytes, range);
  const law = lawRange(model.coefficients, inputBytes, range.effectiveCores, range.memoryMibPerEffectiveCore);
  if (model.refinement === null) {
    return { logMedianSeconds: Math.log(law[0]), logResidual: lowest([model.logResidual], aways) };
  }
  const { logSeconds, logSpread } = refinedRange(model.refinement, model, inputBytes, range);
  const { scores } = model.refinement;
  return {
    logMedianSeconds: Math.max(logSeconds, 0),
    logResidual: lowest(
      logSpread.map((spread) => scores.map((score) => score * spread)),
      aways,
    ),
  };
}

/** The lowest of residuals, level by level: each widens with the distance, up above the median and down below it. */
function lowest(bases: readonly Quantiles[], aways: Range): Quantiles {
  const candidates = bases.flatMap((base) => aways.map((away) => widen(base, away)));
  return QUANTILE_LEVELS.map((_, q) => Math.min(...candidates.map((candidate) => candidate[q] ?? 0)));
}

/** The spread for distance at the cluster nearest to what was seen, and at the farthest. */
function spreadRange(model: RuntimeModel, inputBytes: number, range: ClusterRange): Range {
  const { seen } = model;
  if (seen === null) return [0, 0];
  const { coreSpeed, effectiveCores, memoryMibPerCore } = range;
  const at = (effective: number, memory: number, bytes = inputBytes) => {
    const cores = effective / coreSpeed;
    const memoryMib = memory * cores;
    return distanceSpread(model, { inputBytes: bytes, cores, nodes: 1, memoryMib, coreSpeed });
  };
  const nearest = at(
    nearestIn(effectiveCores, seen.effectiveCores),
    nearestIn(memoryMibPerCore, seen.memoryMibPerCore),
    // what less data than ever seen adds to the spread is bounded, down to nothing
    Math.max(inputBytes, seen.inputBytes[0]),
  );
  const corners = effectiveCores.flatMap((cores) => memoryMibPerCore.map((memory) => at(cores, memory)));
  return [nearest, Math.max(...corners)];
}

/** The value of a range that lies inside another one, or closest to it. */
function nearestIn([least, most]: Range, [from, to]: Range): number {
  if (least > to) return least;
  if (most < from) return most;
  return Math.min(Math.max(from, least), most);
}

/** Least median and least and most spread of a table over a range. */
function refinedRange(
  { axes, logSeconds, logSpread }: Refinement,
  { coefficients }: RuntimeModel,
  inputBytes: number,
  { effectiveCores, memoryMibPerEffectiveCore }: ClusterRange,
): { logSeconds: number; logSpread: Range } {
  const [volumes, cores, memories] = axes;
  const place = Math.log1p(inputBytes / BYTES_PER_MIB);
  const volume = clamped(volumes, place);
  const coreRange = logs(effectiveCores);
  const memoryRange = logs(memoryMibPerEffectiveCore);
  let least = Number.POSITIVE_INFINITY;
  const spreads: number[] = [];
  // linear along each axis between nodes: extremes lie at the range's ends and at the nodes between
  for (const core of pointsIn(cores, coreRange)) {
    for (const memory of pointsIn(memories, memoryRange)) {
      const read = (values: readonly number[]) => readTable(axes, values, [volume, core, memory]);
      least = Math.min(least, read(logSeconds));
      spreads.push(read(logSpread));
    }
  }
  // beyond its ends the table goes on as the law does
  const bytesAt = (logVolume: number) => Math.expm1(logVolume) * BYTES_PER_MIB;
  const inside = {
    cores: expOf(clampedRange(cores, coreRange)),
    memory: expOf(clampedRange(memories, memoryRange)),
  };
  const law = (bytes: number, c: Range, m: Range) => lawRange(coefficients, bytes, c, m);
  if (place !== volume) {
    const beyond = law(inputBytes, inside.cores, inside.memory)[0];
    least += Math.log(beyond) - Math.log(law(bytesAt(volume), inside.cores, inside.memory)[1]);
  }
  if (leaves(cores, coreRange) || leaves(memories, memoryRange)) {
    const most = bytesAt(volumes.at(-1) ?? 0);
    const beyond = law(most, effectiveCores, memoryMibPerEffectiveCore)[0];
    least += Math.log(beyond) - Math.log(law(most, inside.cores, inside.memory)[1]);
  }
  return { logSeconds: least, logSpread: [Math.min(...spreads), Math.max(...spreads)] };
}

type Axes = Refinement['axes'];

function readTable(
  [volumes, cores, memories]: Axes,
  values: readonly number[],
  [volume, core, memory]: readonly [number, number, number],
): number {
  const [i, j, k] = [positionOf(volumes, volume), positionOf(cores, core), positionOf(memories, memory)];
  const [v, c, m] = [Math.trunc(i), Math.trunc(j), Math.trunc(k)];
  let sum = 0;
  for (let corner = 0; corner < 8; corner += 1) {
    const [up, right, far] = [corner & 1, (corner >> 1) & 1, corner >> 2];
    const share = part(i - v, up) * part(j - c, right) * part(k - m, far);
    if (share === 0) continue;
    sum += share * (values[((v + up) * cores.length + c + right) * memories.length + m + far] ?? 0);
  }
  return sum;
}

function logs([least, most]: Range): Range {
  return [Math.log(least), Math.log(most)];
}

function expOf([least, most]: Range): Range {
  return [Math.exp(least), Math.exp(most)];
}

function clampedRange(axis: readonly number[], [least, most]: Range): Range {
  return [clamped(axis, least), clamped(axis, most)];
}

function leaves(axis: readonly number[], [least, most]: Range): boolean {
  return clamped(axis, least) !== least || clamped(axis, most) !== most;
}

/** A range's ends, as far as the axis goes, and the nodes between them. */
function pointsIn(axis: readonly number[], range: Range): number[] {
  const [least, most] = clampedRange(axis, range);
  return [...new Set([least, ...axis.filter((node) => node > least && node < most), most])];
}
