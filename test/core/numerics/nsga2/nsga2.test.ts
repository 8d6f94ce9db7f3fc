import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NonDominatedArchive } from '../../../../core/numerics/nsga2/archive.ts';
import { crowdingDistances } from '../../../../core/numerics/nsga2/crowding-distance.ts';
import { constraintDominates, dominates } from '../../../../core/numerics/nsga2/domination.ts';
import { nonDominatedSort } from '../../../../core/numerics/nsga2/non-dominated-sort.ts';
import { nsga2, type Nsga2Problem } from '../../../../core/numerics/nsga2/nsga2.ts';
import { seededRng } from '../../../../core/numerics/rng.ts';
import { bnh, chankongHaimes, hypervolume, zdt1, zdt2, zdt3, type Point } from './problems.ts';

const solve = (problem: Nsga2Problem<Point>, seed: number, generations = 250) =>
  nsga2(problem, { rng: seededRng(seed), populationSize: 100, generations, archiveSize: 100 });
const grid = (n: number) => Array.from({ length: n + 1 }, (_, i) => i / n);

/** The true fronts, densely sampled (dominated points of ZDT3's formula drop out of the area by themselves). */
const trueFronts = {
  zdt1: grid(2000).map((f) => [f, 1 - Math.sqrt(f)]),
  zdt2: grid(2000).map((f) => [f, 1 - f ** 2]),
  zdt3: grid(4000).map((f) => [f, 1 - Math.sqrt(f) - f * Math.sin(10 * Math.PI * f)]),
  // Deb 2001: x = y in [0, 3], then y = 3 and x in [3, 5]
  bnh: [
    ...grid(2000).map((t) => [8 * (3 * t) ** 2, 2 * (3 * t - 5) ** 2]),
    ...grid(2000).map((t) => [4 * (3 + 2 * t) ** 2 + 36, (2 * t - 2) ** 2 + 4]),
  ],
};

describe('NSGA-II', () => {
  test.each([
    ['ZDT1', zdt1, trueFronts.zdt1, [1.1, 1.1]],
    ['ZDT2', zdt2, trueFronts.zdt2, [1.1, 1.1]],
    ['ZDT3', zdt3, trueFronts.zdt3, [1.1, 1.1]],
    ['BNH (constrained)', bnh, trueFronts.bnh, [140, 50]],
  ] as const)(
    'covers the front of %s within a hundredth of its hypervolume',
    (_, problem, front, reference) => {
      const found = solve(problem, 7).front.map((member) => member.objectives);
      const share = hypervolume(found, [...reference]) / hypervolume(front, [...reference]);
      expect(share).toBeGreaterThan(0.99);
      expect(share).toBeLessThan(1.001);
    },
  );

  test('keeps only feasible, mutually non-dominated members on its front', () => {
    const { front } = solve(chankongHaimes, 3, 80);
    expect(front.length).toBeGreaterThan(20);
    for (const one of front) {
      expect(one.violation).toBe(0);
      expect(front.some((other) => dominates(other.objectives, one.objectives))).toBe(false);
    }
  });

  test('gives the same front for the same seed, another one for another', () => {
    const objectives = (seed: number) => solve(zdt1, seed, 20).front.map((member) => member.objectives);
    expect(objectives(1)).toEqual(objectives(1));
    expect(objectives(1)).not.toEqual(objectives(2));
  });

  test('never loses a seed that nothing dominates', () => {
    const best = Array.from({ length: 30 }, () => 0);
    const { front } = nsga2(zdt1, { rng: seededRng(1), populationSize: 10, generations: 5, seeds: [best] });
    expect(front.some((member) => member.objectives[0] === 0 && member.objectives[1] === 1)).toBe(true);
  });

  test('stops early when nothing improves, and never passes its generations', () => {
    const constant: Nsga2Problem<number> = {
      create: () => 0,
      crossover: (a) => a,
      mutate: (a) => a,
      evaluate: () => ({ objectives: [1], violation: 0 }),
    };
    const options = { rng: seededRng(1), populationSize: 4, generations: 50 };
    expect(nsga2(constant, { ...options, stallGenerations: 3 }).generations).toBe(3);
    expect(nsga2(constant, options)).toMatchObject({ generations: 50, evaluations: 4 * 51 });
  });

  test('returns an empty front when nothing is feasible, and the least violating population', () => {
    const impossible: Nsga2Problem<number> = {
      create: (rng) => 1 + rng(),
      crossover: (a, b) => (a + b) / 2,
      mutate: (a, rng) => Math.max(1, a - rng() * 0.1),
      evaluate: (a) => ({ objectives: [a], violation: a }),
    };
    const result = nsga2(impossible, { rng: seededRng(1), populationSize: 20, generations: 40 });
    expect(result.front).toEqual([]);
    expect(Math.min(...result.population.map((member) => member.violation))).toBeLessThan(1.05);
  });
});

const evaluations = fc.array(
  fc.record({
    objectives: fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 })),
    violation: fc.integer({ min: 0, max: 2 }),
  }),
  { minLength: 1, maxLength: 40 },
);

describe('its parts', () => {
  test('sorting puts every candidate into one front, and no front holds a pair that dominates', () => {
    fc.assert(
      fc.property(evaluations, (population) => {
        const fronts = nonDominatedSort(population);
        expect(fronts.flat().sort((a, b) => a - b)).toEqual(population.map((_, i) => i));
        for (const front of fronts) {
          for (const i of front) {
            expect(front.some((j) => constraintDominates(population[j]!, population[i]!))).toBe(false);
          }
        }
      }),
    );
  });

  test('the archive equals the non-dominated feasible set, whatever the order of arrival', () => {
    fc.assert(
      fc.property(evaluations, (population) => {
        const archive = new NonDominatedArchive<(typeof population)[number]>(1000);
        for (const candidate of population) archive.add(candidate);
        const feasible = population.filter((each) => each.violation === 0);
        const expected = feasible.filter(
          (one) => !feasible.some((other) => dominates(other.objectives, one.objectives)),
        );
        const text = (set: readonly { objectives: readonly number[] }[]) =>
          [...new Set(set.map((m) => m.objectives.join()))].sort();
        expect(text(archive.members)).toEqual(text(expected));
      }),
    );
  });

  test('a full archive drops the crowded and keeps the ends', () => {
    const archive = new NonDominatedArchive<{ objectives: number[]; violation: number }>(3);
    for (const x of [0, 10, 5, 5.1]) archive.add({ objectives: [x, 10 - x], violation: 0 });
    const kept = archive.members.map((member) => member.objectives[0]);
    expect(kept).toHaveLength(3);
    expect(kept).toEqual(expect.arrayContaining([0, 10]));
  });

  test('crowding is infinite at the ends and smaller where neighbours are close', () => {
    const distances = crowdingDistances([
      [0, 10],
      [1, 9],
      [2, 8],
      [6, 4],
      [10, 0],
    ]);
    expect([distances[0], distances[4]]).toEqual([Infinity, Infinity]);
    expect(distances[1]).toBeLessThan(distances[3]!);
  });
});
