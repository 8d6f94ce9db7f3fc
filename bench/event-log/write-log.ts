import { closeSync, openSync, writeSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { seededRng } from '../../core/numerics/rng.ts';

/** A log of a long SQL application, with the fields and the accumulables that make real ones large. */

const START_MS = Date.UTC(2026, 0, 5);
const TASKS_A_STAGE = 2000;
const EXECUTORS = 50;
const CORES = 4;
const FLUSH_CHARACTERS = 4 * 1024 ** 2;
const METRICS = [
  'internal.metrics.executorRunTime',
  'internal.metrics.executorCpuTime',
  'internal.metrics.resultSize',
  'internal.metrics.shuffle.read.remoteBytesRead',
  'number of output rows',
  'shuffle bytes written',
  'time in aggregation build',
  'peak memory',
];

/**
 * @param bytes  about how large, uncompressed
 * @param encoding  gzip: members of some megabytes each
 */
export function writeLog(file: string, bytes: number, encoding: 'plain' | 'gzip'): void {
  const handle = openSync(file, 'w');
  let pending = '';
  let written = 0;
  const flush = () => {
    const content = Buffer.from(pending);
    written += content.length;
    writeSync(handle, encoding === 'gzip' ? gzipSync(content) : content);
    pending = '';
  };
  for (const event of events(() => written + pending.length < bytes)) {
    pending += `${JSON.stringify(event)}\n`;
    if (pending.length > FLUSH_CHARACTERS) flush();
  }
  flush();
  closeSync(handle);
}

function* events(goesOn: () => boolean): Generator<Record<string, unknown>> {
  const rng = seededRng('event log');
  yield { Event: 'SparkListenerLogStart', 'Spark Version': '3.5.4' };
  yield {
    Event: 'SparkListenerEnvironmentUpdate',
    'Spark Properties': { 'spark.executor.memory': '10g', 'spark.executor.cores': String(CORES) },
  };
  yield { Event: 'SparkListenerApplicationStart', 'App ID': 'application_1_0001', Timestamp: START_MS };
  for (let executor = 1; executor <= EXECUTORS; executor += 1) {
    yield {
      Event: 'SparkListenerExecutorAdded',
      Timestamp: START_MS,
      'Executor ID': String(executor),
      'Executor Info': { Host: `host-${executor}`, 'Total Cores': CORES },
    };
  }
  let nowMs = START_MS + 30_000;
  for (let stage = 0; goesOn(); stage += 1) {
    const info = {
      'Stage ID': stage,
      'Stage Attempt ID': 0,
      'Stage Name': `stage ${stage}`,
      'Parent IDs': [],
    };
    yield { Event: 'SparkListenerStageSubmitted', 'Stage Info': { ...info, 'Submission Time': nowMs } };
    const fromMs = nowMs;
    for (let task = 0; task < TASKS_A_STAGE && goesOn(); task += 1) {
      const launchMs = fromMs + Math.floor(task / (EXECUTORS * CORES)) * 9000;
      const runMs = 5000 + Math.floor(rng() * 4000);
      nowMs = Math.max(nowMs, launchMs + runMs);
      yield* taskEvents(stage, task, launchMs, runMs);
    }
    yield {
      Event: 'SparkListenerStageCompleted',
      'Stage Info': { ...info, 'Submission Time': fromMs, 'Completion Time': nowMs },
    };
  }
  yield { Event: 'SparkListenerApplicationEnd', Timestamp: nowMs };
}

function* taskEvents(
  stage: number,
  task: number,
  launchMs: number,
  runMs: number,
): Generator<Record<string, unknown>> {
  const id = stage * TASKS_A_STAGE + task;
  const info = {
    'Task ID': id,
    Index: task,
    Attempt: 0,
    'Launch Time': launchMs,
    'Executor ID': String(1 + (task % EXECUTORS)),
    Host: `host-${1 + (task % EXECUTORS)}`,
    Locality: 'PROCESS_LOCAL',
    'Finish Time': 0,
    Accumulables: [],
  };
  const common = { 'Stage ID': stage, 'Stage Attempt ID': 0 };
  yield { Event: 'SparkListenerTaskStart', ...common, 'Task Info': info };
  yield {
    Event: 'SparkListenerTaskEnd',
    ...common,
    'Task Type': 'ShuffleMapTask',
    'Task End Reason': { Reason: 'Success' },
    'Task Info': {
      ...info,
      'Finish Time': launchMs + runMs,
      Accumulables: METRICS.map((Name, i) => ({
        ID: id + i,
        Name,
        Update: runMs,
        Value: runMs * (task + 1),
      })),
    },
    'Task Executor Metrics': { JVMHeapMemory: 0, JVMOffHeapMemory: 0, OnHeapExecutionMemory: 0 },
    'Task Metrics': {
      'Executor Deserialize Time': 12,
      'Executor Run Time': runMs,
      'Executor CPU Time': runMs * 900_000,
      'Peak Execution Memory': 64 * 1024 ** 2,
      'Result Size': 2200,
      'JVM GC Time': 80,
      'Memory Bytes Spilled': 0,
      'Disk Bytes Spilled': 0,
      'Shuffle Read Metrics': { 'Remote Bytes Read': 4_000_000, 'Local Bytes Read': 80_000 },
      'Shuffle Write Metrics': { 'Shuffle Bytes Written': 3_000_000 },
      'Input Metrics': { 'Bytes Read': 128 * 1024 ** 2, 'Records Read': 500_000 },
    },
  };
}
