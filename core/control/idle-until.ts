import { afterSeconds, SECONDS_PER_DAY } from '../units.ts';

/** However long nothing becomes due: once a day it is worth a look. */
const LONGEST_IDLE_SECONDS = SECONDS_PER_DAY;

/**
 * Until when a pass that looks for something to do would find nothing again, if nothing changes meanwhile.
 *
 * @param now  ISO 8601 instant of this pass
 * @param dueAt  instants at which something becomes due; `now` for what may become due at any time
 * @returns the earliest of them, at most a day from now
 */
export function idleUntil(now: string, dueAt: readonly string[]): string {
  return dueAt.reduce((until, at) => (at < until ? at : until), afterSeconds(now, LONGEST_IDLE_SECONDS));
}
