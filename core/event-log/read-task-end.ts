import { numberAt, recordAt, textAt, type JsonRecord } from './json-fields.ts';
import { MILLISECONDS_PER_SECOND } from '../units.ts';
import { readTaskFailure, type TaskEnding } from './read-task-failure.ts';

/** What one ended task attempt adds to its stage. */
export interface TaskEnd {
  readonly stageId: number;
  readonly stageAttempt: number;
  readonly executorId: string;
  readonly failed: boolean;
  /** how it failed; null when it did not */
  readonly ending: TaskEnding | null;
  /** tries of the task before this one */
  readonly triesBefore: number;
  /** sent to the driver */
  readonly resultBytes: number;
  /** the executor that died under the task, when that is how it ended */
  readonly lostExecutorId: string | null;
  readonly launchedMs: number | null;
  readonly finishedMs: number | null;
  /** the slot worked: deserialising, running, serialising the result; launch to finish when metrics are missing */
  readonly busySeconds: number;
  readonly gcSeconds: number;
  readonly inputBytes: number;
  readonly shuffleReadBytes: number;
  readonly shuffleWriteBytes: number;
  readonly spillBytes: number;
  /** what was spilled, as it lay in memory */
  readonly memorySpilledBytes: number;
  readonly peakExecutionMemoryBytes: number;
  /** most that its executor's tasks and cached blocks took while it ran; 0 where executors did not report it */
  readonly executorDataBytes: number;
}

/** @returns null when the event does not say which stage it belongs to */
export function readTaskEnd(event: JsonRecord): TaskEnd | null {
  const stageId = numberAt(event, 'Stage ID');
  if (stageId === null) return null;
  const info = recordAt(event, 'Task Info');
  const metrics = recordAt(event, 'Task Metrics');
  const executor = recordAt(event, 'Task Executor Metrics');
  const reason = recordAt(event, 'Task End Reason');
  const shuffleRead = recordAt(metrics, 'Shuffle Read Metrics');
  const at = (record: JsonRecord, key: string): number => numberAt(record, key) ?? 0;
  const launchedMs = numberAt(info, 'Launch Time');
  const finishedMs = numberAt(info, 'Finish Time');
  const failed = (textAt(reason, 'Reason') ?? 'Success') !== 'Success';
  return {
    stageId,
    stageAttempt: at(event, 'Stage Attempt ID'),
    executorId: textAt(info, 'Executor ID') ?? 'unknown',
    failed,
    ending: failed ? readTaskFailure(reason) : null,
    triesBefore: at(info, 'Attempt'),
    resultBytes: at(metrics, 'Result Size'),
    lostExecutorId: textAt(reason, 'Reason') === 'ExecutorLostFailure' ? textAt(reason, 'Executor ID') : null,
    launchedMs,
    finishedMs: finishedMs === 0 ? null : finishedMs,
    busySeconds: busyMilliseconds(metrics, launchedMs, finishedMs) / MILLISECONDS_PER_SECOND,
    gcSeconds: at(metrics, 'JVM GC Time') / MILLISECONDS_PER_SECOND,
    inputBytes: at(recordAt(metrics, 'Input Metrics'), 'Bytes Read'),
    shuffleReadBytes: at(shuffleRead, 'Remote Bytes Read') + at(shuffleRead, 'Local Bytes Read'),
    shuffleWriteBytes: at(recordAt(metrics, 'Shuffle Write Metrics'), 'Shuffle Bytes Written'),
    spillBytes: at(metrics, 'Disk Bytes Spilled'),
    memorySpilledBytes: at(metrics, 'Memory Bytes Spilled'),
    peakExecutionMemoryBytes: at(metrics, 'Peak Execution Memory'),
    executorDataBytes: at(executor, 'OnHeapUnifiedMemory') + at(executor, 'OffHeapUnifiedMemory'),
  };
}

function busyMilliseconds(metrics: JsonRecord, launchedMs: number | null, finishedMs: number | null): number {
  const running = numberAt(metrics, 'Executor Run Time');
  if (running !== null && running > 0) {
    const before = numberAt(metrics, 'Executor Deserialize Time') ?? 0;
    const after = numberAt(metrics, 'Result Serialization Time') ?? 0;
    return before + running + after;
  }
  return launchedMs === null || finishedMs === null ? 0 : Math.max(0, finishedMs - launchedMs);
}
