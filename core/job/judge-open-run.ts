import {
  epochMilliseconds,
  isoInstant,
  MILLISECONDS_PER_SECOND,
  SECONDS_PER_MINUTE,
  secondsBetween,
} from '../units.ts';

/** How often an open run's execution is asked for: the rule on ended executions is faster, unless it fails. */
const EXECUTION_SECONDS = 30 * SECONDS_PER_MINUTE;
/** A schedule ticks within a minute of its time. */
const JITTER_SECONDS = SECONDS_PER_MINUTE;
/** Longer than any pause between two looks of the pilot, a few failed ones included. */
const UNWATCHED_SECONDS = 20 * SECONDS_PER_MINUTE;
/** A run that lands at its deadline is being reported. */
const REPORTED_WITHIN_SECONDS = 2 * SECONDS_PER_MINUTE;
/** People need so long to answer. */
const REMINDER_SECONDS = 20 * SECONDS_PER_MINUTE;

interface OpenRun {
  /** ISO 8601 instants */
  readonly openedAt: string;
  readonly deadlineAt: string;
  readonly approval?: { readonly remindAt: string; readonly answerBy: string } | undefined;
}

interface Checks {
  /** ask whether the run's execution still runs */
  readonly execution: boolean;
  /** ask whether its pilot still looks, should it fly */
  readonly pilot: boolean;
  /** the deadline has passed: people must have been told */
  readonly miss: boolean;
  /** the plan may still wait for an answer, and soon none will help */
  readonly approval: boolean;
}

/**
 * What to look at in an open run. Stateless: an execution is asked for in half an hour once, or twice, by the run's age.
 *
 * @param now  ISO 8601 instant
 * @param everySeconds  how often open runs are gone through
 */
export function judgeOpenRun(
  { openedAt, deadlineAt, approval }: OpenRun,
  now: string,
  everySeconds: number,
): Checks {
  const ageSeconds = secondsBetween(openedAt, now);
  const lateSeconds = secondsBetween(deadlineAt, now);
  return {
    execution:
      ageSeconds >= EXECUTION_SECONDS / 2 && ageSeconds % EXECUTION_SECONDS < everySeconds + JITTER_SECONDS,
    pilot: ageSeconds >= UNWATCHED_SECONDS,
    miss: lateSeconds >= REPORTED_WITHIN_SECONDS,
    approval: approval !== undefined && approval.remindAt <= now && now < approval.answerBy,
  };
}

/**
 * When to remind people of a plan that waits for their answer: before the last launch that still makes the deadline,
 * or before their time is up, whichever comes first.
 *
 * @param neededSeconds  from the launch to a slow finish
 * @returns ISO 8601 instant; never right after they were asked
 */
export function reminderAt(
  { askedAt, answerBy, deadlineAt }: { askedAt: string; answerBy: string; deadlineAt: string },
  neededSeconds: number,
): string {
  const lastLaunchMs = epochMilliseconds(deadlineAt) - neededSeconds * MILLISECONDS_PER_SECOND;
  const tooLateMs = Math.min(lastLaunchMs, epochMilliseconds(answerBy));
  const earliestMs = epochMilliseconds(askedAt) + (REMINDER_SECONDS / 2) * MILLISECONDS_PER_SECOND;
  return isoInstant(Math.max(tooLateMs - REMINDER_SECONDS * MILLISECONDS_PER_SECOND, earliestMs));
}

/** Whether a flight has gone without a look for too long. @param lookedAt  of the newest look, or the launch */
export function isUnwatched(lookedAt: string, now: string): boolean {
  return secondsBetween(lookedAt, now) >= UNWATCHED_SECONDS;
}
