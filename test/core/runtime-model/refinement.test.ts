import { describe, expect, it } from 'vitest';
import { isotonic } from '../../../core/numerics/isotonic.ts';
import { seededRng } from '../../../core/numerics/rng.ts';
import { keepUsefulRuns } from '../../../core/runtime-model/keep-useful-runs.ts';
import {
  fitRuntimeModel,
  predictRuntime,
  RuntimeModel,
  tunedTo,
} from '../../../core/runtime-model/runtime-model.ts';
import type { ClusterShape, TrainingRun } from '../../../core/runtime-model/runtime-model.ts';
import { BYTES_PER_GIB } from '../../../core/units.ts';

const shapeOf = (cores: number, gib: number): ClusterShape => ({
  inputBytes: gib * BYTES_PER_GIB,
  cores,
  nodes: cores / 8,
  memoryMib: 4096 * cores,
  coreSpeed: 1,
});
/** Work that grows faster than its data: no term of the law says so. */
const truth = (cores: number, gib: number): number => 90 + ((40 * gib) / cores) * (1 + gib / 100);

function nights(count: number, disturbed: readonly number[] = []): TrainingRun[] {
  const rng = seededRng('nights');
  return Array.from({ length: count }, (_, night) => {
    const [cores, gib] = [[16, 32, 48][night % 3]!, 60 + 60 * rng()];
    return {
      ...shapeOf(cores, gib),
      runKey: `night ${night}`,
      at: new Date(Date.UTC(2026, 0, 1 + night)).toISOString(),
      runtimeSeconds:
        truth(cores, gib) * Math.exp(0.06 * (rng() - 0.5)) * (disturbed.includes(night) ? 3 : 1),
      weight: 1,
    };
  });
}

const fit = (runs: readonly TrainingRun[]) => fitRuntimeModel({ task: 'etl', runs, baseline: null });
const asked = [12, 24, 40].flatMap((cores) => [65, 90, 115].map((gib): [number, number] => [cores, gib]));
function errorOf(model: RuntimeModel): number {
  const errors = asked.map(([cores, gib]) =>
    Math.abs(predictRuntime(model, shapeOf(cores, gib)).medianSeconds / truth(cores, gib) - 1),
  );
  return errors.reduce((sum, error) => sum + error, 0) / errors.length;
}

describe('a refined runtime model', () => {
  it('is nearer to what the law misses, and says that it is refined', () => {
    const model = fit(nights(30));
    expect(model.refinement).not.toBeNull();
    expect(errorOf(model)).toBeLessThan(0.04);
    expect(errorOf(model)).toBeLessThan(errorOf({ ...model, refinement: null }) / 1.5);
    expect(model.description).toContain('The runtime surface on 30 runs');
  });

  it('knows more than its law from a handful of runs on', () => {
    const models = [3, 5].map((count) => fit(nights(count)));
    for (const model of models) expect(model.refinement).not.toBeNull();
    const errors = (read: (model: RuntimeModel) => RuntimeModel) =>
      models.reduce((sum, model) => sum + errorOf(read(model)), 0);
    expect(errors((model) => model)).toBeLessThan(errors((model) => ({ ...model, refinement: null })));
  });

  it('takes runs of one configuration for one: repeating a night makes it no surer of others', () => {
    const runs = nights(12);
    const repeated = [...runs, ...runs, ...runs];
    const width = (known: readonly TrainingRun[]) => {
      const { logResidual } = predictRuntime(fit(known), shapeOf(24, 100));
      return (logResidual[7] ?? 0) - (logResidual[1] ?? 0);
    };
    expect(width(repeated)).toBeGreaterThan(0.4 * width(runs));
  });

  it('survives as a document of a few kilobytes, and reads those written before', () => {
    const model = fit(nights(30));
    const text = JSON.stringify(model);
    expect(text.length).toBeLessThan(40_000);
    expect(RuntimeModel.parse(JSON.parse(text))).toEqual(model);
    const { parameters, surface, ...earlier } = model;
    expect({ parameters, surface }).toEqual({ parameters: {}, surface: null });
    expect(tunedTo(RuntimeModel.parse(earlier), { iterations: 3 })).toEqual(model);
    const { refinement, doubts, ...before } = earlier;
    expect(refinement).not.toBeNull();
    expect(doubts).toEqual([]);
    expect(RuntimeModel.parse(before).refinement).toBeNull();
  });

  it('goes on without a jump where its table ends', () => {
    const model = fit(nights(30));
    const { axes } = model.refinement!;
    const gibAtEnd = Math.expm1(axes[0].at(-1)!) / 1024;
    const coresAtEnd = Math.exp(axes[1].at(-1)!);
    const seconds = (cores: number, gib: number) => predictRuntime(model, shapeOf(cores, gib)).medianSeconds;
    expect(seconds(32, gibAtEnd * 1.0001) / seconds(32, gibAtEnd * 0.9999)).toBeCloseTo(1, 3);
    expect(seconds(coresAtEnd * 1.0001, 90) / seconds(coresAtEnd * 0.9999, 90)).toBeCloseTo(1, 3);
    expect(seconds(32, 20 * gibAtEnd)).toBeGreaterThan(3 * seconds(32, gibAtEnd));
  });

  it('doubts one night that took thrice as long, and says why', () => {
    const model = fit(nights(24, [11]));
    expect(model.doubts).toHaveLength(1);
    expect(model.doubts[0]).toMatchObject({ runKey: 'night 11' });
    expect(model.doubts[0]!.factor).toBeLessThan(0.2);
    expect(model.doubts[0]!.reason).toMatch(/took [23]\.\d times as long as the other runs say/);
    expect(model.description).toContain('1 of them at less weight');
    expect(errorOf(model)).toBeLessThan(0.06);
  });

  it('believes a job that has become slower, and the newest night', () => {
    expect(fit(nights(24, [21, 22, 23])).doubts).toEqual([]);
    expect(fit(nights(24, [23])).doubts).toEqual([]);
  });
});

describe('runs worth keeping', () => {
  it('are at most 150, spread over what was seen, the newest rather than the oldest', () => {
    const runs = [
      ...Array.from({ length: 400 }, (_, i) => ({ ...nights(1)[0]!, weight: 0.2 + i / 500 })),
      ...nights(40),
    ];
    const kept = keepUsefulRuns(runs);
    expect(kept).toHaveLength(150);
    for (const run of nights(40)) expect(kept).toContainEqual(run);
    const repeated = kept.filter(({ weight }) => weight < 1);
    expect(Math.min(...repeated.map(({ weight }) => weight))).toBeGreaterThan(0.5);
  });
});

describe('isotonic regression', () => {
  it('pools neighbours in the wrong order', () => {
    expect(isotonic([1, 3, 2, 4, 0])).toEqual([1, 2.25, 2.25, 2.25, 2.25]);
    expect(isotonic([1, 2, 3])).toEqual([1, 2, 3]);
  });
});
