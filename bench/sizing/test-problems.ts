import type { Evaluation } from '../../core/numerics/nsga2/domination.ts';
import { hypervolume } from '../../core/numerics/hypervolume.ts';
import { nsga2, type Nsga2Problem } from '../../core/numerics/nsga2/nsga2.ts';
import { seededRng } from '../../core/numerics/rng.ts';
import { realProblem, type Point } from './real-problem.ts';

/** How much of a known front's hypervolume NSGA-II reaches. */
export interface FrontRatio {
  readonly problem: string;
  readonly hypervolumeRatio: number;
}

export interface TestProblem {
  readonly name: string;
  readonly problem: Nsga2Problem<Point>;
  /** the true front, densely sampled */
  readonly front: readonly (readonly number[])[];
  readonly reference: readonly number[];
  readonly generations: number;
  readonly archiveSize: number;
}

const POPULATION = 100;
const unit = (n: number): [number, number][] => Array.from({ length: n }, () => [0, 1]);
const grid = (n: number) => Array.from({ length: n + 1 }, (_, i) => i / n);
const at = (x: Point, i: number) => x[i] ?? 0;

function zdt(h: (f1: number, g: number) => number): Nsga2Problem<Point> {
  const n = 30;
  return realProblem(unit(n), (x) => {
    const f1 = at(x, 0);
    const g = 1 + (9 * x.slice(1).reduce((sum, value) => sum + value, 0)) / (n - 1);
    return { objectives: [f1, g * h(f1, g)], violation: 0 };
  });
}

/** Deb, Thiele, Laumanns and Zitzler, 2002: an eighth of a sphere. */
const dtlz2 = realProblem(unit(12), (x) => {
  const g = x.slice(2).reduce((sum, value) => sum + (value - 0.5) ** 2, 0);
  const [a, b] = [(at(x, 0) * Math.PI) / 2, (at(x, 1) * Math.PI) / 2];
  const scaled = (value: number) => (1 + g) * value;
  return {
    objectives: [scaled(Math.cos(a) * Math.cos(b)), scaled(Math.cos(a) * Math.sin(b)), scaled(Math.sin(a))],
    violation: 0,
  };
});

/**
 * Ma and Wang, Evolutionary Constrained Multiobjective Optimization: Test Suite Construction and Performance
 * Comparisons, IEEE Transactions on Evolutionary Computation 23(6), 2019.
 */
function mw(
  distance: (x: Point) => number,
  evaluate: (f1: number, g: number) => Evaluation,
): Nsga2Problem<Point> {
  return realProblem(unit(15), (x) => evaluate(at(x, 0), distance(x)));
}

function g1(x: Point): number {
  const n = x.length;
  return (
    1 +
    x
      .slice(1)
      .reduce(
        (sum, value, i) => sum + 1 - Math.exp(-10 * (value ** (n - 2) - 0.5 - (i + 1) / (2 * n)) ** 2),
        0,
      )
  );
}

function g2(x: Point): number {
  const n = x.length;
  return (
    1 +
    x.slice(1).reduce((sum, value, i) => {
      const z = 1 - Math.exp(-10 * (value - (i + 1) / n) ** 2);
      return sum + (0.1 / n) * z ** 2 + 1.5 - 1.5 * Math.cos(2 * Math.PI * z);
    }, 0)
  );
}

function g3(x: Point): number {
  return 1 + x.slice(1).reduce((sum, value, i) => sum + 2 * (value + (at(x, i) - 0.5) ** 2 - 1) ** 2, 0);
}

const SQRT2 = Math.SQRT2;

function evaluateMw1(f1: number, g: number): Evaluation {
  const f2 = g * (1 - (0.85 * f1) / g);
  const l = SQRT2 * f2 - SQRT2 * f1;
  return { objectives: [f1, f2], violation: Math.max(0, f1 + f2 - 1 - 0.5 * Math.sin(2 * Math.PI * l) ** 8) };
}

function evaluateMw2(f1: number, g: number): Evaluation {
  const f2 = g * (1 - f1 / g);
  const l = SQRT2 * f2 - SQRT2 * f1;
  return { objectives: [f1, f2], violation: Math.max(0, f1 + f2 - 1 - 0.5 * Math.sin(3 * Math.PI * l) ** 8) };
}

function evaluateMw3(f1: number, g: number): Evaluation {
  const f2 = g * (1 - f1 / g);
  const l = SQRT2 * f2 - SQRT2 * f1;
  const first = f1 + f2 - 1.05 - 0.45 * Math.sin(0.75 * Math.PI * l) ** 6;
  const second = 0.85 - f1 - f2 + 0.3 * Math.sin(0.75 * Math.PI * l) ** 2;
  return { objectives: [f1, f2], violation: Math.max(0, first) + Math.max(0, second) };
}

/** The feasible points of a problem's image that are best: found on a grid of its two degrees of freedom. */
function sampledFront(evaluate: (f1: number, g: number) => Evaluation, mostG: number): number[][] {
  return grid(1500).flatMap((f1) => {
    const best = grid(1500)
      .map((share) => evaluate(f1, 1 + share * (mostG - 1)))
      .find(({ violation }) => violation === 0);
    return best === undefined ? [] : [[...best.objectives]];
  });
}

const octant = grid(60).flatMap((a) =>
  grid(60).map((b) => {
    const [x, y] = [(a * Math.PI) / 2, (b * Math.PI) / 2];
    return [Math.cos(x) * Math.cos(y), Math.cos(x) * Math.sin(y), Math.sin(x)];
  }),
);

const planar = { reference: [1.1, 1.1], generations: 250, archiveSize: 200 };

/** Problems whose best is known: unconstrained in two and three objectives, and constrained. */
export function testProblems(): TestProblem[] {
  const zdt3 = (f1: number) => 1 - Math.sqrt(f1) - f1 * Math.sin(10 * Math.PI * f1);
  return [
    {
      ...planar,
      name: 'ZDT1',
      problem: zdt((f1, g) => 1 - Math.sqrt(f1 / g)),
      front: grid(2000).map((f) => [f, 1 - Math.sqrt(f)]),
    },
    {
      ...planar,
      name: 'ZDT2',
      problem: zdt((f1, g) => 1 - (f1 / g) ** 2),
      front: grid(2000).map((f) => [f, 1 - f ** 2]),
    },
    {
      ...planar,
      name: 'ZDT3',
      problem: zdt((f1, g) => 1 - Math.sqrt(f1 / g) - (f1 / g) * Math.sin(10 * Math.PI * f1)),
      front: grid(4000).map((f) => [f, zdt3(f)]),
    },
    {
      name: 'DTLZ2',
      problem: dtlz2,
      front: octant,
      reference: [1.1, 1.1, 1.1],
      generations: 400,
      archiveSize: 1500,
    },
    {
      ...planar,
      name: 'MW1',
      problem: mw(g1, evaluateMw1),
      front: sampledFront(evaluateMw1, 1.5),
      generations: 600,
    },
    {
      ...planar,
      name: 'MW2',
      problem: mw(g2, evaluateMw2),
      front: sampledFront(evaluateMw2, 1.5),
      generations: 600,
    },
    {
      ...planar,
      name: 'MW3',
      problem: mw(g3, evaluateMw3),
      front: sampledFront(evaluateMw3, 1.5),
      generations: 600,
    },
  ];
}

/** Solves a problem and compares with its known front. */
export function frontRatio({
  name,
  problem,
  front,
  reference,
  generations,
  archiveSize,
}: TestProblem): FrontRatio {
  const { front: found } = nsga2(problem, {
    rng: seededRng(`front/${name}`),
    populationSize: POPULATION,
    generations,
    archiveSize,
  });
  const reached = hypervolume(
    found.map(({ objectives }) => objectives),
    reference,
  );
  return { problem: name, hypervolumeRatio: reached / hypervolume(front, reference) };
}
