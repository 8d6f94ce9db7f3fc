import { describe, expect, it } from 'vitest';
import { learnRuntimeModel } from '../../../core/runtime-model/governance/learn.ts';
import {
  fitRuntimeModel,
  predictRuntime,
  type TrainingRun,
} from '../../../core/runtime-model/runtime-model.ts';
import { BYTES_PER_GIB } from '../../../core/units.ts';
import { at, record } from '../ledger/run-fixtures.ts';

const runOn = (cores: number, gib: number, runtimeSeconds: number, stopped = false): TrainingRun => ({
  inputBytes: gib * BYTES_PER_GIB,
  cores,
  nodes: cores / 8,
  memoryMib: cores * 4096,
  coreSpeed: 1,
  at: null,
  weight: 1,
  runtimeSeconds,
  ...(stopped ? { stopped } : {}),
});
const ended = [16, 32, 48, 64].map((cores) => runOn(cores, 100, 60 + 32_000 / cores));
const fit = (runs: TrainingRun[]) => fitRuntimeModel({ task: 'etl', runs, baseline: null });
const large = runOn(32, 400, 1);
const medianOf = (runs: TrainingRun[]) => predictRuntime(fit(runs), large).medianSeconds;

describe('a run that was stopped', () => {
  it('teaches nothing when it was stopped before it could have ended', () => {
    expect(fit([...ended, runOn(32, 400, 600, true)])).toEqual(fit(ended));
  });

  it('makes the model expect more where it had taken longer than the model said, and the model says so', () => {
    const expected = medianOf(ended);
    const stopped = runOn(32, 400, 3 * expected, true);
    expect(medianOf([...ended, stopped])).toBeGreaterThan(1.2 * expected);
    expect(medianOf([...ended, stopped])).toBeLessThanOrEqual(
      medianOf([...ended, { ...stopped, stopped: false }]),
    );
    expect(fit([...ended, stopped]).description).toContain('A run that was stopped had taken longer');
    expect(fit([...ended, stopped]).runsKnown).toBe(ended.length);
  });

  it('also teaches before any run ended', () => {
    expect(medianOf([runOn(32, 400, 50_000, true)])).toBeGreaterThan(2 * medianOf([]));
    expect(fit([runOn(32, 400, 50_000, true)]).description).toMatch(/^No run known.*stopped/);
  });

  it('is no measure of how far off versions are, and stands in the training set as what it is', () => {
    const night = (i: number) => ({ runKey: `run ${i}`, scheduledAt: at(1440 * i) });
    const stopped = record({
      ...night(9),
      outcome: 'failed',
      failure: { rule: 'stopped-on-purpose', evidence: [], remedy: 'stop-and-tell' },
    });
    const { evidence } = learnRuntimeModel({
      job: { name: 'orders', task: 'etl' },
      records: [record(night(1)), record(night(2)), stopped],
      baseline: null,
      champion: null,
    });
    expect(evidence.losses.map(({ runKey }) => runKey)).toEqual(['run 1', 'run 2']);
    expect(evidence.trainingSet.map((run) => run.stopped ?? false)).toEqual([false, false, true]);
  });
});
