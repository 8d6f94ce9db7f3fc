import { summariseEventLog } from '../../../core/event-log/summarise-event-log.ts';
import { seededRng } from '../../../core/numerics/rng.ts';
import type { LoggedRun } from '../../../core/runtime-model/replay/logged-run.ts';
import type { ClusterShape } from '../../../core/runtime-model/runtime-model.ts';
import { BYTES_PER_GIB, BYTES_PER_MIB } from '../../../core/units.ts';

export const START = Date.UTC(2026, 0, 5);
export const clusterOf = (cores: number, gib: number, memoryMib = 4096 * cores): ClusterShape => ({
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
export function application(cores: number, gib: number) {
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

export function logged(over: Partial<LoggedRun> = {}): LoggedRun {
  const { text, seconds } = application(32, 100);
  const log = summariseEventLog([text]);
  return { ...clusterOf(32, 100), runKey: 'orders@2026-01-05', runtimeSeconds: seconds, log, ...over };
}
