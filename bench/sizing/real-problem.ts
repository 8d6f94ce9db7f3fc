import type { Evaluation } from '../../core/numerics/nsga2/domination.ts';
import type { Nsga2Problem } from '../../core/numerics/nsga2/nsga2.ts';
import type { Rng } from '../../core/numerics/rng.ts';

export type Point = readonly number[];

const CROSSOVER_INDEX = 15;
const MUTATION_INDEX = 20;
/** Of mutations, so many go anywhere: small steps alone never leave a wide trap. */
const FAR_SHARE = 0.1;

/** Real-valued problem with simulated binary crossover and polynomial mutation (Deb and Agrawal, 1995). */
export function realProblem(
  bounds: readonly (readonly [number, number])[],
  evaluate: (x: Point) => Evaluation,
): Nsga2Problem<Point> {
  const boundsOf = (i: number) => bounds[i] ?? [0, 1];
  const clamp = (value: number, i: number) => Math.min(Math.max(value, boundsOf(i)[0]), boundsOf(i)[1]);
  return {
    create: (rng) => bounds.map(([low, high]) => low + rng() * (high - low)),
    crossover: (one, other, rng) => one.map((value, i) => clamp(crossed(value, other[i] ?? value, rng), i)),
    mutate: (genome, rng) =>
      genome.map((value, i) => {
        const [low, high] = boundsOf(i);
        if (rng() >= 1 / genome.length) return value;
        return rng() < FAR_SHARE
          ? low + rng() * (high - low)
          : clamp(value + polynomialStep(rng) * (high - low), i);
      }),
    evaluate,
  };
}

function crossed(value: number, other: number, rng: Rng): number {
  if (rng() < 0.5) return value;
  const u = rng();
  const exponent = 1 / (CROSSOVER_INDEX + 1);
  const spread = u < 0.5 ? (2 * u) ** exponent : (1 / (2 * (1 - u))) ** exponent;
  const half = (Math.abs(value - other) / 2) * spread;
  return (value + other) / 2 + (rng() < 0.5 ? -half : half);
}

function polynomialStep(rng: Rng): number {
  const u = rng();
  const exponent = 1 / (MUTATION_INDEX + 1);
  return u < 0.5 ? (2 * u) ** exponent - 1 : 1 - (2 * (1 - u)) ** exponent;
}
