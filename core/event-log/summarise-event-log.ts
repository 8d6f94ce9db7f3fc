import type { EventLogSummary } from '../contracts/run-record.ts';
import { BYTES_PER_MIB, isoInstant, MILLISECONDS_PER_SECOND } from '../units.ts';
import { CachedData } from './cached-data.ts';
import { ExecutorRoll } from './executor-roll.ts';
import { FailureTally } from './failure-tally.ts';
import { isRecord, numberAt, recordAt, textAt, type JsonRecord } from './json-fields.ts';
import { MemoryPeaks } from './memory-peaks.ts';
import { readTaskEnd } from './read-task-end.ts';
import { remarksOn } from './remarks-on-log.ts';
import { sparkBytes } from './spark-bytes.ts';
import { StageTotals } from './stage-totals.ts';

/** Why an executor is removed that the driver itself let go, as Spark writes it. */
const LET_GO = 'Executor killed by driver.';

const EVENT_FIRST = '{"Event":"';
/** `SparkListenerTaskStart`, `org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionStart` */
const SPARK_EVENT = /^([a-z.A-Z]+\.)?SparkListener\w+$/;

/**
 * Sums up a Spark event log line by line, in memory that grows with stages and executors, not with tasks.
 * Feed it the lines of all parts of one application's log in order; a missing last part, an unreadable line or a
 * field that this Spark version does not write costs only what it held.
 */
export class EventLogSummariser {
  readonly #stages = new Map<string, StageTotals>();
  readonly #executors = new ExecutorRoll();
  readonly #failures = new FailureTally();
  readonly #memory = new MemoryPeaks();
  readonly #cached = new CachedData();
  #applicationId = 'unknown';
  #sparkVersion: string | null = null;
  #startedMs: number | null = null;
  #endedMs: number | null = null;
  #firstTaskMs: number | null = null;
  #lastTaskMs: number | null = null;
  #lines = 0;
  #events = 0;
  #tasks = 0;
  #unreadableLines = 0;
  readonly #lacking = new Set<string>();
  #cpusPerTask = 1;
  #coresPerExecutor: number | null = null;
  #executorMemoryBytes: number | null = null;
  #taskSeconds = 0;
  #inputBytes = 0;

  readonly #readers: Readonly<Record<string, (event: JsonRecord) => void>> = {
    SparkListenerLogStart: (event) => {
      this.#sparkVersion = textAt(event, 'Spark Version') ?? this.#sparkVersion;
    },
    SparkListenerApplicationStart: (event) => {
      this.#applicationId = textAt(event, 'App ID') ?? this.#applicationId;
      this.#startedMs = numberAt(event, 'Timestamp') ?? this.#startedMs;
    },
    SparkListenerApplicationEnd: (event) => {
      this.#endedMs = numberAt(event, 'Timestamp') ?? this.#endedMs;
    },
    SparkListenerEnvironmentUpdate: (event) => {
      const properties = recordAt(event, 'Spark Properties');
      this.#cpusPerTask = positiveNumber(properties['spark.task.cpus']) ?? this.#cpusPerTask;
      this.#coresPerExecutor = positiveNumber(properties['spark.executor.cores']) ?? this.#coresPerExecutor;
      this.#executorMemoryBytes =
        sparkBytes(textAt(properties, 'spark.executor.memory'), 'm') ?? this.#executorMemoryBytes;
      this.#failures.configure(properties);
    },
    SparkListenerExecutorAdded: (event) => {
      const cores = numberAt(recordAt(event, 'Executor Info'), 'Total Cores');
      this.#executors.added(executorOf(event), numberAt(event, 'Timestamp') ?? 0, cores);
    },
    SparkListenerExecutorRemoved: (event) => {
      const letGo = textAt(event, 'Removed Reason')?.startsWith(LET_GO) ?? false;
      // Once the application has ended, executors go because there is nothing left to do.
      const ended = this.#endedMs !== null;
      this.#executors.removed(executorOf(event), numberAt(event, 'Timestamp') ?? 0, letGo || ended);
      if (!letGo && !ended) this.#failures.executorLost(textAt(event, 'Removed Reason'));
    },
    SparkListenerJobEnd: (event) => this.#failures.jobEnded(recordAt(event, 'Job Result')),
    SparkListenerStageSubmitted: (event) => {
      const info = recordAt(event, 'Stage Info');
      const stage = this.#describeStage(info);
      if (this.#cached.isReadBy(info)) stage?.readsCache();
    },
    SparkListenerStageCompleted: (event) => {
      const info = recordAt(event, 'Stage Info');
      this.#describeStage(info);
      if (textAt(info, 'Failure Reason') === null) this.#cached.computedBy(info);
    },
    SparkListenerUnpersistRDD: (event) => this.#cached.dropped(numberAt(event, 'RDD ID')),
    SparkListenerTaskEnd: (event) => this.#addTask(event),
  };

  /** @param text  one line of the log, without its line break; empty lines are passed over */
  line(text: string): void {
    const content = text.trim();
    if (content === '') return;
    this.#lines += 1;
    if (this.#isOfNoInterest(content)) return;
    const event = parse(content);
    if (event === null) {
      this.#unreadableLines += 1;
      return;
    }
    const name = textAt(event, 'Event');
    if (name === null) return;
    if (SPARK_EVENT.test(name)) this.#events += 1;
    // Object.hasOwn: an event called "constructor" must not find anything.
    if (Object.hasOwn(this.#readers, name)) this.#readers[name]?.(event);
  }

  /** @param what  a sentence: what of the log could not be read at all */
  lacks(what: string): void {
    this.#lacking.add(what);
  }

  /** Spark writes an event's name first: whole lines of events that nothing here reads need not be parsed. */
  #isOfNoInterest(content: string): boolean {
    if (!content.startsWith(EVENT_FIRST) || !content.endsWith('}')) return false;
    const name = content.slice(EVENT_FIRST.length, content.indexOf('"', EVENT_FIRST.length));
    if (!SPARK_EVENT.test(name) || Object.hasOwn(this.#readers, name)) return false;
    this.#events += 1;
    return true;
  }

  /** What the lines so far say. */
  summary(): EventLogSummary {
    const taskBusySeconds = this.#taskSeconds * this.#cpusPerTask;
    const executorCoreSeconds =
      this.#firstTaskMs === null || this.#lastTaskMs === null
        ? 0
        : this.#executors.coreSeconds(this.#firstTaskMs, this.#lastTaskMs, this.#coresPerExecutor);
    return {
      applicationId: this.#applicationId,
      sparkVersion: this.#sparkVersion,
      partial: this.#endedMs === null || this.#unreadableLines > 0 || this.#lacking.size > 0,
      unreadableLines: this.#unreadableLines,
      startedAt: this.#startedMs === null ? null : isoInstant(this.#startedMs),
      endedAt: this.#endedMs === null ? null : isoInstant(this.#endedMs),
      stages: [...this.#stages.values()]
        .map((stage) => stage.record())
        .sort((a, b) => a.stageId - b.stageId || a.attempt - b.attempt),
      taskBusySeconds,
      executorCoreSeconds,
      utilisation: executorCoreSeconds > 0 ? Math.min(1, taskBusySeconds / executorCoreSeconds) : null,
      inputBytes: this.#inputBytes,
      executorsLost: this.#executors.lostCount,
      failures: this.#failures.record(),
      remarks: remarksOn({
        lines: this.#lines,
        events: this.#events,
        tasks: this.#tasks,
        unreadableLines: this.#unreadableLines,
        ended: this.#endedMs !== null,
        sparkVersion: this.#sparkVersion,
        lacking: [...this.#lacking],
      }),
      ...this.#executorShape(executorCoreSeconds),
    };
  }

  #executorShape(
    coreSeconds: number,
  ): Pick<EventLogSummary, 'executorCores' | 'executorMemoryMibPerCore' | 'peakMemoryMibPerCore'> {
    const spanMs = (this.#lastTaskMs ?? 0) - (this.#firstTaskMs ?? 0);
    const cores = this.#coresPerExecutor ?? this.#executors.largestCores;
    const memoryBytes = this.#executorMemoryBytes ?? 0;
    const peak = this.#memory.mibPerCore(
      this.#cpusPerTask,
      (id) => this.#executors.coresOf(id) || (this.#coresPerExecutor ?? 0),
    );
    return {
      // no executor announced and no setting: how many cores there were is not known
      ...(spanMs > 0 && cores > 0 ? { executorCores: (coreSeconds * MILLISECONDS_PER_SECOND) / spanMs } : {}),
      ...(cores > 0 && memoryBytes > 0
        ? { executorMemoryMibPerCore: memoryBytes / BYTES_PER_MIB / cores }
        : {}),
      ...(peak === null ? {} : { peakMemoryMibPerCore: peak }),
    };
  }

  #describeStage(info: JsonRecord): StageTotals | null {
    const stageId = numberAt(info, 'Stage ID');
    if (stageId === null) return null;
    const stage = this.#stage(stageId, numberAt(info, 'Stage Attempt ID') ?? 0);
    stage.describe(info);
    return stage;
  }

  #addTask(event: JsonRecord): void {
    const task = readTaskEnd(event);
    if (task === null) return;
    this.#inputBytes += this.#stage(task.stageId, task.stageAttempt).add(task);
    this.#failures.taskEnded(task);
    this.#memory.add(task);
    this.#tasks += 1;
    this.#taskSeconds += task.busySeconds;
    if (task.lostExecutorId !== null) this.#executors.lost(task.lostExecutorId);
    if (task.launchedMs !== null) {
      this.#executors.seen(task.executorId, task.launchedMs);
      this.#firstTaskMs = Math.min(task.launchedMs, this.#firstTaskMs ?? task.launchedMs);
    }
    if (task.finishedMs !== null) {
      this.#lastTaskMs = Math.max(task.finishedMs, this.#lastTaskMs ?? task.finishedMs);
    }
  }

  #stage(stageId: number, attempt: number): StageTotals {
    const key = `${stageId}.${attempt}`;
    const known = this.#stages.get(key);
    if (known !== undefined) return known;
    const stage = new StageTotals(stageId, attempt);
    this.#stages.set(key, stage);
    return stage;
  }
}

/**
 * Sums up a log that lies in memory.
 *
 * @param parts  texts of the log's parts in order; see orderEventLogParts. No line goes over the end of a part
 */
export function summariseEventLog(parts: Iterable<string>): EventLogSummary {
  const summariser = new EventLogSummariser();
  for (const part of parts) {
    let start = 0;
    while (start < part.length) {
      const end = part.indexOf('\n', start);
      summariser.line(part.slice(start, end < 0 ? part.length : end));
      start = end < 0 ? part.length : end + 1;
    }
  }
  return summariser.summary();
}

function parse(content: string): JsonRecord | null {
  try {
    const value: unknown = JSON.parse(content);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function executorOf(event: JsonRecord): string {
  return textAt(event, 'Executor ID') ?? 'unknown';
}

function positiveNumber(value: unknown): number | null {
  const number = typeof value === 'string' || typeof value === 'number' ? Number(value) : Number.NaN;
  return Number.isFinite(number) && number > 0 ? number : null;
}
