import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StageRecord } from '../../../core/contracts/run-record.ts';
import { summariseEventLog } from '../../../core/event-log/summarise-event-log.ts';
import type { LoggedRun } from '../../../core/runtime-model/replay/logged-run.ts';
import { replayLog } from '../../../core/runtime-model/replay/replay-log.ts';
import { BYTES_PER_GIB } from '../../../core/units.ts';
import { START, application, clusterOf, logged } from './logged-application.ts';

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

  it('lets each task hold the cores that it asked for', () => {
    const run = logged();
    const log = { ...run.log, taskBusySeconds: 4 * run.log.taskBusySeconds };
    const of4 = replayLog({ ...run, cores: 4 * run.cores, log })!;
    const of1 = replayLog(run)!;
    expect(of4.secondsOn(clusterOf(256, 100))).toBeCloseTo(of1.secondsOn(clusterOf(64, 100)), 0);
  });

  it('says nothing without stages or load', () => {
    expect(replayLog(logged({ log: summariseEventLog([]) }))).toBeNull();
    expect(replayLog(logged({ inputBytes: 0 }))).toBeNull();
  });
});

describe('a replay of stages that overlap', () => {
  const stage = (
    stageId: number,
    from: number,
    to: number,
    over: Partial<StageRecord> = {},
  ): StageRecord => ({
    stageId,
    attempt: 0,
    name: `stage ${stageId}`,
    taskCount: 64,
    failedTaskCount: 0,
    submittedAt: new Date(START + from * 1000).toISOString(),
    completedAt: new Date(START + to * 1000).toISOString(),
    taskSeconds: 640,
    longestTaskSeconds: 10,
    medianTaskSeconds: 10,
    gcSeconds: 0,
    inputBytes: 0,
    shuffleReadBytes: 1,
    shuffleWriteBytes: 0,
    spillBytes: 0,
    peakExecutionMemoryBytes: 0,
    ...over,
  });
  const runOf = (stages: StageRecord[], seconds: number): LoggedRun => ({
    ...clusterOf(16, 1),
    runKey: 'run',
    runtimeSeconds: seconds,
    log: {
      ...summariseEventLog([]),
      stages,
      startedAt: null,
      endedAt: new Date(START + seconds * 1000).toISOString(),
    },
  });

  it('lets only stages that wait for each other follow one another', () => {
    // 1 reads what 0 wrote; 2 is beside both
    const stages = [
      stage(0, 0, 60),
      stage(1, 60, 120, { parentIds: [0] }),
      stage(2, 0, 120, { parentIds: [] }),
    ];
    expect(replayLog(runOf(stages, 120))!.criticalPathSeconds).toBeCloseTo(20, 6);
    const chain = [
      stage(0, 0, 60),
      stage(1, 60, 120, { parentIds: [0] }),
      stage(2, 120, 160, { parentIds: [1] }),
    ];
    expect(replayLog(runOf(chain, 160))!.criticalPathSeconds).toBeCloseTo(30, 6);
  });

  it('is never slower on more cores with as much memory each, nor faster with more to do', () => {
    const seconds = fc.integer({ min: 1, max: 2000 });
    const arbitrary = fc.array(
      fc.record({
        from: seconds,
        took: seconds,
        tasks: fc.integer({ min: 1, max: 3000 }),
        mean: fc.integer({ min: 1, max: 60 }),
        skew: fc.integer({ min: 1, max: 30 }),
        reads: fc.boolean(),
        spillGib: fc.integer({ min: 0, max: 50 }),
        peakGib: fc.integer({ min: 0, max: 4 }),
        parent: fc.integer({ min: 0, max: 5 }),
      }),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(arbitrary, fc.integer({ min: 1, max: 200 }), (drawn, gibPerCore) => {
        const stages = drawn.map((each, i) =>
          stage(i, each.from, each.from + each.took, {
            taskCount: each.tasks,
            taskSeconds: each.tasks * each.mean,
            longestTaskSeconds: Math.min(each.mean * each.skew, each.tasks * each.mean),
            inputBytes: each.reads ? BYTES_PER_GIB : 0,
            spillBytes: each.spillGib * BYTES_PER_GIB,
            peakExecutionMemoryBytes: each.peakGib * BYTES_PER_GIB,
            parentIds: [each.parent],
          }),
        );
        const replay = replayLog(runOf(stages, 4000))!;
        const on = (cores: number, gib: number) =>
          replay.secondsOn(clusterOf(cores, gib, (cores * gibPerCore * 1024) / 10));
        let before = Infinity;
        for (const cores of [1, 2, 3, 5, 8, 13, 40, 100, 300, 1000, 5000]) {
          const now = on(cores, 1);
          expect(now).toBeLessThanOrEqual(before * (1 + 1e-9));
          expect(on(cores, 2)).toBeGreaterThanOrEqual(now * (1 - 1e-9));
          before = now;
        }
      }),
      { numRuns: 300 },
    );
  });

  it('bounds a stage by its longest task, however many cores there are', () => {
    const skewed = stage(0, 0, 300, { longestTaskSeconds: 250 });
    const replay = replayLog(runOf([skewed], 300))!;
    expect(replay.secondsOn(clusterOf(4096, 1))).toBeGreaterThanOrEqual(250);
    expect(replay.secondsOn(clusterOf(4096, 1))).toBeLessThan(260);
  });

  it('falls off a cliff where the memory of a core no longer holds a task, and only there', () => {
    const held = stage(0, 0, 40, { peakExecutionMemoryBytes: BYTES_PER_GIB });
    const replay = replayLog(runOf([held], 40))!;
    const on = (gibPerCore: number) => replay.secondsOn(clusterOf(16, 1, 16 * 1024 * gibPerCore));
    expect(on(2)).toBeCloseTo(on(64), 6);
    expect(on(2.2)).toBeCloseTo(on(64), 6);
    expect(on(1)).toBeGreaterThan(1.5 * on(2));
    // fewer cores with as much memory each hold what they held
    const half = (gibPerCore: number) => replay.secondsOn(clusterOf(8, 1, 8 * 1024 * gibPerCore));
    expect(half(2)).toBeCloseTo(half(64), 6);
  });

  it('counts what at most one core worked on', () => {
    const one = stage(1, 100, 160, { taskCount: 1, taskSeconds: 60, longestTaskSeconds: 60 });
    const replay = replayLog(runOf([stage(0, 20, 60), one], 200))!;
    // all but the forty seconds of the wide stage, from the first submission on
    expect(replay.singleCoreShare).toBeCloseTo(1 - 40 / 180, 6);
  });
});
