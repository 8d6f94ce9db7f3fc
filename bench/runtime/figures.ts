import type { JobScores, MethodScores } from './job-scores.ts';
import type { Score } from './protocol.ts';

export const OURS = 'flarepath';

/** Means over jobs of a method's errors, %; null where nothing is known. */
export function meansOf(scores: readonly JobScores[], name: string) {
  const own = ofMethod(scores, name);
  return {
    global: meanOf(own.map(({ global }) => global.mapePercent)),
    at3: meanAt(scores, name, 3),
    at6: meanAt(scores, name, 6),
    at12: meanAt(scores, name, 12),
    at30: meanAt(scores, name, 30),
    outward: meanOf(own.map(({ outward }) => outward?.mapePercent)),
  };
}

/** Mean over jobs of a method's error when so many runs are known, %. */
export function meanAt(scores: readonly JobScores[], name: string, known: number): number | null {
  return meanOf(ofMethod(scores, name).map(({ availability }) => availability.get(known)?.mapePercent));
}

/** Share of the runs at or below each of the project's levels, mean over jobs, global and every availability. */
export function calibrationOf(scores: readonly JobScores[], name: string): readonly number[] | null {
  const inside = ofMethod(scores, name).flatMap(insideScores);
  const shares = inside.flatMap(({ belowByLevel }) => (belowByLevel === null ? [] : [belowByLevel]));
  return shares[0]?.map((_, level) => meanOf(shares.map((share) => share[level])) ?? 0) ?? null;
}

export function ofMethod(scores: readonly JobScores[], name: string): MethodScores[] {
  return scores.flatMap(({ methods }) => {
    const own = methods.get(name);
    return own === undefined ? [] : [own];
  });
}

export function insideScores({ global, availability }: MethodScores): Score[] {
  return [global, ...availability.values()];
}

/** The mean of what is known; null when nothing is. */
export function meanOf(values: readonly (number | null | undefined)[]): number | null {
  const known = values.filter((value) => value !== null && value !== undefined);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}
