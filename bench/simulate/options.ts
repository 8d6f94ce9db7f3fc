import { InvalidInputError } from '../../core/errors.ts';
import type { PolicyName } from './policies/policy.ts';

/** As they stand on the command line. */
export interface SimulateOptions {
  readonly seeds: string;
  readonly days: string;
  readonly world?: string;
  readonly jobs?: string;
  readonly faults?: 'catalogue' | 'none';
  readonly policy: PolicyName;
  readonly compare?: boolean;
  readonly effort: 'fast' | 'full';
  readonly workers?: string;
  readonly resume?: boolean;
  readonly everyPass?: boolean;
  readonly scenario?: string;
  readonly writeDocs?: boolean;
  readonly json?: boolean;
}

const MOST_SEEDS = 1_000_000;

/** The numbers of `from-to`, or of a single one. */
export function seedsIn(text: string): number[] {
  const [, from, to = from] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  const [first, last] = [Number(from), Number(to)];
  if (from === undefined || last < first || last - first >= MOST_SEEDS) {
    throw new InvalidInputError(
      `--seeds: found "${text}"; allowed: FROM-TO such as 1-40, at most ${MOST_SEEDS} of them.`,
    );
  }
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** A whole number within bounds. */
export function wholeNumberIn(option: string, text: string, most: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  throw new InvalidInputError(`${option}: found "${text}"; allowed: a whole number from 1 to ${most}.`);
}
