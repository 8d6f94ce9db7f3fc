import { describe, expect, it } from 'vitest';
import type { EventLogSummary, RunRecord } from '../../../core/contracts/run-record.ts';
import { loggedRunOf } from '../../../core/ledger/logged-run.ts';
import { TASK_PRIORS } from '../../../core/runtime-model/task-priors.ts';
import { weighedPrior } from '../../../core/runtime-model/weighed-prior.ts';
import type { LoggedRun } from '../../../core/runtime-model/replay/logged-run.ts';
import { fitRuntimeModel, predictRuntime } from '../../../core/runtime-model/runtime-model.ts';
import type { TrainingRun } from '../../../core/runtime-model/runtime-model.ts';
import { application, clusterOf, logged } from './logged-application.ts';

describe('a runtime model with a log', () => {
  const truthAt = (cores: number, gib: number) => application(cores, gib).seconds;
  const runOn = (cores: number, gib: number) => ({
    ...clusterOf(cores, gib),
    at: null,
    weight: 1,
    runtimeSeconds: truthAt(cores, gib),
  });
  const modelOf = (logOf: LoggedRun | null, runs: TrainingRun[] = [], task: 'etl' | 'training' = 'etl') =>
    fitRuntimeModel({ task, runs, baseline: null, logged: logOf });
  const errorAt = (logOf: LoggedRun | null, runs: TrainingRun[], cores: number, gib: number) =>
    Math.abs(
      predictRuntime(modelOf(logOf, runs), clusterOf(cores, gib)).medianSeconds / truthAt(cores, gib) - 1,
    );

  it('foretells a first run elsewhere from the log of another, whatever its kind', () => {
    const shape = clusterOf(128, 100);
    for (const task of ['etl', 'training'] as const) {
      const { medianSeconds, logResidual } = predictRuntime(modelOf(logged(), [], task), shape);
      expect(Math.abs(medianSeconds / truthAt(128, 100) - 1), task).toBeLessThan(0.25);
      expect(logResidual.at(-1)).toBeLessThan(
        predictRuntime(modelOf(null, [], task), shape).logResidual.at(-1)!,
      );
    }
    expect(modelOf(logged()).description).toContain('the replay of orders@2026-01-05');
  });

  it('is not dropped when the first run comes with its log, nor for a run or two more', () => {
    const first = { ...runOn(16, 100), runKey: 'orders@2026-01-05' };
    for (const runs of [[first], [first, runOn(16, 90)], [first, runOn(16, 90), runOn(16, 130)]]) {
      const model = modelOf(logged(), runs);
      expect(errorAt(logged(), runs, 128, 100), `${runs.length} runs`).toBeLessThan(
        errorAt(null, runs, 128, 100),
      );
      if (runs.length === 1) expect(model.description).toContain('the replay of orders@2026-01-05');
    }
  });

  it('keeps to the replay when it foretold runs plainly better than the kind did, and knows more cores then', () => {
    const runs = [runOn(8, 100), runOn(16, 90), runOn(32, 100), runOn(16, 130), runOn(32, 60), runOn(8, 110)];
    expect(modelOf(logged(), runs).description).toContain('shaped by the replay of orders@2026-01-05');
    expect(errorAt(logged(), runs, 128, 100)).toBeLessThan(errorAt(null, runs, 128, 100));
  });

  it('gives a misleading log less weight with every run that shows it, and says how much', () => {
    // one task a stage: by this log no number of cores would help
    const stages = logged().log.stages.map((each) => ({
      ...each,
      taskCount: 1,
      longestTaskSeconds: each.taskSeconds,
    }));
    const wrong = { ...logged(), log: { ...logged().log, stages } };
    const scaling = (cores: number, gib: number) => ({
      ...runOn(cores, gib),
      runtimeSeconds: 30 + (300 * gib) / cores,
    });
    const shapes = [
      [8, 100],
      [24, 90],
      [64, 100],
      [16, 130],
      [96, 60],
      [48, 110],
      [12, 80],
      [32, 150],
    ] as const;
    const runs = shapes.map(([cores, gib]) => scaling(cores, gib));
    const weightAfter = (count: number) => {
      const prior = weighedPrior(runs.slice(0, count), TASK_PRIORS.etl, null, wrong);
      if (prior === null) return 0;
      return Number(/weighs (\d+(\.\d+)?) %/.exec(prior.remark)?.[1] ?? 100);
    };
    expect(weightAfter(0)).toBe(100);
    expect(weightAfter(2)).toBeGreaterThan(weightAfter(3));
    expect(weightAfter(8)).toBeLessThan(10);
    const shape = clusterOf(64, 100);
    const secondsBy = (log: LoggedRun | null) => predictRuntime(modelOf(log, runs), shape).medianSeconds;
    expect(Math.abs(secondsBy(wrong) / secondsBy(null) - 1)).toBeLessThan(0.03);
  });

  it('states that its log was cut', () => {
    const log: EventLogSummary = { ...logged().log, partial: true };
    expect(modelOf(logged({ log })).description).toContain('(its log is cut)');
  });

  it('is not made of a run that failed, lost nodes, or has no log', () => {
    const record = (over: Partial<RunRecord> = {}) => ({
      ...logged(),
      eventLog: logged().log,
      outcome: 'succeeded' as const,
      reclaims: 0,
      utilisation: 0.8,
      ...over,
    });
    expect(loggedRunOf(record())?.runKey).toBe('orders@2026-01-05');
    expect(loggedRunOf(record({ reclaims: 2 }))).toBeNull();
    expect(loggedRunOf(record({ outcome: 'failed' }))).toBeNull();
    expect(loggedRunOf(record({ eventLog: null }))).toBeNull();
    expect(loggedRunOf(record({ cores: null }))).toBeNull();
  });

  it('knows from the log what a core’s work holds in memory, once', () => {
    const log = { ...logged(), log: { ...logged().log, peakMemoryMibPerCore: 900 } };
    expect(modelOf(log).peakMemory).toMatchObject({ runs: 1 });
    expect(Math.exp(modelOf(log).peakMemory?.logMib ?? 0)).toBeCloseTo(900, 6);
    const same = { ...runOn(16, 100), runKey: log.runKey, peakMemoryMibPerCore: 900 };
    expect(modelOf(log, [same]).peakMemory).toMatchObject({ runs: 1 });
    // what is missing of a cut log may have held more
    expect(modelOf({ ...log, log: { ...log.log, partial: true } }).peakMemory).toBeNull();
  });
});
