import type { EventLogSummary } from '../../contracts/run-record.ts';
import { MIB_PER_GIB, secondsBetween } from '../../units.ts';
import { USABLE_MEMORY_SHARE } from '../cluster-shape.ts';
import type { LoggedRun } from './logged-run.ts';

/** Spark's defaults for spark.executor.memory, with one core, and for spark.memory.fraction. */
const DEFAULT_HEAP_MIB = MIB_PER_GIB;
const HEAP_SHARE_FOR_DATA = 0.6;
/** Nodes' memory that leaves Spark as much room for data as a MiB of its heap does. */
const NODE_MIB_PER_HEAP_MIB = HEAP_SHARE_FOR_DATA / USABLE_MEMORY_SHARE;

/** A run known by its log alone. */
export interface RunOfLog {
  readonly run: LoggedRun;
  /** heap of an executor for each of its cores */
  readonly heapMibPerCore: number;
  /** what had to be assumed */
  readonly notes: readonly string[];
}

/**
 * A run as its event log alone tells it: mean executor cores, their heap, and the bytes it read.
 *
 * @param inputBytes  what the run had to read, when it is known better than the log tells; else null
 * @returns null when the log tells of no stage with a time, or of no executor
 */
export function runOfLog(log: EventLogSummary, inputBytes: number | null = null): RunOfLog | null {
  const { executorCores: cores = 0, executorMemoryMibPerCore } = log;
  const times = log.stages.flatMap(({ submittedAt, completedAt }) =>
    [submittedAt ?? [], completedAt ?? []].flat(),
  );
  const [first, last] = [log.startedAt ?? least(times), log.endedAt ?? most(times)];
  if (cores <= 0 || first === null || last === null) return null;
  const notes: string[] = [];
  const read = inputBytes ?? log.inputBytes;
  if (read <= 0)
    notes.push('The log tells of no input: loads are factors on what the run had, whatever that was.');
  if (executorMemoryMibPerCore === undefined) {
    notes.push("The log does not tell spark.executor.memory: Spark's default, 1 GiB a core, is assumed.");
  }
  const heapMibPerCore = executorMemoryMibPerCore ?? DEFAULT_HEAP_MIB;
  return {
    run: {
      runKey: log.applicationId,
      inputBytes: Math.max(read, 1),
      cores,
      nodes: 1,
      memoryMib: cores * nodeMibOfHeap(heapMibPerCore),
      coreSpeed: 1,
      runtimeSeconds: Math.max(secondsBetween(first, last), 1),
      log,
    },
    heapMibPerCore,
    notes,
  };
}

/** Memory of nodes, as replays count it, for a heap. */
export function nodeMibOfHeap(heapMib: number): number {
  return heapMib * NODE_MIB_PER_HEAP_MIB;
}

function least(times: readonly string[]): string | null {
  return [...times].sort()[0] ?? null;
}

function most(times: readonly string[]): string | null {
  return [...times].sort().at(-1) ?? null;
}
