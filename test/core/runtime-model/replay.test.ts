import { describe, expect, it } from 'vitest';
import type { EventLogSummary, RunRecord } from '../../../core/contracts/run-record.ts';
import { summariseEventLog } from '../../../core/event-log/summarise-event-log.ts';
import { loggedRunOf } from '../../../core/ledger/logged-run.ts';
import { seededRng } from '../../../core/numerics/rng.ts';
import type { LoggedRun } from '../../../core/runtime-model/replay/logged-run.ts';
import { replayLog } from '../../../core/runtime-model/replay/replay-log.ts';
import { fitRuntimeModel, predictRuntime } from '../../../core/runtime-model/runtime-model.ts';
import type { ClusterShape } from '../../../core/runtime-model/runtime-model.ts';
import { BYTES_PER_GIB, BYTES_PER_MIB } from '../../../core/units.ts';

const START = Date.UTC(2026, 0, 5);
const clusterOf = (cores: number, gib: number, memoryMib = 4096 * cores): ClusterShape => ({
  inputBytes: gib * BYTES_PER_GIB,
  cores,
  nodes: cores / 8,
  memoryMib,
  coreSpeed: 1,
});

/** Tasks in their order onto whichever core is free first, as Spark does. */
function schedule(tasks: readonly number[], cores: number): number {
  const free = new Array<number>(cores).fill(0);
  for (const seconds of tasks) {
    const next = free.indexOf(Math.min(...free));
    free[next] = free[next]! + seconds;
  }
  return Math.max(...free);
}

/** An application: a minute of the driver, a scan of 128 MiB splits, a skewed shuffle of 200 partitions, a commit. */
function application(cores: number, gib: number) {
  const rng = seededRng(`tasks ${gib}`);
  const scan = Array.from({ length: Math.round(8 * gib) }, () => 6 + 4 * rng());
  const shuffle = Array.from({ length: 200 }, (_, i) => (gib / 100) * (i === 120 ? 160 : 8 + 4 * rng()));
  const stages = [
    { tasks: scan, inputBytes: gib * BYTES_PER_GIB, shuffleRead: 0 },
    { tasks: shuffle, inputBytes: 0, shuffleRead: gib * BYTES_PER_GIB * 0.5 },
    { tasks: [20], inputBytes: 0, shuffleRead: BYTES_PER_MIB },
  ];
  let now = START + 60_000;
  const lines: unknown[] = [
    { Event: 'SparkListenerLogStart', 'Spark Version': '3.5.4' },
    { Event: 'SparkListenerApplicationStart', 'App ID': 'application_1', Timestamp: START },
  ];
  stages.forEach(({ tasks, inputBytes, shuffleRead }, stage) => {
    const end = now + 1000 * schedule(tasks, cores);
    tasks.forEach((seconds) =>
      lines.push({
        Event: 'SparkListenerTaskEnd',
        'Stage ID': stage,
        'Stage Attempt ID': 0,
        'Task End Reason': { Reason: 'Success' },
        'Task Info': { 'Executor ID': '1', 'Launch Time': now, 'Finish Time': now + 1000 * seconds },
        'Task Metrics': {
          'Executor Run Time': 1000 * seconds,
          'Input Metrics': { 'Bytes Read': inputBytes / tasks.length },
          'Shuffle Read Metrics': { 'Remote Bytes Read': shuffleRead / tasks.length, 'Local Bytes Read': 0 },
        },
      }),
    );
    lines.push({
      Event: 'SparkListenerStageCompleted',
      'Stage Info': {
        'Stage ID': stage,
        'Stage Attempt ID': 0,
        'Stage Name': `stage ${stage}`,
        'Submission Time': now,
        'Completion Time': end,
      },
    });
    now = end;
  });
  lines.push({ Event: 'SparkListenerApplicationEnd', Timestamp: now });
  return { text: lines.map((line) => JSON.stringify(line)).join('\n'), seconds: (now - START) / 1000 };
}

function logged(over: Partial<LoggedRun> = {}): LoggedRun {
  const { text, seconds } = application(32, 100);
  const log = summariseEventLog([text]);
  return { ...clusterOf(32, 100), runKey: 'orders@2026-01-05', runtimeSeconds: seconds, log, ...over };
}

describe('the replay of one event log', () => {
  it('foretells other core counts and loads within a tenth', () => {
    const replay = replayLog(logged())!;
    for (const [cores, gib] of [
      [32, 100],
      [16, 100],
      [64, 100],
      [128, 100],
      [32, 200],
      [64, 50],
      [128, 300],
    ] as const) {
      const error = replay.secondsOn(clusterOf(cores, gib)) / application(cores, gib).seconds - 1;
      expect(Math.abs(error), `${cores} cores, ${gib} GiB: ${error}`).toBeLessThan(0.1);
    }
  });

  it('knows what no number of cores shortens', () => {
    const replay = replayLog(logged())!;
    // the driver's minute, a scan task, the skewed partition, the commit
    expect(replay.criticalPathSeconds).toBeGreaterThan(60 + 9 + 160 + 20 - 2);
    expect(replay.criticalPathSeconds).toBeLessThan(60 + 10 + 160 + 20 + 2);
    expect(replay.secondsOn(clusterOf(20_000, 100))).toBeGreaterThan(0.95 * replay.criticalPathSeconds);
    const { seconds } = application(32, 100);
    expect(replay.singleCoreShare).toBeCloseTo(80 / seconds, 2);
  });

  it('expects a spill on less memory, and none of the old one on more', () => {
    const run = logged();
    const stages = run.log.stages.map((stage) =>
      stage.stageId === 1 ? { ...stage, spillBytes: 40 * BYTES_PER_GIB } : stage,
    );
    const replay = replayLog({ ...run, log: { ...run.log, stages } })!;
    const on = (memoryMib: number) => replay.secondsOn(clusterOf(32, 100, memoryMib));
    expect(on(64 * 1024)).toBeGreaterThan(on(128 * 1024));
    expect(on(512 * 1024)).toBeLessThan(on(128 * 1024));
    expect(on(4096 * 1024)).toBeCloseTo(on(512 * 1024), 6);
  });

  it('says that a cut log is partial, and still replays what it holds', () => {
    const { text } = application(32, 100);
    const log = summariseEventLog([text.slice(0, Math.round(text.length * 0.9))]);
    const replay = replayLog(logged({ log }))!;
    expect(replay.partial).toBe(true);
    expect(replay.secondsOn(clusterOf(64, 100))).toBeLessThan(replay.secondsOn(clusterOf(32, 100)));
  });

  it('says nothing without stages or load', () => {
    expect(replayLog(logged({ log: summariseEventLog([]) }))).toBeNull();
    expect(replayLog(logged({ inputBytes: 0 }))).toBeNull();
  });
});

describe('a runtime model with a log', () => {
  const truthAt = (cores: number, gib: number) => application(cores, gib).seconds;
  const runs = [{ ...clusterOf(32, 100), at: null, weight: 1, runtimeSeconds: truthAt(32, 100) }];
  const modelOf = (run: LoggedRun | null) =>
    fitRuntimeModel({ task: 'etl', runs, baseline: null, logged: run });

  it('knows after one run how the job scales, and is surer', () => {
    const shape = clusterOf(128, 100);
    const error = (run: LoggedRun | null) =>
      Math.abs(predictRuntime(modelOf(run), shape).medianSeconds / truthAt(128, 100) - 1);
    expect(error(logged())).toBeLessThan(0.25);
    expect(error(logged())).toBeLessThan(error(null) / 2);
    const width = (run: LoggedRun | null) => predictRuntime(modelOf(run), shape).logResidual.at(-1)!;
    expect(width(logged())).toBeLessThan(width(null));
    expect(modelOf(logged()).description).toContain('shaped by the replay of orders@2026-01-05');
  });

  it('states that its log was cut', () => {
    const log: EventLogSummary = { ...logged().log, partial: true };
    expect(modelOf(logged({ log })).description).toContain('(its log is cut)');
  });

  it('is not made of a run that failed, lost nodes, or has no log', () => {
    const record = (over: Partial<RunRecord> = {}) =>
      ({
        ...logged(),
        eventLog: logged().log,
        outcome: 'succeeded',
        reclaims: 0,
        utilisation: 0.8,
        ...over,
      }) as unknown as RunRecord;
    expect(loggedRunOf(record())?.runKey).toBe('orders@2026-01-05');
    expect(loggedRunOf(record({ reclaims: 2 }))).toBeNull();
    expect(loggedRunOf(record({ outcome: 'failed' }))).toBeNull();
    expect(loggedRunOf(record({ eventLog: null }))).toBeNull();
    expect(loggedRunOf(record({ cores: null }))).toBeNull();
  });
});
