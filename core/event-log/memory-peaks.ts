import { BYTES_PER_MIB } from '../units.ts';
import type { TaskEnd } from './read-task-end.ts';

/** A task that wrote more than this share of its bytes to disk tells no more of what it wanted to hold. */
const MOST_SPILLED_SHARE = 0.8;

/**
 * The most that a core's work held in memory for data, or would have held, had it not been spilled.
 *
 * Two measures, of which the larger counts: the largest task's own structures (`Peak Execution Memory`, which not every
 * operator fills), with what it spilled put back; and, where executors reported it, what an executor's tasks and cached
 * blocks took at one time, by its cores.
 */
export class MemoryPeaks {
  #taskBytes = 0;
  readonly #executorBytes = new Map<string, number>();

  add(task: TaskEnd): void {
    this.#taskBytes = Math.max(this.#taskBytes, wantedBytes(task));
    const known = this.#executorBytes.get(task.executorId) ?? 0;
    if (task.executorDataBytes > known) this.#executorBytes.set(task.executorId, task.executorDataBytes);
  }

  /**
   * @param cpusPerTask  cores that a task holds
   * @param coresOf  of an executor; 0 where it is not known
   * @returns MiB for each core; null when no task told of any
   */
  mibPerCore(cpusPerTask: number, coresOf: (executorId: string) => number): number | null {
    const ofExecutors = [...this.#executorBytes].map(([id, bytes]) => {
      const cores = coresOf(id);
      return cores > 0 ? bytes / cores : 0;
    });
    const most = Math.max(this.#taskBytes / cpusPerTask, ...ofExecutors);
    return most > 0 ? most / BYTES_PER_MIB : null;
  }
}

/**
 * What a task would have held without spilling. A task that spills whenever its share of the memory is full and keeps
 * its last part has spilled a share of (n - 1) / n of its bytes when it wanted n times its peak; by its own word it
 * wanted its peak and what it let go. Several sorts one after the other spill the same bytes again, and both say too
 * much: the smaller one counts.
 */
function wantedBytes(task: TaskEnd): number {
  const { peakExecutionMemoryBytes: peak, spillBytes, memorySpilledBytes } = task;
  if (spillBytes <= 0 && memorySpilledBytes <= 0) return peak;
  const touched = task.inputBytes + task.shuffleReadBytes + task.shuffleWriteBytes;
  const share = touched > 0 ? Math.min(spillBytes / touched, MOST_SPILLED_SHARE) : MOST_SPILLED_SHARE;
  const byShare = peak / (1 - share);
  return memorySpilledBytes > 0 ? Math.max(peak, Math.min(byShare, peak + memorySpilledBytes)) : byShare;
}
