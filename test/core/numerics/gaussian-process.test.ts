import { describe, expect, it } from 'vitest';
import { Cholesky } from '../../../core/numerics/cholesky.ts';
import { GaussianProcess } from '../../../core/numerics/gaussian-process/gaussian-process.ts';
import { ProcessKernel } from '../../../core/numerics/gaussian-process/process-kernel.ts';
import { ProcessObjective } from '../../../core/numerics/gaussian-process/process-objective.ts';
import { minimiseByAdam } from '../../../core/numerics/minimise-by-adam.ts';
import { nonNegativeDescent } from '../../../core/numerics/non-negative-descent.ts';
import { seededRng } from '../../../core/numerics/rng.ts';

const hyperPrior = (value: number, spread = 0.8) => ({ mean: Math.log(value), spread });
const HYPER_PRIORS = {
  amplitude: hyperPrior(0.3),
  length: hyperPrior(1.5),
  fullLength: hyperPrior(2),
  fullAmplitude: hyperPrior(0.1),
  noise: hyperPrior(0.05),
};
const PRIOR = { constantSpread: 1, linearSpread: [0.5, 0.5] };

function sampleOf(count: number, noise = 0.02) {
  const rng = seededRng('sample');
  const inputs = Array.from({ length: count }, () => [4 * rng() - 2, 4 * rng() - 2]);
  const targets = inputs.map(([a = 0, b = 0]) => curve(a, b) + noise * 3.46 * (rng() - 0.5));
  return { inputs, targets, noiseScale: inputs.map(() => 1) };
}
const curve = (a: number, b: number): number => 0.4 * a + Math.sin(1.3 * b) * 0.5;

describe('Cholesky', () => {
  it('solves, inverts and tells the determinant', () => {
    const matrix = Float64Array.from([4, 2, 0.6, 2, 5, 1, 0.6, 1, 3]);
    const factor = Cholesky.of(matrix, 3)!;
    const x = factor.solve(Float64Array.from([1, 2, 3]));
    const back = [0, 1, 2].map((i) => [0, 1, 2].reduce((sum, j) => sum + matrix[3 * i + j]! * x[j]!, 0));
    [1, 2, 3].forEach((value, i) => expect(back[i]).toBeCloseTo(value, 12));
    const inverse = factor.inverse();
    for (const i of [0, 1, 2]) {
      for (const j of [0, 1, 2]) {
        const product = [0, 1, 2].reduce((sum, k) => sum + matrix[3 * i + k]! * inverse[3 * k + j]!, 0);
        expect(product).toBeCloseTo(i === j ? 1 : 0, 12);
      }
    }
    expect(Math.exp(2 * factor.halfLogDeterminant)).toBeCloseTo(44.6, 9);
  });

  it('refuses what is not positive definite', () => {
    expect(Cholesky.of(Float64Array.from([1, 2, 2, 1]), 2)).toBeNull();
    expect(Cholesky.of(Float64Array.from([Number.NaN]), 1)).toBeNull();
  });
});

describe('the Gaussian process', () => {
  it('finds a curve from a few noisy points, and knows how far off it is', () => {
    const process = new GaussianProcess(sampleOf(40), PRIOR, HYPER_PRIORS);
    for (const point of [
      [0.3, 0.4],
      [-1, 1],
      [1.2, -0.7],
    ]) {
      const { mean, spread } = process.predict(point);
      expect(Math.abs(mean - curve(point[0]!, point[1]!))).toBeLessThan(0.08);
      expect(spread).toBeLessThan(0.15);
    }
    expect(process.predict([6, 6]).spread).toBeGreaterThan(3 * process.predict([0, 0]).spread);
  });

  it('climbs by the slope that its objective has', () => {
    const kernel = new ProcessKernel(2, PRIOR);
    const priors = Array.from({ length: kernel.hyperparameters }, () => hyperPrior(0.5));
    const objective = new ProcessObjective(kernel, sampleOf(9), priors);
    const theta = Float64Array.from([-1.2, -0.8, 0.2, 0.5, 0.6, 0.1, -1.5, -2.5]);
    const { gradient } = objective.evaluate(theta)!;
    theta.forEach((_, k) => {
      const at = (step: number) => objective.evaluate(theta.map((v, i) => (i === k ? v + step : v)))!.value;
      expect(gradient[k]).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 4);
    });
  });

  it('says of a point left out what the rest would say of it', () => {
    const sample = sampleOf(12);
    // hyperparameters nailed down, so that both processes share them
    const at = ({ mean }: { mean: number }) => ({ mean, spread: 1e-6 });
    const nailed = {
      amplitude: at(HYPER_PRIORS.amplitude),
      length: at(HYPER_PRIORS.length),
      fullLength: at(HYPER_PRIORS.fullLength),
      fullAmplitude: at(HYPER_PRIORS.fullAmplitude),
      noise: at(HYPER_PRIORS.noise),
    };
    const whole = new GaussianProcess(sample, PRIOR, nailed);
    const out = [4, 7];
    const keep = <T>(values: readonly T[]): T[] => values.filter((_, i) => !out.includes(i));
    const rest = new GaussianProcess(
      { inputs: keep(sample.inputs), targets: keep(sample.targets), noiseScale: keep(sample.noiseScale) },
      PRIOR,
      nailed,
    );
    const leftOut = whole.leaveOut(out, sample.targets);
    out.forEach((point, a) => {
      const { mean, spread } = rest.predict(sample.inputs[point]!);
      expect(leftOut[a]!.residual).toBeCloseTo(sample.targets[point]! - mean, 4);
      expect(leftOut[a]!.spread).toBeCloseTo(spread, 4);
    });
  });

  it('lets a noisier point count for less', () => {
    const sample = sampleOf(20);
    const targets = sample.targets.map((target, i) => (i === 3 ? target + 1 : target));
    const off = (noiseScale: number[]) =>
      new GaussianProcess({ ...sample, targets, noiseScale }, PRIOR, HYPER_PRIORS).predict(sample.inputs[3]!)
        .mean - sample.targets[3]!;
    expect(Math.abs(off(sample.noiseScale.map((s, i) => (i === 3 ? 1000 : s))))).toBeLessThan(
      Math.abs(off(sample.noiseScale)) / 2,
    );
  });

  it('bears the same point many times over', () => {
    const sample = {
      inputs: Array.from({ length: 20 }, () => [0, 0]),
      targets: Array.from({ length: 20 }, (_, i) => 1 + 0.01 * (i % 3)),
      noiseScale: new Array<number>(20).fill(1),
    };
    expect(new GaussianProcess(sample, PRIOR, HYPER_PRIORS).predict([0, 0]).mean).toBeCloseTo(1.01, 1);
  });

  it('refuses no points and points that are no numbers', () => {
    const none = { inputs: [], targets: [], noiseScale: [] };
    expect(() => new GaussianProcess(none, PRIOR, HYPER_PRIORS)).toThrow(RangeError);
    const broken = { inputs: [[Number.NaN, 0]], targets: [1], noiseScale: [1] };
    expect(() => new GaussianProcess(broken, PRIOR, HYPER_PRIORS)).toThrow(RangeError);
  });
});

describe('minimising', () => {
  it('comes near a valley and never ends worse than it began', () => {
    const valley = (x: Float64Array) => ({
      value: (x[0]! - 1) ** 2 + 5 * (x[1]! + 2) ** 2,
      gradient: Float64Array.from([2 * (x[0]! - 1), 10 * (x[1]! + 2)]),
    });
    const found = minimiseByAdam(valley, Float64Array.from([4, 3]), 200, 0.12);
    expect(found[0]).toBeCloseTo(1, 1);
    expect(found[1]).toBeCloseTo(-2, 1);
    expect(minimiseByAdam(() => null, Float64Array.from([4, 3]), 10, 0.1)).toEqual(Float64Array.from([4, 3]));
  });

  it('keeps coefficients from going below zero', () => {
    // without the bound the solution were (2, -1)
    const gram = Float64Array.from([2, 1, 1, 2]);
    const solution = nonNegativeDescent(gram, Float64Array.from([3, 0]), new Float64Array(2));
    expect(solution[0]).toBeCloseTo(1.5, 6);
    expect(solution[1]).toBe(0);
  });
});
