import type { LogFailures, TaskFailure } from '../contracts/run-record.ts';
import { textAt, type JsonRecord } from './json-fields.ts';
import { sparkBytes } from './spark-bytes.ts';
import type { TaskEnd } from './read-task-end.ts';
import { exitStatusIn, type TaskEnding } from './read-task-failure.ts';

/** Kinds of failure that are kept: a program has few, and the log may have millions of failed tasks. */
const KINDS_MAX = 40;
const KINDS_TOLD = 12;
const EXITS_MAX = 20;
/** Spark's defaults for spark.task.maxFailures and spark.driver.maxResultSize. */
const DEFAULT_TRIES = 4;
const DEFAULT_RESULT_BYTES = 1024 ** 3;

/** Counts how an application's tasks, executors and jobs failed, in bounded memory. */
export class FailureTally {
  readonly #kinds = new Map<string, TaskFailure>();
  readonly #exits = new Map<number, number>();
  readonly #resultBytes = new Map<string, number>();
  #triesAllowed = DEFAULT_TRIES;
  #resultLimitBytes = DEFAULT_RESULT_BYTES;
  #failedJobs = 0;
  #tasksEnded = 0;

  /** @param properties  `Spark Properties` of the log */
  configure(properties: JsonRecord): void {
    const tries = Number(textAt(properties, 'spark.task.maxFailures') ?? Number.NaN);
    if (Number.isInteger(tries) && tries > 0) this.#triesAllowed = tries;
    this.#resultLimitBytes =
      sparkBytes(textAt(properties, 'spark.driver.maxResultSize')) ?? this.#resultLimitBytes;
  }

  taskEnded(task: TaskEnd): void {
    this.#tasksEnded += 1;
    if (task.resultBytes > 0) {
      const stage = `${task.stageId}.${task.stageAttempt}`;
      this.#resultBytes.set(stage, (this.#resultBytes.get(stage) ?? 0) + task.resultBytes);
    }
    if (task.ending !== null) this.#add(task.ending, task.triesBefore + 1 >= this.#triesAllowed);
  }

  /** @param reason  `Removed Reason` of an executor that nobody let go */
  executorLost(reason: string | null): void {
    const status = exitStatusIn(reason);
    if (status === null || (this.#exits.size >= EXITS_MAX && !this.#exits.has(status))) return;
    this.#exits.set(status, (this.#exits.get(status) ?? 0) + 1);
  }

  /** @param result  `Job Result` */
  jobEnded(result: JsonRecord): void {
    if (textAt(result, 'Result') === 'JobFailed') this.#failedJobs += 1;
  }

  record(): LogFailures {
    const results = Math.max(0, ...this.#resultBytes.values());
    return {
      kinds: [...this.#kinds.values()].sort((a, b) => b.tasks - a.tasks).slice(0, KINDS_TOLD),
      executorExits: [...this.#exits].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([status]) => status),
      failedJobs: this.#failedJobs,
      tasksEnded: this.#tasksEnded,
      resultShareOfLimit: this.#resultLimitBytes > 0 ? results / this.#resultLimitBytes : 0,
    };
  }

  #add({ counts, ...ending }: TaskEnding, lastTry: boolean): void {
    const key = JSON.stringify(ending);
    const known = this.#kinds.get(key);
    if (known === undefined && this.#kinds.size >= KINDS_MAX) return;
    this.#kinds.set(key, {
      reason: ending.reason,
      exception: ending.exception,
      exitStatus: ending.exitStatus,
      serviceErrors: [...ending.serviceErrors],
      systemErrors: [...ending.systemErrors],
      sparkConditions: [...ending.sparkConditions],
      tasks: (known?.tasks ?? 0) + 1,
      decisiveTasks: (known?.decisiveTasks ?? 0) + (counts && lastTry ? 1 : 0),
    });
  }
}
