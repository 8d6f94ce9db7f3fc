import type { Rng } from '../../../core/numerics/rng.ts';

/** One of these, each as likely as its weight. */
export function weighted<T>(rng: Rng, choices: readonly (readonly [weight: number, value: T])[]): T {
  const total = choices.reduce((sum, [weight]) => sum + weight, 0);
  let left = rng() * total;
  for (const [weight, value] of choices) {
    left -= weight;
    if (left < 0) return value;
  }
  const last = choices.at(-1);
  if (last === undefined) throw new RangeError('Nothing to choose from.');
  return last[1];
}

/** One of these, each as likely as the others. */
export function oneOf<T>(rng: Rng, choices: readonly T[]): T {
  return weighted(
    rng,
    choices.map((choice) => [1, choice] as const),
  );
}

/** True with that probability. */
export function chance(rng: Rng, probability: number): boolean {
  return rng() < probability;
}

/** Uniform between two bounds. */
export function between(rng: Rng, low: number, high: number): number {
  return low + rng() * (high - low);
}

/** Uniform in the logarithm: as many below the geometric middle as above. */
export function logBetween(rng: Rng, low: number, high: number): number {
  return Math.exp(between(rng, Math.log(low), Math.log(high)));
}

/** A whole number from `low` to `high`, both included. */
export function wholeBetween(rng: Rng, low: number, high: number): number {
  return low + Math.floor(rng() * (high - low + 1));
}

/** So many different ones of these, in their own order. */
export function someOf<T>(rng: Rng, choices: readonly T[], count: number): T[] {
  const left = choices.map((choice, index) => ({ choice, index, draw: rng() }));
  const drawn = left.sort((a, b) => a.draw - b.draw).slice(0, count);
  return drawn.sort((a, b) => a.index - b.index).map(({ choice }) => choice);
}

/** At most so many digits after the point: people can read what was drawn. */
export function rounded(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}
