/** Timers of a clock that nobody winds: they fire one by one, when `next` is called, earliest first. */

export interface Timers {
  /** milliseconds since the epoch */
  now(): number;
  readonly waiting: number;
  setTimeout(task: () => void, delayMs?: number): Timer;
  setInterval(task: () => void, delayMs?: number): Timer;
  /** takes a timer of these; one that is none of these stays as it is, and the answer is false */
  clear(timer: unknown): boolean;
  /** moves to the earliest timer, and lets it fire; equal times fire in the order they were set */
  next(): void;
}

/** as Node.js: a longer delay is none */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/** What setTimeout answers. Whether it keeps a process alive means nothing here. */
export class Timer {
  readonly task: () => void;
  readonly delayMs: number;
  readonly repeats: boolean;
  atMs = 0;
  order = 0;
  set = false;
  readonly #again: (timer: Timer) => void;

  constructor(task: () => void, delayMs: number, repeats: boolean, again: (timer: Timer) => void) {
    this.task = task;
    this.delayMs = delayMs;
    this.repeats = repeats;
    this.#again = again;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }

  refresh(): this {
    this.#again(this);
    return this;
  }

  [Symbol.toPrimitive](): number {
    return this.order;
  }
}

/** @param startAtMs  where time begins, milliseconds since the epoch */
export function createTimers(startAtMs: number): Timers {
  let nowMs = startAtMs;
  let orders = 0;
  let waiting = 0;
  const queue = createQueue();
  const again = (timer: Timer): void => {
    clear(timer);
    // a timer in the queue is never moved: the old entry is passed over when its turn comes
    orders += 1;
    timer.order = orders;
    timer.atMs = nowMs + timer.delayMs;
    timer.set = true;
    waiting += 1;
    queue.push({ timer, atMs: timer.atMs, order: orders });
  };
  const clear = (timer: Timer): void => {
    if (timer.set) waiting -= 1;
    timer.set = false;
  };
  const start = (task: () => void, delay: number | undefined, repeats: boolean): Timer => {
    const timer = new Timer(task, delayOf(delay, repeats), repeats, again);
    again(timer);
    return timer;
  };
  return {
    now: () => nowMs,
    get waiting() {
      return waiting;
    },
    setTimeout: (task, delayMs) => start(task, delayMs, false),
    setInterval: (task, delayMs) => start(task, delayMs, true),
    clear(timer) {
      if (!(timer instanceof Timer)) return false;
      clear(timer);
      return true;
    },
    next() {
      for (;;) {
        const entry = queue.pop();
        if (entry === undefined) return;
        const { timer, order } = entry;
        if (!timer.set || timer.order !== order) continue;
        nowMs = Math.max(nowMs, entry.atMs);
        if (timer.repeats) again(timer);
        else clear(timer);
        timer.task();
        return;
      }
    },
  };
}

/** An interval of nothing would never let time pass. */
function delayOf(delay: number | undefined, repeats: boolean): number {
  const whole = Math.floor(Number(delay));
  const least = repeats ? 1 : 0;
  return whole >= least && whole <= LONGEST_DELAY_MS ? whole : least;
}

interface Entry {
  readonly timer: Timer;
  readonly atMs: number;
  readonly order: number;
}

interface Queue {
  push(entry: Entry): void;
  pop(): Entry | undefined;
}

/** A binary heap, earliest first. */
function createQueue(): Queue {
  const heap: Entry[] = [];
  return {
    push(entry) {
      let at = heap.length;
      heap.push(entry);
      while (at > 0) {
        const parent = (at - 1) >> 1;
        const above = heap[parent];
        if (above === undefined || !isBefore(entry, above)) break;
        heap[at] = above;
        at = parent;
      }
      heap[at] = entry;
    },
    pop() {
      const [first] = heap;
      const last = heap.pop();
      if (last !== undefined && heap.length > 0) sink(heap, last);
      return first;
    },
  };
}

function sink(heap: Entry[], entry: Entry): void {
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    const [one, other] = [heap[left], heap[left + 1]];
    if (one === undefined) break;
    const useOther = other !== undefined && isBefore(other, one);
    const child = useOther ? other : one;
    if (!isBefore(child, entry)) break;
    heap[at] = child;
    at = useOther ? left + 1 : left;
  }
  heap[at] = entry;
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);
}
