import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { medianOf, valueAt } from '../../../core/numerics/quantiles.ts';
import { seededRng } from '../../../core/numerics/rng.ts';
import {
  fitRuntimeModel,
  predictRuntime,
  RuntimeModel,
  type ClusterShape,
  type TrainingRun,
} from '../../../core/runtime-model/runtime-model.ts';
import { BYTES_PER_GIB } from '../../../core/units.ts';

const m5 = (nodes: number, inputGib: number): ClusterShape => ({
  inputBytes: inputGib * BYTES_PER_GIB,
  cores: 8 * nodes,
  nodes,
  memoryMib: 32_768 * nodes,
  coreSpeed: 1,
});

/** 100 s fixed, 250 core-seconds per GiB, 4 s per doubling of cores. */
const truth = ({ inputBytes, cores, coreSpeed }: ClusterShape): number =>
  100 + (250 * inputBytes) / BYTES_PER_GIB / (cores * coreSpeed) + 4 * Math.log2(1 + cores * coreSpeed);

function runsOf(shapes: readonly ClusterShape[], spread = 0.03): TrainingRun[] {
  const rng = seededRng('runs');
  return shapes.map((shape) => ({
    ...shape,
    at: null,
    weight: 1,
    runtimeSeconds: truth(shape) * Math.exp(spread * 3.46 * (rng() - 0.5)),
  }));
}

const grid = [2, 4, 8, 12].flatMap((nodes) => [20, 60, 120, 200].map((gib) => m5(nodes, gib)));
const secondsAt = (model: RuntimeModel, shape: ClusterShape, level: number): number => {
  const prediction = predictRuntime(model, shape);
  return prediction.medianSeconds * Math.exp(valueAt(prediction.logResidual, level));
};
const widthAt = (model: RuntimeModel, shape: ClusterShape): number =>
  Math.log(secondsAt(model, shape, 0.95) / secondsAt(model, shape, 0.05));

describe('the runtime model', () => {
  it('learns a law of its own kind from a handful of runs', () => {
    const model = fitRuntimeModel({ task: 'etl', runs: runsOf(grid), baseline: null });
    for (const shape of [m5(6, 100), m5(3, 40), m5(10, 180)]) {
      expect(Math.abs(predictRuntime(model, shape).medianSeconds / truth(shape) - 1)).toBeLessThan(0.08);
    }
    expect(model.description).toContain('16 runs of 16 configurations');
  });

  it('survives being written down and read again, and is versioned by its content', () => {
    const model = fitRuntimeModel({ task: 'etl', runs: runsOf(grid), baseline: null });
    expect(RuntimeModel.parse(JSON.parse(JSON.stringify(model)))).toEqual(model);
    expect(fitRuntimeModel({ task: 'etl', runs: runsOf(grid), baseline: null }).version).toBe(model.version);
    expect(fitRuntimeModel({ task: 'etl', runs: runsOf(grid).slice(1), baseline: null }).version).not.toBe(
      model.version,
    );
  });

  it('answers without any run, widely, and says that it guesses', () => {
    const model = fitRuntimeModel({ task: 'training', runs: [], baseline: null });
    const shape = m5(4, 50);
    expect(predictRuntime(model, shape).medianSeconds).toBeGreaterThan(60);
    expect(widthAt(model, shape)).toBeGreaterThan(2);
    expect(model.description).toContain('No run known');
  });

  it('meets the baseline point of the job file, and is surer for it', () => {
    const baseline = { ...m5(4, 50), runtimeSeconds: 1800 };
    const model = fitRuntimeModel({ task: 'etl', runs: [], baseline });
    expect(predictRuntime(model, baseline).medianSeconds / 1800).toBeGreaterThan(0.85);
    expect(predictRuntime(model, baseline).medianSeconds / 1800).toBeLessThan(1.15);
    const without = fitRuntimeModel({ task: 'etl', runs: [], baseline: null });
    expect(widthAt(model, baseline)).toBeLessThan(widthAt(without, baseline));
  });

  it('narrows as runs arrive', () => {
    const widths = [0, 1, 3, 16].map((count) =>
      widthAt(fitRuntimeModel({ task: 'etl', runs: runsOf(grid).slice(0, count), baseline: null }), grid[0]!),
    );
    expect([...widths].sort((a, b) => b - a)).toEqual(widths);
  });

  it('still says that more nodes help after nights on one and the same fleet', () => {
    const runs = runsOf(Array.from({ length: 30 }, (_, night) => m5(4, 100 + (night % 7))));
    const model = fitRuntimeModel({ task: 'etl', runs, baseline: null });
    const same = predictRuntime(model, m5(4, 103));
    expect(same.medianSeconds / truth(m5(4, 103))).toBeGreaterThan(0.93);
    expect(same.medianSeconds / truth(m5(4, 103))).toBeLessThan(1.07);
    expect(predictRuntime(model, m5(8, 103)).medianSeconds).toBeLessThan(0.8 * same.medianSeconds);
    expect(same.busyCoreSeconds).toBeGreaterThan(0.4 * 32 * same.medianSeconds);
  });

  it('never takes longer for less data than for the least it has seen, in no bad case', () => {
    const baseline = { ...m5(30, 180), runtimeSeconds: 2400 };
    const models = [
      fitRuntimeModel({ task: 'etl', runs: [], baseline }),
      fitRuntimeModel({ task: 'etl', runs: runsOf(grid), baseline: null }),
    ];
    for (const model of models) {
      const least = (model.seen?.inputBytes[0] ?? 0) / BYTES_PER_GIB;
      for (const share of [0.8, 0.1, 1e-3, 1e-6]) {
        for (const level of [0.5, 0.9, 0.95, 0.99]) {
          const [less, known] = [least * share, least].map((gib) => secondsAt(model, m5(8, gib), level));
          expect(less).toBeLessThanOrEqual((known ?? 0) * (1 + 1e-9));
        }
      }
    }
  });

  it('is less sure outside what it has seen: more data, more nodes, another core', () => {
    const model = fitRuntimeModel({ task: 'etl', runs: runsOf(grid), baseline: null });
    const inside = widthAt(model, m5(6, 100));
    expect(widthAt(model, m5(6, 1000))).toBeGreaterThan(1.3 * inside);
    expect(widthAt(model, m5(60, 100))).toBeGreaterThan(1.3 * inside);
    expect(widthAt(model, { ...m5(6, 100), coreSpeed: 1.4 })).toBeGreaterThan(1.1 * inside);
    expect(widthAt(model, { ...m5(6, 100), memoryMib: 6 * 4096 })).toBeGreaterThan(1.1 * inside);
  });

  it('expects a fast core to do more than a slow one', () => {
    const model = fitRuntimeModel({ task: 'etl', runs: runsOf(grid), baseline: null });
    const slow = predictRuntime(model, { ...m5(4, 150), coreSpeed: 0.8 }).medianSeconds;
    expect(predictRuntime(model, { ...m5(4, 150), coreSpeed: 1.3 }).medianSeconds).toBeLessThan(slow);
  });

  it('covers runs it has not seen about as often as it says', () => {
    const rng = seededRng('cover');
    const noise = (): number => Math.exp(0.25 * (rng() + rng() + rng() - 1.5));
    const shapes = Array.from({ length: 400 }, () => m5(2 + Math.floor(rng() * 10), 20 + rng() * 180));
    let below = 0;
    let asked = 0;
    for (let start = 0; start < 400; start += 40) {
      const runs = shapes
        .slice(start, start + 40)
        .map((shape) => ({ ...shape, at: null, weight: 1, runtimeSeconds: truth(shape) * noise() }));
      const model = fitRuntimeModel({ task: 'etl', runs: runs.slice(0, 20), baseline: null });
      for (const run of runs.slice(20)) {
        asked += 1;
        if (run.runtimeSeconds <= secondsAt(model, run, 0.9)) below += 1;
      }
    }
    expect(below / asked).toBeGreaterThan(0.84);
    expect(below / asked).toBeLessThan(0.97);
  });

  it('takes how busy cores are from event logs', () => {
    const runs = runsOf(grid).map((run) => ({ ...run, utilisation: 0.4 }));
    const measured = fitRuntimeModel({ task: 'etl', runs, baseline: null });
    const assumed = fitRuntimeModel({ task: 'etl', runs: runsOf(grid), baseline: null });
    const shape = m5(6, 100);
    expect(predictRuntime(measured, shape).busyCoreSeconds).toBeLessThan(
      predictRuntime(assumed, shape).busyCoreSeconds,
    );
  });

  it('forgets: a newer law wins over an old one', () => {
    const old = runsOf(grid).map((run) => ({ ...run, at: '2025-01-01T00:00:00.000Z' }));
    const fresh = runsOf(grid).map((run) => ({
      ...run,
      at: '2026-01-01T00:00:00.000Z',
      runtimeSeconds: 2 * run.runtimeSeconds,
    }));
    const model = fitRuntimeModel({ task: 'etl', runs: [...old, ...fresh], baseline: null });
    expect(predictRuntime(model, m5(6, 100)).medianSeconds).toBeGreaterThan(1.6 * truth(m5(6, 100)));
  });

  it('is positive, finite and ascending for any runs and any shape', () => {
    const shape = fc.record({
      inputBytes: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e16, noNaN: true })),
      cores: fc.integer({ min: 1, max: 20_000 }),
      nodes: fc.integer({ min: 1, max: 1000 }),
      memoryMib: fc.integer({ min: 1024, max: 2e9 }),
      coreSpeed: fc.double({ min: 0.3, max: 3, noNaN: true }),
    });
    const run = fc.tuple(
      shape,
      fc.double({ min: 0, max: 1e7, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    );
    fc.assert(
      fc.property(
        fc.array(run, { maxLength: 12 }),
        shape,
        fc.constantFrom('etl', 'features', 'training', 'serving'),
        (known, asked, task) => {
          const runs = known.map(([s, runtimeSeconds, weight]) => ({
            ...s,
            runtimeSeconds,
            weight,
            at: null,
          }));
          const model = fitRuntimeModel({ task, runs, baseline: null });
          RuntimeModel.parse(model);
          const { medianSeconds, busyCoreSeconds, logResidual } = predictRuntime(model, asked);
          expect(Number.isFinite(medianSeconds) && medianSeconds > 0).toBe(true);
          expect(busyCoreSeconds).toBeGreaterThanOrEqual(0);
          expect(busyCoreSeconds).toBeLessThanOrEqual(asked.cores * medianSeconds * (1 + 1e-9));
          expect(logResidual.every(Number.isFinite)).toBe(true);
          expect([...logResidual].sort((a, b) => a - b)).toEqual(logResidual);
          expect(Math.abs(medianOf(logResidual))).toBeLessThan(1e-9);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('never expects more data to take less time on the same cluster', () => {
    const model = fitRuntimeModel({ task: 'etl', runs: runsOf(grid), baseline: null });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0, max: 1e4, noNaN: true }),
        fc.double({ min: 1, max: 5, noNaN: true }),
        (nodes, gib, more) => {
          const little = predictRuntime(model, m5(nodes, gib)).medianSeconds;
          expect(predictRuntime(model, m5(nodes, gib * more)).medianSeconds).toBeGreaterThanOrEqual(
            little * (1 - 1e-12),
          );
        },
      ),
    );
  });
});
