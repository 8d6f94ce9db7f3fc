import type { RuntimeModel } from '../../runtime-model/runtime-model.ts';
import { SAME_SPEED_TOLERANCE } from '../../runtime-model/predict-runtime.ts';
import type { Range } from '../../runtime-model/law-range.ts';
import type { Arena } from '../arenas.ts';

/** Fleets whose mean core speed the runtime model knows, or does not: it is surer of those it knows. */
export interface SpeedMode {
  readonly speeds: Range;
  /** whether the mean speed must lie between them; else any fleet counts */
  readonly bound: boolean;
  /** stands for them: among the seen speeds, or far from all */
  readonly coreSpeed: number;
}

/** More intervals of known speeds are taken as one: that only makes the bound weaker. */
const MOST_KNOWN_MODES = 3;

/** The modes that fleets of some arenas can be in: every fleet is in one of them. */
export function speedModes({ seen }: RuntimeModel, arenas: readonly Arena[]): SpeedMode[] {
  const speeds = arenas.flatMap(({ pools }) => pools.map(({ instanceType }) => instanceType.coreSpeed));
  const all: Range = [Math.min(...speeds), Math.max(...speeds)];
  if (seen === null) return [{ speeds: all, bound: false, coreSpeed: 1 }];
  const merged = mergeNear(seen.coreSpeeds);
  const known = (merged.length > MOST_KNOWN_MODES ? [hullOf(merged)] : merged)
    .filter(({ speeds: [slowest, fastest] }) => slowest <= all[1] && fastest >= all[0])
    .map((mode) => ({ ...mode, bound: true }));
  const everyKnown = merged.some(({ speeds: [slow, fast] }) => slow <= all[0] && fast >= all[1]);
  if (everyKnown) return known;
  return [...known, { speeds: all, bound: false, coreSpeed: 10 * Math.max(...seen.coreSpeeds, ...speeds) }];
}

type Known = Omit<SpeedMode, 'bound'>;

function mergeNear(coreSpeeds: readonly number[]): Known[] {
  const bands = [...coreSpeeds]
    .sort((a, b) => a - b)
    .map((speed) => ({
      speeds: [speed * (1 - SAME_SPEED_TOLERANCE), speed * (1 + SAME_SPEED_TOLERANCE)] as const,
      coreSpeed: speed,
    }));
  const merged: Known[] = [];
  for (const band of bands) {
    const before = merged.at(-1);
    if (before === undefined || band.speeds[0] > before.speeds[1]) merged.push(band);
    else merged[merged.length - 1] = { ...before, speeds: [before.speeds[0], band.speeds[1]] };
  }
  return merged;
}

function hullOf(bands: readonly Known[]): Known {
  const slowest = Math.min(...bands.map(({ speeds }) => speeds[0]));
  const fastest = Math.max(...bands.map(({ speeds }) => speeds[1]));
  return { speeds: [slowest, fastest], coreSpeed: bands[0]?.coreSpeed ?? 1 };
}
