import { describe, expect, test } from 'vitest';
import { fitRuntimeModel } from '../../../core/runtime-model/fit-runtime-model.ts';
import { predictRuntime } from '../../../core/runtime-model/predict-runtime.ts';
import { learnUtilisation, withLogOdds } from '../../../core/runtime-model/utilisation.ts';

const GIB = 1024 ** 3;
const shapeOf = (cores: number) => ({
  inputBytes: 100 * GIB,
  cores,
  nodes: cores / 8,
  memoryMib: cores * 4096,
  coreSpeed: 1,
});

/** Runs whose executors were so busy, on 32 to 96 cores. */
const runsAt = (utilisation: (i: number) => number, count = 8) =>
  Array.from({ length: count }, (_, i) => {
    const cores = 32 + 16 * (i % 5);
    return {
      ...shapeOf(cores),
      runKey: `orders@${i}`,
      at: `2026-01-0${i + 1}T00:00:00.000Z`,
      runtimeSeconds: 300 + 90_000 / cores,
      weight: 1,
      utilisation: utilisation(i),
    };
  });
const expected = (utilisation: (i: number) => number, count?: number) => {
  const model = fitRuntimeModel({ task: 'etl', runs: runsAt(utilisation, count), baseline: null });
  const { busyCoreSeconds, medianSeconds } = predictRuntime(model, shapeOf(64));
  return busyCoreSeconds / (64 * medianSeconds);
};

describe('how busy executors are expected to be', () => {
  test('is what a job’s own runs were, above and below what the law of its runtime implies', () => {
    for (const share of [0.5, 0.7, 0.93]) {
      expect(expected(() => share)).toBeGreaterThan(share - 0.05);
      expect(expected(() => share)).toBeLessThan(share + 0.05);
    }
  });

  test('does not follow one run that a reclaim left idle', () => {
    expect(expected((i) => (i === 3 ? 0.3 : 0.85))).toBeGreaterThan(0.8);
  });

  test('still falls as cores are added', () => {
    const model = fitRuntimeModel({ task: 'etl', runs: runsAt(() => 0.8), baseline: null });
    const shareOn = (cores: number) => {
      const { busyCoreSeconds, medianSeconds } = predictRuntime(model, shapeOf(cores));
      return busyCoreSeconds / (cores * medianSeconds);
    };
    expect(shareOn(96)).toBeLessThan(shareOn(32));
  });

  test('is the law’s alone before the first run, and stays within 0 and 1', () => {
    const coefficients = fitRuntimeModel({ task: 'etl', runs: [], baseline: null }).coefficients;
    expect(learnUtilisation([], coefficients, 0.88).logOdds).toBe(0);
    for (const share of [0, 0.3, 1])
      for (const logOdds of [-8, 0, 8]) {
        expect(withLogOdds(share, logOdds)).toBeGreaterThanOrEqual(0);
        expect(withLogOdds(share, logOdds)).toBeLessThanOrEqual(1);
      }
  });
});
