import type { Quantiles } from '../contracts/quantities.ts';
import { valueAt } from '../numerics/quantiles.ts';

/** Blind, a look learns only that time has passed: nodes that go and steps that end wake the pilot anyway. */
const LOOK_SECONDS = { nearRescue: 30, least: 60, leastBlind: 180, most: 300 } as const;
/** So many looks before the slack of a slow finish is gone. */
const LOOKS_IN_SLACK = 6;
/** So many looks until the deadline while a danger is watched that nothing need be done about yet. */
const LOOKS_IN_DANGER = 40;
const SLOW_FINISH_LEVEL = 0.9;

/** What decides how soon to look again. */
export interface Stakes {
  readonly remainingSeconds: Quantiles;
  readonly secondsLeft: number;
  readonly endangered: boolean;
  /** something can still be chosen: nodes to add, or people to tell */
  readonly choicesLeft: boolean;
  /** a rescue waits for the next look only to be confirmed, and time for it runs out */
  readonly rescueNear: boolean;
  /** the next look is to confirm what this one saw first */
  readonly confirming: boolean;
  /** nothing reports how much of the work is done */
  readonly blind: boolean;
  /** until a resize can show; 0 when none is waited for */
  readonly waitSeconds: number;
  /** until people must be told of a miss at the latest; null when they know or there is none to fear */
  readonly tellWithinSeconds: number | null;
}

/**
 * Seconds until the next look: five minutes while even a slow finish leaves much slack, fewer the less it leaves,
 * as long when nothing reports progress; one minute in danger, three when blind, half a minute just before a late rescue. Events of the cluster wake the pilot in between.
 */
export function nextLookSeconds(stakes: Stakes): number {
  const tellWithin = stakes.tellWithinSeconds ?? Number.POSITIVE_INFINITY;
  if (stakes.rescueNear) return LOOK_SECONDS.nearRescue;
  if (stakes.endangered) {
    if (!stakes.choicesLeft) return LOOK_SECONDS.most;
    const watched = Math.max(
      stakes.secondsLeft / LOOKS_IN_DANGER,
      stakes.blind ? LOOK_SECONDS.leastBlind : 0,
    );
    const patience = stakes.confirming ? 0 : watched;
    return clamped(Math.min(Math.max(stakes.waitSeconds, patience), tellWithin));
  }
  const slack = stakes.secondsLeft - valueAt(stakes.remainingSeconds, SLOW_FINISH_LEVEL);
  const calm = stakes.blind ? LOOK_SECONDS.most : slack / LOOKS_IN_SLACK;
  return clamped(Math.min(calm, tellWithin));
}

function clamped(seconds: number): number {
  return Math.round(Math.min(Math.max(seconds, LOOK_SECONDS.least), LOOK_SECONDS.most));
}
