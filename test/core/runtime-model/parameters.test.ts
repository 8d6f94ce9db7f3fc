import { describe, expect, it } from 'vitest';
import { seededRng } from '../../../core/numerics/rng.ts';
import {
  fitRuntimeModel,
  predictRuntime,
  RuntimeModel,
  tunedTo,
} from '../../../core/runtime-model/runtime-model.ts';
import type { ClusterShape, TrainingRun } from '../../../core/runtime-model/runtime-model.ts';
import { readHistory } from '../../../core/runtime-model/read-history.ts';
import { instanceTypeByName } from '../../../core/market/catalogue.ts';
import { surfaceOf } from '../../../core/runtime-model/surface/fitted-surface.ts';
import { valuesAt } from '../../../core/runtime-model/surface/work-columns.ts';
import { BYTES_PER_GIB } from '../../../core/units.ts';

const shapeOf = (cores: number, gib: number): ClusterShape => ({
  inputBytes: gib * BYTES_PER_GIB,
  cores,
  nodes: cores / 8,
  memoryMib: 4096 * cores,
  coreSpeed: 1,
});
/** A job that goes over its data once for each iteration. */
const truth = (cores: number, gib: number, iterations: number): number =>
  60 + (25 * gib * (2 + iterations)) / cores;

function trainings(count: number): TrainingRun[] {
  const rng = seededRng('trainings');
  return Array.from({ length: count }, (_, i) => {
    const [cores, gib, iterations] = [[16, 32, 48][i % 3]!, 40 + 60 * rng(), [5, 10, 20, 40][(i * 7) % 4]!];
    return {
      ...shapeOf(cores, gib),
      at: new Date(Date.UTC(2026, 0, 1 + i)).toISOString(),
      runtimeSeconds: truth(cores, gib, iterations) * Math.exp(0.04 * (rng() - 0.5)),
      weight: 1,
      parameters: { iterations, seed: 7 },
    };
  });
}

const fit = (runs: readonly TrainingRun[]) => fitRuntimeModel({ task: 'training', runs, baseline: null });
const secondsAt = (model: RuntimeModel, iterations: number): number =>
  predictRuntime(tunedTo(model, { iterations }), shapeOf(32, 80)).medianSeconds;

describe('a job whose work has parameters', () => {
  it('is foretold for those it will run with, as they were learnt from other runs', () => {
    const model = fit(trainings(24));
    for (const iterations of [5, 10, 15, 40]) {
      expect(Math.abs(secondsAt(model, iterations) / truth(32, 80, iterations) - 1)).toBeLessThan(0.08);
    }
    expect(model.surface?.columns.map(({ name }) => name).at(-1)).toBe('iterations');
  });

  it('is as it was last where nothing is said, and keeps its tables through a document', () => {
    const model = fit(trainings(24));
    const read = RuntimeModel.parse(JSON.parse(JSON.stringify(model)));
    const last = trainings(24).at(-1)!.parameters!['iterations'];
    expect(read.parameters['iterations']).toBe(last);
    expect(tunedTo(read, {})).toBe(read);
    expect(tunedTo(read, { other: 3 })).toBe(read);
    const there = tunedTo(read, { iterations: 40 });
    expect(tunedTo(there, model.parameters).refinement).toEqual(model.refinement);
  });

  it('is foretold by what its document says of the laws, and by today’s of one from before that was kept', () => {
    const model = fit(trainings(24));
    const surface = model.surface!;
    const at = (members: typeof surface.members) =>
      secondsAt({ ...model, surface: { ...surface, members } }, 12);
    const before = surface.members.map(({ weight, hyperparameters }) => ({ weight, hyperparameters }));
    expect(at(before)).toBe(secondsAt(model, 12));
    // slopes that may not be mended at all
    const stiff = surface.members.map((member) => ({
      ...member,
      prior: { constantSpread: 1e-3, linearSpread: member.prior!.linearSpread.map(() => 1e-6) },
    }));
    expect(at(stiff)).not.toBe(secondsAt(model, 12));
  });

  it('is tabulated closely enough: between nodes a table is within a hundredth of its surface', () => {
    const model = fit(trainings(24));
    const surface = surfaceOf(model.surface!);
    for (const [cores, gib, iterations] of [
      [20, 55, 10],
      [40, 90, 20],
      [27, 71, 8],
    ] as const) {
      const shape = shapeOf(cores, gib);
      const { mean, spread } = surface.predictUnscaled(
        valuesAt(model.surface!.columns, shape, { iterations }),
      );
      const tabulated = predictRuntime(tunedTo(model, { iterations }), shape).medianSeconds;
      expect(Math.abs(Math.log(tabulated) - mean - model.surface!.offset * spread)).toBeLessThan(0.01);
    }
  });

  it('ran with the first value of a parameter before that was declared', () => {
    const runs = trainings(24).map((run, i): TrainingRun => {
      const { parameters, ...rest } = run;
      return i < 12 && parameters!['iterations'] === 40 ? rest : run;
    });
    const first = runs.find(({ parameters }) => parameters !== undefined)!.parameters!['iterations']!;
    const model = fit(runs);
    const taken = model.surface!.runs[runs.findIndex(({ parameters }) => parameters === undefined)]!;
    expect(taken.values.at(-1)).toBe(first);
  });

  it('needs no table for others where they never differed', () => {
    const runs = trainings(12).map((run) => ({ ...run, parameters: { iterations: 10 } }));
    expect(fit(runs)).toMatchObject({ surface: null, parameters: {} });
  });
});

describe('a history with the parameters of the work', () => {
  const text = 'instance_count,machine_type,data_size_MB,gross_runtime,iterations\n4,m5.2xlarge,1000,100,5\n';
  const read = (table: string) => readHistory(table, { instanceTypeByName, parameters: ['iterations', 'k'] });

  it('is read by their names', () => {
    const { runs, notes } = read(text);
    expect(runs[0]!.parameters).toEqual({ iterations: 5 });
    expect(notes.join()).not.toContain('Not used');
    expect(readHistory(text, { instanceTypeByName }).notes.join()).toContain('workload.parameters');
  });

  it('is refused where one is no number', () => {
    expect(() => read(text.replace(',5\n', ',many\n'))).toThrow(/iterations.*"many".*a number/s);
  });
});
