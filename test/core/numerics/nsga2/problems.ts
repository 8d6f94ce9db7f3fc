import type { Nsga2Problem } from '../../../../core/numerics/nsga2/nsga2.ts';
import type { Evaluation } from '../../../../core/numerics/nsga2/domination.ts';
import type { Rng } from '../../../../core/numerics/rng.ts';

export type Point = readonly number[];

/** Real-valued problem with simulated binary crossover and polynomial mutation (Deb and Agrawal, 1995). */
export function realProblem(
  bounds: readonly (readonly [number, number])[],
  evaluate: (x: Point) => Evaluation,
): Nsga2Problem<Point> {
  const clamp = (value: number, i: number) => Math.min(Math.max(value, bounds[i]![0]), bounds[i]![1]);
  const crossoverIndex = 15;
  const mutationIndex = 20;
  return {
    create: (rng) => bounds.map(([low, high]) => low + rng() * (high - low)),
    crossover: (one, other, rng) =>
      one.map((value, i) => {
        if (rng() < 0.5) return value;
        const u = rng();
        const spread =
          u < 0.5 ? (2 * u) ** (1 / (crossoverIndex + 1)) : (1 / (2 * (1 - u))) ** (1 / (crossoverIndex + 1));
        const mean = (value + other[i]!) / 2;
        const half = (Math.abs(value - other[i]!) / 2) * spread;
        return clamp(rng() < 0.5 ? mean - half : mean + half, i);
      }),
    mutate: (genome, rng) =>
      genome.map((value, i) =>
        rng() < 1 / genome.length ? clamp(value + step(rng) * (bounds[i]![1] - bounds[i]![0]), i) : value,
      ),
    evaluate,
  };
  function step(rng: Rng): number {
    const u = rng();
    return u < 0.5
      ? (2 * u) ** (1 / (mutationIndex + 1)) - 1
      : 1 - (2 * (1 - u)) ** (1 / (mutationIndex + 1));
  }
}

const unit = (n: number): [number, number][] => Array.from({ length: n }, () => [0, 1]);
const zdt = (n: number, h: (f1: number, g: number) => number) =>
  realProblem(unit(n), (x) => {
    const f1 = x[0]!;
    const g = 1 + (9 * x.slice(1).reduce((sum, v) => sum + v, 0)) / (n - 1);
    return { objectives: [f1, g * h(f1, g)], violation: 0 };
  });

/** Zitzler, Deb and Thiele, 2000: convex, concave and disconnected fronts. */
export const zdt1 = zdt(30, (f1, g) => 1 - Math.sqrt(f1 / g));
export const zdt2 = zdt(30, (f1, g) => 1 - (f1 / g) ** 2);
export const zdt3 = zdt(30, (f1, g) => 1 - Math.sqrt(f1 / g) - (f1 / g) * Math.sin(10 * Math.PI * f1));

/** Binh and Korn, 1997: two constraints cut the square. */
export const bnh = realProblem(
  [
    [0, 5],
    [0, 3],
  ],
  (p) => {
    const x = p[0]!;
    const y = p[1]!;
    const first = Math.max(0, (x - 5) ** 2 + y ** 2 - 25);
    const second = Math.max(0, 7.7 - (x - 8) ** 2 - (y + 3) ** 2);
    return { objectives: [4 * x ** 2 + 4 * y ** 2, (x - 5) ** 2 + (y - 5) ** 2], violation: first + second };
  },
);

/** Osyczka-like (Chankong–Haimes): constraints bind along the whole front. */
export const chankongHaimes = realProblem(
  [
    [-20, 20],
    [-20, 20],
  ],
  (p) => {
    const x = p[0]!;
    const y = p[1]!;
    const first = Math.max(0, x ** 2 + y ** 2 - 225);
    const second = Math.max(0, x - 3 * y + 10);
    return { objectives: [2 + (x - 2) ** 2 + (y - 1) ** 2, 9 * x - (y - 1) ** 2], violation: first + second };
  },
);

/** Area between points and a reference point, both objectives minimised. */
export function hypervolume(
  points: readonly (readonly number[])[],
  reference: readonly [number, number],
): number {
  const inside = points.filter((p) => p[0]! < reference[0] && p[1]! < reference[1]);
  const sorted = [...inside].sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!);
  let area = 0;
  let ceiling = reference[1];
  for (const point of sorted) {
    if (point[1]! >= ceiling) continue;
    area += (reference[0] - point[0]!) * (ceiling - point[1]!);
    ceiling = point[1]!;
  }
  return area;
}
