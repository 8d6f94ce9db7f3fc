import { durationText } from '../units-text.ts';
import { SECONDS_PER_HOUR } from '../units.ts';
import type { WorkloadDescription } from './description.ts';

/** How alike two described workloads are, and in what. */
export interface Similarity {
  /** 0..1 */
  readonly share: number;
  /** what both tell and what is much the same, in words */
  readonly matched: readonly string[];
  /** what both tell and what is not */
  readonly differs: readonly string[];
}

/** How much a feature says of how long a job takes. */
const WEIGHTS = {
  task: 3,
  algorithm: 3,
  input: 2,
  rows: 1,
  columns: 1,
  parameter: 1,
  deadline: 0.5,
} as const;
/** Numbers this many times apart have nothing in common. */
const FARTHEST_RATIO = 16;
/** At least so much of a feature is shared, or it counts as a difference. */
const MATCHED = 0.5;

interface Compared {
  readonly weight: number;
  /** 0..1 */
  readonly alike: number;
  readonly words: string;
}

/**
 * Gower's coefficient over what both descriptions tell: names are alike or not, numbers by the logarithm of their
 * ratio. What only one of them tells says nothing either way.
 *
 * @see Gower, A General Coefficient of Similarity and Some of Its Properties, Biometrics 1971
 */
export function similarityOf(one: WorkloadDescription, other: WorkloadDescription): Similarity {
  const features = [
    byName('task', one.task, other.task, WEIGHTS.task),
    byName('algorithm', one.algorithm, other.algorithm, WEIGHTS.algorithm),
    byRatio('the input', one.inputGib, other.inputGib, WEIGHTS.input),
    byRatio('the rows', one.rows, other.rows, WEIGHTS.rows),
    byRatio('the columns', one.columns, other.columns, WEIGHTS.columns),
    ...Object.keys(one.parameters).map((name) =>
      byRatio(name, one.parameters[name] ?? null, other.parameters[name] ?? null, WEIGHTS.parameter),
    ),
    deadlines(one.hoursToDeadline, other.hoursToDeadline),
  ].flat();
  const weight = features.reduce((sum, feature) => sum + feature.weight, 0);
  const wordsOf = (matched: boolean) =>
    features.filter(({ alike }) => alike >= MATCHED === matched).map(({ words }) => words);
  return {
    share: features.reduce((sum, feature) => sum + feature.weight * feature.alike, 0) / weight,
    matched: wordsOf(true),
    differs: wordsOf(false),
  };
}

function byName(what: string, one: string | null, other: string | null, weight: number): Compared[] {
  if (one === null || other === null) return [];
  const alike = one === other ? 1 : 0;
  return [{ weight, alike, words: alike === 1 ? `same ${what} (${one})` : `${what} ${other}, not ${one}` }];
}

function byRatio(what: string, one: number | null, other: number | null, weight: number): Compared[] {
  if (one === null || other === null || one <= 0 || other <= 0) return [];
  const ratio = other / one;
  return [{ weight, alike: alikeAt(ratio), words: `${Number(ratio.toPrecision(2))} times ${what}` }];
}

function deadlines(oneHours: number, otherHours: number): Compared[] {
  if (oneHours <= 0 || otherHours <= 0) return [];
  const words = `a deadline after ${durationText(otherHours * SECONDS_PER_HOUR)}`;
  return [{ weight: WEIGHTS.deadline, alike: alikeAt(otherHours / oneHours), words }];
}

function alikeAt(ratio: number): number {
  return Math.max(1 - Math.abs(Math.log(ratio)) / Math.log(FARTHEST_RATIO), 0);
}
