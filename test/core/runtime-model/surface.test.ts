import { describe, expect, it } from 'vitest';
import { seededRng } from '../../../core/numerics/rng.ts';
import { RuntimeSurface } from '../../../core/runtime-model/surface/runtime-surface.ts';
import type { SurfaceColumn, SurfaceRun } from '../../../core/runtime-model/surface/surface-column.ts';

const COLUMNS: SurfaceColumn[] = [
  { name: 'instance_count', role: 'cores', scale: 'log', tolerance: false },
  { name: 'rows', role: 'volume', scale: 'log', tolerance: false },
  { name: 'share', role: 'parameter', scale: 'linear', tolerance: false },
];

/** Reading is done side by side, writing what was found is not. */
const truth = ([nodes = 1, rows = 0, share = 0]: readonly number[]): number =>
  25 + (40 * rows) / nodes + 8 * rows * share;

function runsOf(count: number, seed = 'surface', noise = 0.02): SurfaceRun[] {
  const rng = seededRng(seed);
  return Array.from({ length: count }, () => {
    const values = [2 + 2 * Math.floor(rng() * 6), 5 + Math.floor(rng() * 5), Math.floor(rng() * 5) / 4];
    return {
      values,
      runtimeSeconds: truth(values) * Math.exp(noise * 3.46 * (rng() - 0.5)),
      weight: 1,
    };
  });
}

function errorOf(surface: RuntimeSurface, asked: readonly SurfaceRun[]): number {
  const errors = asked.map(({ values }) => Math.abs(surface.secondsAt(values, 0.5) / truth(values) - 1));
  return errors.reduce((sum, error) => sum + error, 0) / errors.length;
}

describe('the runtime surface', () => {
  it('needs a dozen runs for a job with a parameter', () => {
    const asked = runsOf(60, 'asked');
    expect(errorOf(new RuntimeSurface(COLUMNS, runsOf(12)), asked)).toBeLessThan(0.06);
    expect(errorOf(new RuntimeSurface(COLUMNS, runsOf(60)), asked)).toBeLessThan(0.02);
  });

  it('covers what it has not seen about as often as it says', () => {
    let below = 0;
    for (let repetition = 0; repetition < 8; repetition += 1) {
      const surface = new RuntimeSurface(COLUMNS, runsOf(20, `known ${repetition}`));
      for (const { values, runtimeSeconds } of runsOf(50, `asked ${repetition}`)) {
        if (runtimeSeconds <= surface.secondsAt(values, 0.95)) below += 1;
      }
    }
    expect(below / 400).toBeGreaterThan(0.9);
    expect(below / 400).toBeLessThan(0.995);
  });

  it('answers from one run, wider the farther it is asked', () => {
    const surface = new RuntimeSurface(COLUMNS, [{ values: [4, 8, 0.5], runtimeSeconds: 300, weight: 1 }]);
    const width = (values: number[]) => surface.predict(values).logSpread;
    expect(surface.secondsAt([4, 8, 0.5], 0.5)).toBeGreaterThan(200);
    expect(surface.secondsAt([4, 8, 0.5], 0.5)).toBeLessThan(400);
    expect(surface.secondsAt([8, 8, 0.5], 0.5)).toBeLessThan(surface.secondsAt([4, 8, 0.5], 0.5));
    expect(width([40, 80, 0.5])).toBeGreaterThan(width([4, 8, 0.5]));
  });

  it('goes on outside the sizes and scale-outs it knows', () => {
    const inside = runsOf(120).filter(({ values }) => values[0]! <= 6 && values[1]! <= 7);
    const surface = new RuntimeSurface(COLUMNS, inside);
    for (const values of [
      [12, 9, 0.5],
      [10, 9, 1],
    ]) {
      expect(Math.abs(surface.secondsAt(values, 0.5) / truth(values) - 1)).toBeLessThan(0.12);
      expect(surface.secondsAt(values, 0.95)).toBeGreaterThan(truth(values));
    }
  });

  it('lets a disturbed run of little weight pass', () => {
    const runs = runsOf(15);
    const disturbed = (weight: number) =>
      new RuntimeSurface(COLUMNS, [
        ...runs,
        { values: [6, 8, 0.5], runtimeSeconds: 5 * truth([6, 8, 0.5]), weight },
      ]).secondsAt([6, 8, 0.5], 0.5) / truth([6, 8, 0.5]);
    expect(disturbed(0.001)).toBeLessThan(1.15);
    expect(disturbed(1)).toBeGreaterThan(disturbed(0.001));
  });

  it('takes a tolerance as work that grows when it shrinks', () => {
    const columns: SurfaceColumn[] = [
      { name: 'instance_count', role: 'cores', scale: 'log', tolerance: false },
      { name: 'tolerance', role: 'parameter', scale: 'log', tolerance: true },
    ];
    const law = (nodes: number, tolerance: number) => 30 + (60 * Math.log(1 / tolerance)) / nodes;
    const runs = [2, 4, 8].flatMap((nodes) =>
      [0.1, 0.01, 0.001].map((tolerance) => ({
        values: [nodes, tolerance],
        runtimeSeconds: law(nodes, tolerance),
        weight: 1,
      })),
    );
    const surface = new RuntimeSurface(columns, runs);
    expect(Math.abs(surface.secondsAt([4, 0.0001], 0.5) / law(4, 0.0001) - 1)).toBeLessThan(0.15);
  });

  it('is the same for the same runs', () => {
    const of = () => new RuntimeSurface(COLUMNS, runsOf(10)).predict([6, 7, 0.25]);
    expect(of()).toEqual(of());
  });
});
