import type { Clock as FakeClock, TimerId } from '@sinonjs/fake-timers';
import type { Clock, ClockEntry } from '../contracts.ts';

/** setTimeout's own limit; longer waits go in legs */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * The clock that services see, on the timers of a fake clock.
 *
 * @param enqueue  receives tasks that are due; they run one by one, outside the fake clock's tick
 * @param fail  told of errors that no caller can catch
 * @param hold  lets time stand until some work settles
 */
export function virtualClock(
  fake: FakeClock,
  enqueue: (task: () => void) => void,
  fail: (error: unknown) => void,
  hold: Clock['hold'],
): Clock {
  const at = (timeMs: number, label: string, task: () => void | Promise<void>): ClockEntry => {
    let timer: TimerId | undefined;
    let cancelled = false;
    const run = (): void => {
      if (!cancelled) runTask(label, task, fail);
    };
    const arm = (): void => {
      const delayMs = Math.max(0, Math.ceil(timeMs - fake.now));
      const wake = delayMs > LONGEST_TIMER_MS ? arm : () => enqueue(run);
      timer = fake.setTimeout(wake, Math.min(delayMs, LONGEST_TIMER_MS));
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
