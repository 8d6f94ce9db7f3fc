import { setTimeout as realDelay } from 'node:timers/promises';
import type { Scenario } from '../scenario.ts';

const LOOK_EVERY_MS = 100;
/** How far the simulated clock jumps at a time while nothing real is at work. */
const SKIP_MS = 2000;

interface Pace {
  /** something real is at work: the simulated clock goes as the wall's */
  readonly busy: () => boolean;
  /** called between steps, with the real clock in place */
  readonly between: () => Promise<void> | void;
  readonly done: () => boolean;
}

/**
 * Lets a scenario's time pass as it passes here, while something real is at work, and as fast as it can otherwise.
 *
 * @returns milliseconds of simulated time that nobody waited for
 */
export async function passWallTime(scenario: Scenario, { busy, between, done }: Pace): Promise<number> {
  let skippedMs = 0;
  let beforeMs = Date.now();
  while (!done()) {
    const nowMs = Date.now();
    const passedMs = nowMs - beforeMs;
    beforeMs = nowMs;
    const real = busy();
    const stepMs = real ? passedMs : Math.max(passedMs, SKIP_MS);
    skippedMs += stepMs - passedMs;
    await scenario.runUntil(scenario.kernel.clock.nowMs() + stepMs);
    await between();
    if (real) await realDelay(LOOK_EVERY_MS);
  }
  return skippedMs;
}
