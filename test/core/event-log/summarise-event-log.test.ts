import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventLogSummary } from '../../../core/contracts/run-record.ts';
import { orderEventLogParts } from '../../../core/event-log/order-event-log-parts.ts';
import { EventLogSummariser, summariseEventLog } from '../../../core/event-log/summarise-event-log.ts';

const T0 = Date.parse('2026-01-05T02:00:00.000Z');

interface Task {
  stage: number;
  executor: string;
  startMs: number;
  runMs: number;
  failed?: boolean;
  inputBytes?: number;
}

const json = (event: object): string => JSON.stringify(event);
const start = json({ Event: 'SparkListenerLogStart', 'Spark Version': '3.5.2-amzn-0' });
const application = json({
  Event: 'SparkListenerApplicationStart',
  'App Name': 'x',
  'App ID': 'application_1_0001',
  Timestamp: T0,
  User: 'hadoop',
});
const end = (ms: number): string => json({ Event: 'SparkListenerApplicationEnd', Timestamp: T0 + ms });
const added = (id: string, ms: number, cores = 4): string =>
  json({
    Event: 'SparkListenerExecutorAdded',
    Timestamp: T0 + ms,
    'Executor ID': id,
    'Executor Info': { Host: 'h', 'Total Cores': cores, 'Log Urls': {} },
  });
const removed = (id: string, ms: number, reason: string): string =>
  json({
    Event: 'SparkListenerExecutorRemoved',
    Timestamp: T0 + ms,
    'Executor ID': id,
    'Removed Reason': reason,
  });
const stage = (event: string, id: number, extra: object = {}): string =>
  json({
    Event: `SparkListenerStage${event}`,
    'Stage Info': {
      'Stage ID': id,
      'Stage Attempt ID': 0,
      'Stage Name': `save at Job.scala:${id}`,
      'Number of Tasks': 2,
      'Submission Time': T0,
      ...extra,
    },
  });
const task = ({ stage: id, executor, startMs, runMs, failed = false, inputBytes = 0 }: Task): string =>
  json({
    Event: 'SparkListenerTaskEnd',
    'Stage ID': id,
    'Stage Attempt ID': 0,
    'Task Type': 'ResultTask',
    'Task End Reason': failed ? { Reason: 'ExceptionFailure', 'Class Name': 'E' } : { Reason: 'Success' },
    'Task Info': {
      'Task ID': 1,
      Index: 0,
      Attempt: 0,
      'Launch Time': T0 + startMs,
      'Executor ID': executor,
      'Finish Time': T0 + startMs + runMs,
      Failed: failed,
    },
    'Task Metrics': {
      'Executor Deserialize Time': 0,
      'Executor Run Time': runMs,
      'Peak Execution Memory': 1000 * id,
      'Result Serialization Time': 0,
      'JVM GC Time': Math.floor(runMs / 10),
      'Memory Bytes Spilled': 9,
      'Disk Bytes Spilled': 5,
      'Shuffle Read Metrics': { 'Remote Bytes Read': 3, 'Local Bytes Read': 4 },
      'Shuffle Write Metrics': { 'Shuffle Bytes Written': 6 },
      'Input Metrics': { 'Bytes Read': inputBytes, 'Records Read': 1 },
    },
  });

describe('the event log summary', () => {
  it('tells stages, utilisation and what was read', () => {
    const summary = summariseEventLog([
      [
        start,
        application,
        added('1', 0),
        stage('Submitted', 0),
        task({ stage: 0, executor: '1', startMs: 1000, runMs: 10_000, inputBytes: 500 }),
        task({ stage: 0, executor: '1', startMs: 1000, runMs: 20_000, inputBytes: 700 }),
        stage('Completed', 0, { 'Completion Time': T0 + 21_000 }),
        end(30_000),
      ].join('\n'),
    ]);
    EventLogSummary.parse(summary);
    expect(summary).toMatchObject({
      applicationId: 'application_1_0001',
      sparkVersion: '3.5.2-amzn-0',
      partial: false,
      unreadableLines: 0,
      inputBytes: 1200,
      taskBusySeconds: 30,
      executorCoreSeconds: 80,
      utilisation: 0.375,
    });
    expect(summary.stages).toHaveLength(1);
    expect(summary.stages[0]).toMatchObject({
      name: 'save at Job.scala:0',
      taskCount: 2,
      failedTaskCount: 0,
      taskSeconds: 30,
      longestTaskSeconds: 20,
      gcSeconds: 3,
      shuffleReadBytes: 14,
      shuffleWriteBytes: 12,
      spillBytes: 10,
      completedAt: '2026-01-05T02:00:21.000Z',
    });
    expect(summary.stages[0]!.medianTaskSeconds).toBeCloseTo(10, 0);
  });

  it('counts executors that were lost, not those that the driver let go or that went with the application', () => {
    const summary = summariseEventLog([
      [
        start,
        added('1', 0),
        added('2', 0),
        added('3', 0),
        task({ stage: 0, executor: '1', startMs: 0, runMs: 100_000 }),
        removed('2', 50_000, 'Container from a bad node: container_1 on host: h. Exit status: -100.'),
        removed('3', 60_000, 'Executor killed by driver.'),
        end(100_000),
        removed('1', 100_500, 'Command exited with code 0'),
      ].join('\n'),
    ]);
    expect(summary.executorsLost).toBe(1);
    expect(summary.executorCoreSeconds).toBeCloseTo(4 * (100 + 50 + 60), 6);
  });

  it('calls a log without an end partial, and counts lines it cannot read', () => {
    const whole = [start, added('1', 0), task({ stage: 0, executor: '1', startMs: 0, runMs: 1000 })];
    expect(summariseEventLog([whole.join('\n')]).partial).toBe(true);
    const cut = summariseEventLog([[...whole, '{"Event":"SparkListenerTas'].join('\n')]);
    expect(cut).toMatchObject({ partial: true, unreadableLines: 1, taskBusySeconds: 1 });
    expect(summariseEventLog([]).utilisation).toBeNull();
  });

  it('goes on without the first part: executors are known from their tasks and the settings', () => {
    const environment = json({
      Event: 'SparkListenerEnvironmentUpdate',
      'Spark Properties': { 'spark.executor.cores': '8', 'spark.task.cpus': '2' },
    });
    const summary = summariseEventLog([
      environment,
      task({ stage: 3, executor: '7', startMs: 0, runMs: 10_000 }),
    ]);
    expect(summary).toMatchObject({
      applicationId: 'unknown',
      sparkVersion: null,
      executorCoreSeconds: 80,
      taskBusySeconds: 20,
    });
  });

  it('takes fields that another version leaves out, events it does not know and killed tasks without metrics', () => {
    const killed = json({
      Event: 'SparkListenerTaskEnd',
      'Stage ID': 1,
      'Task End Reason': { Reason: 'TaskKilled' },
      'Task Info': { 'Launch Time': T0, 'Finish Time': T0 + 4000, 'Executor ID': '1' },
    });
    const summary = summariseEventLog([
      json({ Event: 'constructor' }),
      json({ Event: 'org.apache.spark.sql.New' }),
      json({}),
      killed,
    ]);
    EventLogSummary.parse(summary);
    expect(summary.unreadableLines).toBe(0);
    expect(summary.stages[0]).toMatchObject({
      stageId: 1,
      attempt: 0,
      taskCount: 1,
      failedTaskCount: 1,
      taskSeconds: 4,
    });
  });

  it('says the same however the log is cut into parts', () => {
    const lines = [
      start,
      application,
      added('1', 0),
      ...[0, 1, 2, 3].map((i) => task({ stage: i % 2, executor: '1', startMs: i * 100, runMs: 1000 + i })),
      end(9000),
    ];
    const whole = summariseEventLog([lines.join('\n')]);
    expect(summariseEventLog(lines)).toEqual(whole);
    expect(summariseEventLog([`${lines.slice(0, 4).join('\r\n')}\r\n`, lines.slice(4).join('\n')])).toEqual(
      whole,
    );
  });

  it('equals a plain computation on the whole log', () => {
    const tasks = fc.array(
      fc.record({
        stage: fc.integer({ min: 0, max: 3 }),
        executor: fc.constantFrom('1', '2', '3'),
        startMs: fc.integer({ min: 0, max: 100_000 }),
        runMs: fc.integer({ min: 1, max: 50_000 }),
        failed: fc.boolean(),
        inputBytes: fc.integer({ min: 0, max: 1e9 }),
      }),
      { minLength: 1, maxLength: 40 },
    );
    const executors = fc.record({ '1': fc.nat(20_000), '2': fc.nat(20_000), '3': fc.nat(20_000) });
    fc.assert(
      fc.property(tasks, executors, (list, addedAt) => {
        const summariser = new EventLogSummariser();
        Object.entries(addedAt).forEach(([id, ms]) => summariser.line(added(id, ms)));
        list.forEach((one) => summariser.line(task(one)));
        const summary = summariser.summary();
        const first = Math.min(...list.map((t) => t.startMs));
        const last = Math.max(...list.map((t) => t.startMs + t.runMs));
        const coreSeconds = Object.values(addedAt).reduce(
          (sum, ms) => sum + (4 * Math.max(0, last - Math.max(ms, first))) / 1000,
          0,
        );
        expect(summary.executorCoreSeconds).toBeCloseTo(coreSeconds, 6);
        expect(summary.taskBusySeconds).toBeCloseTo(
          list.reduce((sum, t) => sum + t.runMs / 1000, 0),
          6,
        );
        expect(summary.inputBytes).toBe(list.reduce((sum, t) => sum + t.inputBytes, 0));
        for (const record of summary.stages) {
          const own = list
            .filter((t) => t.stage === record.stageId)
            .map((t) => t.runMs / 1000)
            .sort((a, b) => a - b);
          expect(record.taskCount).toBe(own.length);
          expect(record.failedTaskCount).toBe(
            list.filter((t) => t.stage === record.stageId && t.failed).length,
          );
          expect(record.longestTaskSeconds).toBe(own.at(-1));
          const median = own[Math.floor((own.length - 1) / 2)]!;
          expect(Math.abs(record.medianTaskSeconds - median)).toBeLessThanOrEqual(0.006 * median);
        }
        expect(summary.stages.reduce((sum, record) => sum + record.taskCount, 0)).toBe(list.length);
      }),
      { numRuns: 100 },
    );
  });
});

describe('the parts of a rolling event log', () => {
  it('are read by number, not by name, without status files', () => {
    const folder = 'logs/eventlog_v2_application_1_0001';
    expect(
      orderEventLogParts([
        `${folder}/events_10_application_1_0001.zstd`,
        `${folder}/appstatus_application_1_0001.inprogress`,
        `${folder}/events_2_application_1_0001.zstd`,
        `${folder}/events_1_application_1_0001.zstd`,
      ]),
    ).toEqual([1, 2, 10].map((i) => `${folder}/events_${i}_application_1_0001.zstd`));
  });

  it('that were compacted stand in for those before them', () => {
    expect(orderEventLogParts(['events_1_a', 'events_2_a', 'events_3_a', 'events_2_a.compact'])).toEqual([
      'events_2_a.compact',
      'events_3_a',
    ]);
  });

  it('may be one plain file', () => {
    expect(orderEventLogParts(['logs/application_1_0001'])).toEqual(['logs/application_1_0001']);
  });
});
