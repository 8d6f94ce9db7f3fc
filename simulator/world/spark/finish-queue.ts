import type { RunningTask } from './model.ts';

/** Running tasks, the next to finish first; equal times in the order they were started. A binary heap. */
export class FinishQueue {
  readonly #heap: RunningTask[] = [];

  get size(): number {
    return this.#heap.length;
  }

  first(): RunningTask | undefined {
    return this.#heap[0];
  }

  entries(): readonly RunningTask[] {
    return this.#heap;
  }

  push(entry: RunningTask): void {
    const heap = this.#heap;
    let i = heap.length;
    heap.push(entry);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || before(above, entry)) break;
      heap[i] = above;
      i = parent;
    }
    heap[i] = entry;
  }

  pop(): RunningTask | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first !== undefined && last !== undefined && this.#heap.length > 0) this.#sink(last);
    return first;
  }

  /** Takes out every entry that is to go. */
  remove(goes: (entry: RunningTask) => boolean): RunningTask[] {
    const gone = this.#heap.filter(goes);
    if (gone.length === 0) return gone;
    const kept = this.#heap.filter((entry) => !goes(entry));
    this.#heap.length = 0;
    for (const entry of kept) this.push(entry);
    return gone.sort((a, b) => a.sequence - b.sequence);
  }

  #sink(entry: RunningTask): void {
    const heap = this.#heap;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      const left = heap[child];
      if (left === undefined) break;
      const right = heap[child + 1];
      if (right !== undefined && before(right, left)) child += 1;
      const smaller = heap[child];
      if (smaller === undefined || before(entry, smaller)) break;
      heap[i] = smaller;
      i = child;
    }
    heap[i] = entry;
  }
}

function before(a: RunningTask, b: RunningTask): boolean {
  return a.finishMs < b.finishMs || (a.finishMs === b.finishMs && a.sequence < b.sequence);
}
