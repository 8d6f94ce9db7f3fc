import * as z from 'zod';
import { ALARM_DECADES } from './alarm-threshold.ts';

/** An alarm stays up for this share of the points that were ever seen, and for so many at least. */
const QUIET_SHARE = 1 / 6;
const LEAST_QUIET_POINTS = 60;
/** While it does, only evidence so many times stronger than what is left of it is news. */
const NEWS_RATIO = 2;
/** Of the strongest evidence no more is held against what follows: two disasters in a day are two. */
const MOST_HELD_DECADES = 1.5;

export const PersistenceState = z
  .object({ strength: z.number().nonnegative(), seen: z.int().nonnegative() })
  .nullable();
export type PersistenceState = z.infer<typeof PersistenceState>;

/** Tells news from more of the same: what was odd once stays odd for a while, and is said once. */
export class Persistence {
  #held: PersistenceState;

  constructor(state: PersistenceState = null) {
    this.#held = state;
  }

  /**
   * @param evidence  decades
   * @param seen  points before this one
   * @returns the evidence when it is enough for a signal and news, else 0; nothing is held against later points yet
   */
  judge(evidence: number, seen: number): number {
    if (evidence < ALARM_DECADES || evidence <= NEWS_RATIO * this.#bar(seen)) return 0;
    return evidence;
  }

  /**
   * From now on what follows is measured against this. Only what was said is held: what grows slowly is said when it
   * has grown enough, and what nobody was told mutes nothing.
   */
  hold(evidence: number, seen: number): void {
    this.#held = { strength: Math.min(evidence, MOST_HELD_DECADES), seen };
  }

  state(): PersistenceState {
    return this.#held;
  }

  #bar(seen: number): number {
    if (this.#held === null) return 0;
    const quietPoints = Math.max(LEAST_QUIET_POINTS, QUIET_SHARE * seen);
    const age = (seen - this.#held.seen) / quietPoints;
    return age < 1 ? this.#held.strength * (1 - age ** 2) : 0;
  }
}
