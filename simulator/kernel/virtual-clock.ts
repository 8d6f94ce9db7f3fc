import type { Clock, ClockEntry } from '../contracts.ts';
import type { Timer, Timers } from './timers.ts';

/** setTimeout's own limit; longer waits go in legs */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * The clock that services see, on timers that nobody winds.
 *
 * @param enqueue  receives tasks that are due; they run one by one, outside the timer's turn
 * @param fail  told of errors that no caller can catch
 * @param hold  lets time stand until some work settles
 */
export function virtualClock(
  timers: Timers,
  enqueue: (task: () => void) => void,
  fail: (error: unknown) => void,
  hold: Clock['hold'],
): Clock {
  const at = (timeMs: number, label: string, task: () => void | Promise<void>): ClockEntry => {
    let timer: Timer | undefined;
    let cancelled = false;
    const run = (): void => {
      if (!cancelled) runTask(label, task, fail);
    };
    const arm = (): void => {
      const delayMs = Math.max(0, Math.ceil(timeMs - timers.now()));
      const wake = delayMs > LONGEST_TIMER_MS ? arm : () => enqueue(run);
      timer = timers.setTimeout(wake, Math.min(delayMs, LONGEST_TIMER_MS));
    };
    arm();
    return {
      cancel() {
        cancelled = true;
        timers.clear(timer);
      },
    };
  };
  const after: Clock['after'] = (delayMs, label, task) => at(timers.now() + delayMs, label, task);
  return {
    nowMs: () => timers.now(),
    at,
    after,
    sleep: (delayMs, label) => new Promise((resolve) => void after(delayMs, label, resolve)),
    hold,
  };
}

function runTask(label: string, task: () => void | Promise<void>, fail: (error: unknown) => void): void {
  try {
    const outcome = task();
    if (outcome instanceof Promise) outcome.catch((error: unknown) => fail(labelled(label, error)));
  } catch (error) {
    fail(labelled(label, error));
  }
}

function labelled(label: string, error: unknown): Error {
  if (!(error instanceof Error)) return new Error(`${label}: ${String(error)}`);
  error.message = `${label}: ${error.message}`;
  return error;
}
