import type { StageRecord } from '../contracts/run-record.ts';
import { QuantileSketch } from '../numerics/quantile-sketch.ts';
import { isoInstant } from '../units.ts';
import { numberAt, textAt, type JsonRecord } from './json-fields.ts';
import type { TaskEnd } from './read-task-end.ts';

const MAX_NAME_LENGTH = 200;
/** Median task times are right to within this share. */
const MEDIAN_ERROR = 0.005;

/** One attempt of a stage, summed up task by task. */
export class StageTotals {
  readonly #stageId: number;
  readonly #attempt: number;
  readonly #seconds = new QuantileSketch(MEDIAN_ERROR);
  #name = '';
  #parentIds: number[] | null = null;
  #submittedMs: number | null = null;
  #completedMs: number | null = null;
  #tasks = 0;
  #failedTasks = 0;
  #sums = {
    taskSeconds: 0,
    gcSeconds: 0,
    inputBytes: 0,
    shuffleReadBytes: 0,
    shuffleWriteBytes: 0,
    spillBytes: 0,
  };
  #cachedBytes = 0;
  #readsCache = false;
  #longestSeconds = 0;
  #peakMemoryBytes = 0;

  constructor(stageId: number, attempt: number) {
    this.#stageId = stageId;
    this.#attempt = attempt;
  }

  /** @param info  `Stage Info` of a submission or a completion */
  describe(info: JsonRecord): void {
    this.#name = (textAt(info, 'Stage Name') ?? this.#name).slice(0, MAX_NAME_LENGTH);
    this.#parentIds = parentsIn(info) ?? this.#parentIds;
    this.#submittedMs = numberAt(info, 'Submission Time') ?? this.#submittedMs;
    this.#completedMs = numberAt(info, 'Completion Time') ?? this.#completedMs;
  }

  /** All that its tasks count as their input are blocks of cached data. */
  readsCache(): void {
    this.#readsCache = true;
  }

  /** @returns what it read of the input, cached data not counted: bytes */
  add(task: TaskEnd): number {
    this.#tasks += 1;
    if (task.failed) this.#failedTasks += 1;
    this.#seconds.add(task.busySeconds);
    this.#sums.taskSeconds += task.busySeconds;
    this.#sums.gcSeconds += task.gcSeconds;
    const inputBytes = this.#readsCache ? 0 : task.inputBytes;
    this.#sums.inputBytes += inputBytes;
    this.#cachedBytes += task.inputBytes - inputBytes;
    this.#sums.shuffleReadBytes += task.shuffleReadBytes;
    this.#sums.shuffleWriteBytes += task.shuffleWriteBytes;
    this.#sums.spillBytes += task.spillBytes;
    this.#longestSeconds = Math.max(this.#longestSeconds, task.busySeconds);
    this.#peakMemoryBytes = Math.max(this.#peakMemoryBytes, task.peakExecutionMemoryBytes);
    return inputBytes;
  }

  record(): StageRecord {
    return {
      stageId: this.#stageId,
      attempt: this.#attempt,
      name: this.#name,
      taskCount: this.#tasks,
      failedTaskCount: this.#failedTasks,
      submittedAt: this.#submittedMs === null ? null : isoInstant(this.#submittedMs),
      completedAt: this.#completedMs === null ? null : isoInstant(this.#completedMs),
      ...this.#sums,
      longestTaskSeconds: this.#longestSeconds,
      medianTaskSeconds: Math.min(this.#seconds.quantile(0.5), this.#longestSeconds),
      peakExecutionMemoryBytes: this.#peakMemoryBytes,
      ...(this.#cachedBytes === 0 ? {} : { cachedBytes: this.#cachedBytes }),
      ...(this.#parentIds === null ? {} : { parentIds: this.#parentIds }),
    };
  }
}

function parentsIn(info: JsonRecord): number[] | null {
  const ids = info['Parent IDs'];
  return Array.isArray(ids) ? ids.filter((id): id is number => Number.isSafeInteger(id)) : null;
}
