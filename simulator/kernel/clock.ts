/**
 * The virtual clock and the loop that drives it. Time moves only at quiescence: nothing in flight, every
 * microtask and immediate drained, no held library call, no file being read. Then the one earliest event
 * happens, and everything that follows from it at that instant, before the next.
 */
import { createClock as createFakeClock } from '@sinonjs/fake-timers';
import type { Rng } from '../../core/numerics/rng.ts';
import type { Clock, ClockEntry } from '../contracts.ts';
import { realImmediate, virtualGlobals } from './virtual-globals.ts';

/** A transport or service with work that the clock cannot see, and requests waiting for a quiet moment. */
export interface ClockParticipant {
  /** true while messages are under way: time must stand */
  busy(): boolean;
  /** how many turns of the event loop must pass without news before all is quiet; 1 when left out */
  readonly quietTurns?: number;
  /** called at quiescence; true when it set something in motion that must settle before time moves */
  atQuiescence(): boolean;
}

export interface ClockDriver {
  readonly clock: Clock;
  join(participant: ClockParticipant): () => void;
  /** lets time pass until that instant; `onProgress` is called with the real clock and timers in place */
  runUntil(untilMs: number, onProgress?: (nowMs: number) => void): Promise<void>;
  /** lets time pass until the promise that `work` returns settles */
  settle<T>(work: () => Promise<T>, limitMs?: number): Promise<T>;
  /** the simulation cannot go on: the running drive ends with this error */
  fail(error: unknown): void;
}

/** setTimeout's own limit; longer waits go in legs */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const MOST_EVENTS_PER_INSTANT = 200_000;
const PROGRESS_STEPS = 400;
const DEFAULT_SETTLE_LIMIT_MS = 7 * 86_400_000;

/** Builds a clock that stands at `startAtMs` and moves when driven. */
export function createClockDriver(startAtMs: number, random: Rng): ClockDriver {
  const fake = createFakeClock(startAtMs);
  // sockets opened before the simulation began have real timers
  fake.shouldClearNativeTimers = true;
  const due: (() => void)[] = [];
  const globals = virtualGlobals(fake, random, (task) => due.push(task));
  const participants = new Set<ClockParticipant>();
  let quietTurns = 1;
  let holds = 0;
  let driving = false;
  let failure: { error: unknown } | undefined;
  const fail = (error: unknown): void => {
    failure ??= { error };
  };

  const clock = createClock(
    fake,
    (task) => due.push(task),
    fail,
    async (work) => {
      holds += 1;
      try {
        return await work();
      } finally {
        holds -= 1;
      }
    },
  );
  const busy = (): boolean => {
    if (holds > 0 || globals.unseenWork() > 0) return true;
    for (const participant of participants) if (participant.busy()) return true;
    return awaitsSystem();
  };

  /** One instant's work: drains, lets participants admit what arrived, runs what is due. False at quiescence. */
  async function step(): Promise<boolean> {
    for (let quiet = 0; quiet < quietTurns; quiet = busy() ? 0 : quiet + 1) await turn();
    if (failure !== undefined) throw failure.error;
    let moved = false;
    for (const participant of participants) moved = participant.atQuiescence() || moved;
    if (moved) return true;
    const task = due.shift();
    task?.();
    return task !== undefined;
  }

  async function drive(
    done: () => boolean,
    whenIdle: () => void,
    onTime?: (nowMs: number) => void,
  ): Promise<void> {
    if (driving) throw new Error('The virtual clock is being driven already; let that run end first.');
    driving = true;
    globals.enter();
    let instant = fake.now;
    let events = 0;
    try {
      for (;;) {
        if (await step()) continue;
        if (done()) return;
        if (fake.countTimers() === 0) return whenIdle();
        fake.next();
        events = fake.now === instant ? events + 1 : 0;
        if (events > MOST_EVENTS_PER_INSTANT)
          throw new Error(`Time stands still at ${clock.nowMs()}: endless events`);
        if (fake.now !== instant) onTime?.(fake.now);
        instant = fake.now;
      }
    } finally {
      globals.leave();
      driving = false;
    }
  }

  return {
    clock,
    fail,
    join(participant) {
      participants.add(participant);
      quietTurns = Math.max(quietTurns, participant.quietTurns ?? 1);
      return () => participants.delete(participant);
    },
    async runUntil(untilMs, onProgress) {
      let reached = untilMs <= fake.now;
      if (!reached) clock.at(untilMs, 'end of run', () => void (reached = true));
      const stepMs = (untilMs - fake.now) / PROGRESS_STEPS;
      let nextMs = fake.now + stepMs;
      await drive(
        () => reached,
        () => undefined,
        onProgress &&
          ((nowMs) => {
            if (nowMs < nextMs) return;
            nextMs = nowMs + stepMs;
            globals.leave();
            onProgress(nowMs);
            globals.enter();
          }),
      );
    },
    async settle(work, limitMs = DEFAULT_SETTLE_LIMIT_MS) {
      let settled = false;
      const started: ReturnType<typeof work>[] = [];
      clock.after(0, 'settle', () => {
        const result = work();
        started.push(result);
        result.then(
          () => (settled = true),
          () => (settled = true),
        );
      });
      const limit = clock.after(limitMs, 'limit of settle', () => {
        throw new Error(`Not settled within ${limitMs} ms of virtual time`);
      });
      await drive(
        () => settled,
        () => {
          throw new Error('Nothing is left to happen, and the awaited work has not settled');
        },
      );
      limit.cancel();
      const [result] = started;
      if (result === undefined) throw new Error('The awaited work never began');
      return result;
    },
  };
}

function createClock(
  fake: ReturnType<typeof createFakeClock>,
  enqueue: (task: () => void) => void,
  fail: (error: unknown) => void,
  hold: Clock['hold'],
): Clock {
  const at = (timeMs: number, label: string, task: () => void | Promise<void>): ClockEntry => {
    let timer: ReturnType<typeof fake.setTimeout> | undefined;
    let cancelled = false;
    const run = (): void => {
      if (cancelled) return;
      try {
        const outcome = task();
        if (outcome instanceof Promise) outcome.catch((error: unknown) => fail(labelled(label, error)));
      } catch (error) {
        fail(labelled(label, error));
      }
    };
    const arm = (): void => {
      const delay = Math.max(0, Math.ceil(timeMs - fake.now));
      timer = fake.setTimeout(
        delay > LONGEST_TIMER_MS ? arm : () => enqueue(run),
        Math.min(delay, LONGEST_TIMER_MS),
      );
    };
    arm();
    return {
      cancel() {
        cancelled = true;
        fake.clearTimeout(timer);
      },
    };
  };
  const after: Clock['after'] = (delayMs, label, task) => at(fake.now + delayMs, label, task);
  return {
    nowMs: () => fake.now,
    at,
    after,
    sleep: (delayMs, label) => new Promise((resolve) => void after(delayMs, label, resolve)),
    hold,
  };
}

function labelled(label: string, error: unknown): Error {
  if (error instanceof Error) {
    error.message = `${label}: ${error.message}`;
    return error;
  }
  return new Error(`${label}: ${String(error)}`);
}

function turn(): Promise<void> {
  return new Promise((resolve) => realImmediate(resolve));
}

/** Files being read (modules, the SDK's configuration) and connections being made must end at this instant. */
function awaitsSystem(): boolean {
  return process
    .getActiveResourcesInfo()
    .some((name) => name.startsWith('FSReq') || name === 'TCPConnectWrap' || name === 'GetAddrInfoReqWrap');
}
