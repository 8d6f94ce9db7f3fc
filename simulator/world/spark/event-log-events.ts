import type { SparkConf } from './executors.ts';
import type { SparkNode, TaskRecord } from './model.ts';

/**
 * Lines of Spark 3.5's event log, field by field as its JsonProtocol writes them. Fields that nothing in a
 * simulation fills (accumulables, RDD details, class paths) stay empty.
 */
type LogEvent = Readonly<Record<string, unknown>>;

/** What one stage attempt is called in the log. */
export interface StageInfo {
  readonly id: number;
  readonly attempt: number;
  readonly name: string;
  readonly tasks: number;
  readonly submittedMs: number | undefined;
  readonly completedMs: number | undefined;
  readonly failureReason: string | undefined;
}

export function logStart(version: string): LogEvent {
  return { Event: 'SparkListenerLogStart', 'Spark Version': version };
}

export function applicationStart(name: string, id: string, atMs: number, attempt: number | null): LogEvent {
  return {
    Event: 'SparkListenerApplicationStart',
    'App Name': name,
    'App ID': id,
    Timestamp: atMs,
    User: 'hadoop',
    ...(attempt === null ? {} : { 'App Attempt ID': String(attempt) }),
  };
}

export function applicationEnd(atMs: number): LogEvent {
  return { Event: 'SparkListenerApplicationEnd', Timestamp: atMs };
}

export function environmentUpdate(conf: SparkConf): LogEvent {
  return {
    Event: 'SparkListenerEnvironmentUpdate',
    'JVM Information': { 'Java Version': '17.0.15 (Amazon.com Inc.)', 'Scala Version': 'version 2.12.18' },
    'Spark Properties': conf,
    'Hadoop Properties': {},
    'System Properties': {},
    'Metrics Properties': {},
    'Classpath Entries': {},
  };
}

export function executorAdded(node: SparkNode, executor: string, atMs: number): LogEvent {
  return {
    Event: 'SparkListenerExecutorAdded',
    Timestamp: atMs,
    'Executor ID': executor,
    'Executor Info': {
      Host: node.host,
      'Total Cores': node.coresPerExecutor,
      'Log Urls': {},
      Attributes: {},
      Resources: {},
      'Resource Profile Id': 0,
      'Registration Time': atMs,
      'Request Time': atMs,
    },
  };
}

export function executorRemoved(executor: string, atMs: number, reason: string): LogEvent {
  return {
    Event: 'SparkListenerExecutorRemoved',
    Timestamp: atMs,
    'Executor ID': executor,
    'Removed Reason': reason,
  };
}

export function jobStart(stages: readonly StageInfo[], atMs: number): LogEvent {
  return {
    Event: 'SparkListenerJobStart',
    'Job ID': 0,
    'Submission Time': atMs,
    'Stage Infos': stages.map(stageInfo),
    'Stage IDs': stages.map((stage) => stage.id),
    Properties: {},
  };
}

export function jobEnd(atMs: number, failure: string | null): LogEvent {
  const result =
    failure === null
      ? { Result: 'JobSucceeded' }
      : { Result: 'JobFailed', Exception: { Message: failure, 'Stack Trace': [] } };
  return { Event: 'SparkListenerJobEnd', 'Job ID': 0, 'Completion Time': atMs, 'Job Result': result };
}

export function stageSubmitted(stage: StageInfo): LogEvent {
  return { Event: 'SparkListenerStageSubmitted', 'Stage Info': stageInfo(stage), Properties: {} };
}

export function stageCompleted(stage: StageInfo): LogEvent {
  return { Event: 'SparkListenerStageCompleted', 'Stage Info': stageInfo(stage) };
}

function stageInfo(stage: StageInfo): LogEvent {
  return {
    'Stage ID': stage.id,
    'Stage Attempt ID': stage.attempt,
    'Stage Name': stage.name,
    'Number of Tasks': stage.tasks,
    'RDD Info': [],
    'Parent IDs': stage.id === 0 ? [] : [stage.id - 1],
    Details: '',
    ...(stage.submittedMs === undefined ? {} : { 'Submission Time': stage.submittedMs }),
    ...(stage.completedMs === undefined ? {} : { 'Completion Time': stage.completedMs }),
    ...(stage.failureReason === undefined ? {} : { 'Failure Reason': stage.failureReason }),
    Accumulables: [],
    'Resource Profile Id': 0,
    'Shuffle Push Enabled': false,
    'Shuffle Push Mergers Count': 0,
  };
}

/** @param taskType  `ShuffleMapTask`, or `ResultTask` in a job's last stage */
export function taskEnd(record: TaskRecord, taskId: number, taskType: string): LogEvent {
  const failed = record.outcome !== 'success';
  return {
    Event: 'SparkListenerTaskEnd',
    'Stage ID': record.task.stage,
    'Stage Attempt ID': record.stageAttempt,
    'Task Type': taskType,
    'Task End Reason': endReason(record),
    'Task Info': {
      'Task ID': taskId,
      Index: record.task.index,
      Attempt: record.attempt,
      'Partition ID': record.task.index,
      'Launch Time': record.launchMs,
      'Executor ID': record.executor,
      Host: record.node.host,
      Locality: 'ANY',
      Speculative: false,
      'Getting Result Time': 0,
      'Finish Time': record.finishMs,
      Failed: failed,
      Killed: false,
      Accumulables: [],
    },
    'Task Executor Metrics': {},
    ...(failed ? {} : { 'Task Metrics': taskMetrics(record) }),
  };
}

function endReason(record: TaskRecord): LogEvent {
  if (record.outcome === 'success') return { Reason: 'Success' };
  if (record.outcome === 'exception') {
    return {
      Reason: 'ExceptionFailure',
      'Class Name': record.exception?.className,
      Description: record.exception?.description,
      'Stack Trace': [],
      'Full Stack Trace': `${record.exception?.className}: ${record.exception?.description}`,
    };
  }
  if (record.outcome === 'fetch-failed') {
    return {
      Reason: 'FetchFailed',
      'Block Manager Address': { 'Executor ID': record.executor, Host: record.node.host, Port: 7337 },
      'Shuffle ID': record.task.stage,
      'Map ID': 0,
      'Map Index': 0,
      'Reduce ID': record.task.index,
      Message: 'Failed to connect to a host that is gone',
    };
  }
  const killed = record.outcome === 'out-of-memory';
  return {
    Reason: 'ExecutorLostFailure',
    'Executor ID': record.executor,
    'Exit Caused By App': killed,
    'Loss Reason': killed
      ? 'Container killed by YARN for exceeding physical memory limits. Exit status: 137.'
      : 'Container released on a *lost* node. Exit status: -100.',
  };
}

function taskMetrics(record: TaskRecord): LogEvent {
  const { task, memoryRatio, networkSeconds } = record;
  const wallMs = record.finishMs - record.launchMs;
  const runMs = Math.round(wallMs * 0.985);
  const gcShare = 0.025 + 0.1 * Math.max(0, memoryRatio - 0.7);
  const touchedBytes = task.inputBytes + task.shuffleReadBytes + task.shuffleWriteBytes;
  const spilledBytes = memoryRatio > 1 ? Math.round(touchedBytes * (1 - 1 / memoryRatio)) : 0;
  const heldGib = Math.min(1, memoryRatio) * record.node.memoryPerCoreGib;
  return {
    'Executor Deserialize Time': Math.round(wallMs * 0.01),
    'Executor Deserialize CPU Time': Math.round(wallMs * 0.006 * 1e6),
    'Executor Run Time': runMs,
    'Executor CPU Time': Math.max(0, Math.round((runMs * (0.94 - gcShare) - networkSeconds * 1000) * 1e6)),
    'Peak Execution Memory': Math.round(heldGib * 1024 ** 3),
    'Result Size': record.resultBytes ?? 2200,
    'JVM GC Time': Math.round(runMs * gcShare),
    'Result Serialization Time': 1,
    'Memory Bytes Spilled': spilledBytes * 4,
    'Disk Bytes Spilled': spilledBytes,
    'Shuffle Read Metrics': {
      'Remote Blocks Fetched': task.shuffleReadBytes > 0 ? 64 : 0,
      'Local Blocks Fetched': task.shuffleReadBytes > 0 ? 4 : 0,
      'Fetch Wait Time': Math.round(networkSeconds * 1000),
      'Remote Bytes Read': Math.round(task.shuffleReadBytes * 0.95),
      'Remote Bytes Read To Disk': 0,
      'Local Bytes Read': Math.round(task.shuffleReadBytes * 0.05),
      'Total Records Read': Math.round(task.shuffleReadBytes / 200),
    },
    'Shuffle Write Metrics': {
      'Shuffle Bytes Written': Math.round(task.shuffleWriteBytes),
      'Shuffle Write Time': Math.round(task.shuffleWriteBytes / 400) * 1000,
      'Shuffle Records Written': Math.round(task.shuffleWriteBytes / 200),
    },
    'Input Metrics': {
      'Bytes Read': Math.round(task.inputBytes),
      'Records Read': Math.round(task.inputBytes / 250),
    },
    'Output Metrics': { 'Bytes Written': 0, 'Records Written': 0 },
    'Updated Blocks': [],
  };
}
