import type { Rng } from '../../core/numerics/rng.ts';
import type { Clock } from '../contracts.ts';
import { wake } from './guest.ts';
import { createTimers, type Timers } from './timers.ts';
import { virtualClock } from './virtual-clock.ts';
import { realImmediate, virtualGlobals, type VirtualGlobals } from './virtual-globals.ts';

/** A transport or service with work that the clock cannot see, and requests waiting for a quiet moment. */
export interface ClockParticipant {
  /** true while messages are under way: time must stand */
  busy(): boolean;
  /** how many turns of the event loop must pass without news before all is quiet; 1 when left out */
  readonly quietTurns?: number;
  /** called at quiescence; true when it set something in motion that must settle before time moves */
  atQuiescence(): boolean;
}

const MOST_EVENTS_PER_INSTANT = 200_000;
const PROGRESS_STEPS = 400;
const DEFAULT_SETTLE_LIMIT_MS = 7 * 86_400_000;

interface Drive {
  readonly done: () => boolean;
  /** nothing is left to happen */
  readonly whenIdle: () => void;
  readonly onTime?: ((nowMs: number) => void) | undefined;
}

/**
 * The virtual clock and the loop that drives it. Time moves only at quiescence: nothing in flight, every
 * microtask and immediate drained, no held library call, no file being read. Then the one earliest event
 * happens, and everything that follows from it at that instant, before the next.
 */
export class ClockDriver {
  readonly clock: Clock;
  readonly #timers: Timers;
  readonly #globals: VirtualGlobals;
  readonly #due: (() => void)[] = [];
  readonly #participants = new Set<ClockParticipant>();
  #quietTurns = 1;
  #holds = 0;
  #driving = false;
  #failure: { readonly error: unknown } | undefined;

  /**
   * @param startAtMs  where time begins, milliseconds since the epoch
   * @param random  randomness of code that is no guest's
   */
  constructor(startAtMs: number, random: Rng) {
    this.#timers = createTimers(startAtMs);
    const enqueue = (task: () => void): void => void this.#due.push(task);
    this.#globals = virtualGlobals(this.#timers, random, enqueue);
    this.clock = virtualClock(
      this.#timers,
      enqueue,
      (error) => this.fail(error),
      (work) => this.#hold(work),
    );
  }

  /** Takes part in deciding when all is quiet. */
  join(participant: ClockParticipant): () => void {
    this.#participants.add(participant);
    this.#quietTurns = Math.max(this.#quietTurns, participant.quietTurns ?? 1);
    return () => this.#participants.delete(participant);
  }

  /** The simulation cannot go on: the running drive ends with this error. */
  fail(error: unknown): void {
    this.#failure ??= { error };
  }

  /** Lets time pass until that instant; `onProgress` is called with the real clock and timers in place. */
  async runUntil(untilMs: number, onProgress?: (nowMs: number) => void): Promise<void> {
    const fromMs = this.#timers.now();
    let reached = untilMs <= fromMs;
    if (!reached) this.clock.at(untilMs, 'end of run', () => void (reached = true));
    const stepMs = (untilMs - fromMs) / PROGRESS_STEPS;
    let nextMs = fromMs + stepMs;
    const onTime = (nowMs: number): void => {
      if (nowMs < nextMs) return;
      nextMs = nowMs + stepMs;
      this.#globals.leave();
      onProgress?.(nowMs);
      this.#globals.enter();
    };
    await this.#drive({ done: () => reached, whenIdle: () => undefined, onTime });
  }

  /**
   * Lets time pass until the promise that `work` returns settles.
   * @throws Error when it has not within `limitMs` of virtual time, or when nothing is left to happen
   */
  async settle<T>(work: () => Promise<T>, limitMs = DEFAULT_SETTLE_LIMIT_MS): Promise<T> {
    let settled = false;
    const started: Promise<T>[] = [];
    this.clock.after(0, 'settle', () => {
      const result = work();
      started.push(result);
      result.then(
        () => (settled = true),
        () => (settled = true),
      );
    });
    const limit = this.clock.after(limitMs, 'settle', () => {
      throw new Error(`Not settled within ${limitMs} ms of virtual time`);
    });
    await this.#drive({
      done: () => settled,
      whenIdle: () => {
        throw new Error('Nothing is left to happen, and the awaited work has not settled');
      },
    });
    limit.cancel();
    const [result] = started;
    if (result === undefined) throw new Error('The awaited work never began');
    return result;
  }

  async #hold<T>(work: () => Promise<T>): Promise<T> {
    this.#holds += 1;
    try {
      return await work();
    } finally {
      this.#holds -= 1;
    }
  }

  async #drive({ done, whenIdle, onTime }: Drive): Promise<void> {
    if (this.#driving) throw new Error('The virtual clock is being driven already; let that run end first.');
    this.#driving = true;
    this.#globals.enter();
    let instant = this.#timers.now();
    let events = 0;
    try {
      for (;;) {
        if (await this.#step()) continue;
        if (done()) return;
        if (this.#timers.waiting === 0) {
          whenIdle();
          return;
        }
        this.#timers.next();
        events = this.#timers.now() === instant ? events + 1 : 0;
        if (events > MOST_EVENTS_PER_INSTANT)
          throw new Error(`Time stands still at ${instant}: endless events`);
        if (this.#timers.now() !== instant) onTime?.(this.#timers.now());
        instant = this.#timers.now();
      }
    } finally {
      wake(undefined);
      this.#globals.leave();
      this.#driving = false;
    }
  }

  /** Drains, lets participants admit what arrived, runs one task that is due. False when all is quiet. */
  async #step(): Promise<boolean> {
    for (let quiet = 0; quiet < this.#quietTurns; quiet = this.#busy() ? 0 : quiet + 1) await turn();
    if (this.#failure !== undefined) throw this.#failure.error;
    wake(undefined);
    let moved = false;
    for (const participant of this.#participants) moved = participant.atQuiescence() || moved;
    if (moved) return true;
    const task = this.#due.shift();
    task?.();
    return task !== undefined;
  }

  #busy(): boolean {
    if (this.#holds > 0 || this.#globals.unseenWork() > 0) return true;
    for (const participant of this.#participants) if (participant.busy()) return true;
    return awaitsSystem();
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => realImmediate(resolve));
}

const SYSTEM_REQUESTS = new Set([
  'FSReqPromise',
  'FSReqCallback',
  'CloseReq',
  'TCPConnectWrap',
  'GetAddrInfoReqWrap',
]);

/** Files being read (modules, the SDK's configuration) and connections being made must end at this instant. */
function awaitsSystem(): boolean {
  return process.getActiveResourcesInfo().some((name) => SYSTEM_REQUESTS.has(name));
}
