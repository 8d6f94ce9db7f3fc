/** What Spark keeps of the heap for itself, and its default share of the rest for data (spark.memory.fraction). */
const RESERVED_HEAP_MIB = 300;
const SHARE_FOR_DATA = 0.6;

/**
 * What a core of an executor has for data it works on and data it keeps: MiB, never negative.
 *
 * @param heapMib  spark.executor.memory
 * @see https://spark.apache.org/docs/3.5.6/tuning.html#memory-management-overview
 */
export function roomMibPerCore({ cores, memoryMib: heapMib }: { cores: number; memoryMib: number }): number {
  return (Math.max(heapMib - RESERVED_HEAP_MIB, 0) * SHARE_FOR_DATA) / Math.max(cores, 1);
}

/** The heap for each core of an executor with so many, in which its data have so much room: MiB. */
export function heapMibPerCoreFor(neededMibPerCore: number, cores: number): number {
  return neededMibPerCore / SHARE_FOR_DATA + RESERVED_HEAP_MIB / Math.max(cores, 1);
}
