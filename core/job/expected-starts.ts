import type { Job } from '../contracts/job.ts';
import {
  afterSeconds,
  epochMilliseconds,
  isoInstant,
  secondsBetween,
  SECONDS_PER_MINUTE,
  SECONDS_PER_HOUR,
} from '../units.ts';
import { forwardChanges } from './clock-change.ts';
import { deadlineOf, scheduledTimes } from './schedule.ts';

/** A start that a job's schedule promises. */
export interface ExpectedStart {
  /** ISO 8601 instant that the run's key carries: of a time of day that does not exist, as if clocks had not changed */
  readonly scheduledAt: string;
  /** ISO 8601 instant at which it is due: the same, or the first after the gap */
  readonly dueAt: string;
  /** the scheduler passes it over, as its local time does not exist that day */
  readonly skipped: boolean;
}

/** A start with the instant from which on it should have come. */
interface PromisedStart extends ExpectedStart {
  readonly overdueAt: string;
}

export interface PromisedStarts {
  /** ascending by `dueAt` */
  readonly starts: readonly PromisedStart[];
  /** until then, they are all there are */
  readonly validUntil: string;
}

/** A start that is this late is not on its way any more; of the slack that the job has beside its run. */
const GRACE_SHARE = 1 / 6;
const GRACE_SECONDS = { least: 4 * SECONDS_PER_MINUTE, most: 15 * SECONDS_PER_MINUTE } as const;
/** Of the time to the deadline: what a run is taken to need where the job does not say. */
const USUAL_SHARE = 0.5;
/** A start that was missed for longer than this is left to people: they have seen by then what is missing. */
const LOOKED_BACK_SECONDS = 6 * SECONDS_PER_HOUR;
const LOOKED_AHEAD_SECONDS = 6 * SECONDS_PER_HOUR;
/** Of a job that starts every minute, so many are looked up in a pass; the next passes see to the rest. */
const STARTS_MAX = 40;

/**
 * The starts that a job's schedule promises, those included that daylight saving makes EventBridge Scheduler skip.
 * A time of day that comes twice is promised once. A skipped time whose instant is a start in its own right, as of
 * an hourly job, is no start of its own: no hour of the clock is missing.
 *
 * @param fromIso  included
 * @param untilIso  excluded
 * @returns ascending by `dueAt`
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time
 */
export function expectedStarts(job: Pick<Job, 'start'>, fromIso: string, untilIso: string): ExpectedStart[] {
  if (!('schedule' in job.start)) return [];
  const { cron, timeZone } = job.start.schedule;
  const regular = scheduledTimes(job, fromIso, untilIso).map((scheduledAt) => ({
    scheduledAt,
    dueAt: scheduledAt,
    skipped: false,
  }));
  const changes = forwardChanges(timeZone, epochMilliseconds(fromIso), epochMilliseconds(untilIso));
  const skipped = changes.flatMap(({ atMs, offsetBeforeMs, offsetAfterMs }) => {
    const gapMs = offsetAfterMs - offsetBeforeMs;
    const taken = new Set(scheduledTimes(job, isoInstant(atMs), isoInstant(atMs + gapMs)));
    const onWall = { start: { schedule: { cron, timeZone: 'UTC' } } };
    return scheduledTimes(onWall, isoInstant(atMs + offsetBeforeMs), isoInstant(atMs + offsetAfterMs))
      .map((wall) => isoInstant(epochMilliseconds(wall) - offsetBeforeMs))
      .filter((scheduledAt) => !taken.has(scheduledAt))
      .map((scheduledAt) => ({ scheduledAt, dueAt: isoInstant(atMs), skipped: true }));
  });
  return [...regular, ...skipped].sort((one, other) => (one.dueAt < other.dueAt ? -1 : 1));
}

/**
 * The starts of a job around now, for some hours: worked out once, {@link overdueStarts} is asked often.
 *
 * @param nowIso  ISO 8601 instant
 */
export function promisedStarts(
  job: Pick<Job, 'start' | 'deadline' | 'baseline'>,
  nowIso: string,
): PromisedStarts {
  const from = afterSeconds(nowIso, -LOOKED_BACK_SECONDS);
  const validUntil = afterSeconds(nowIso, LOOKED_AHEAD_SECONDS);
  const starts = expectedStarts(job, from, validUntil).map((start) => ({
    ...start,
    overdueAt: afterSeconds(start.dueAt, graceSeconds(job, start)),
  }));
  return { starts, validUntil };
}

/**
 * The starts that should have come by now: due since `sinceIso`, and for longer than the job's slack lets one wait.
 *
 * @param sinceIso  when the job got its schedule: nothing was promised before
 * @returns the earliest first; a bounded number
 */
export function overdueStarts(
  { starts }: PromisedStarts,
  sinceIso: string,
  nowIso: string,
): readonly PromisedStart[] {
  const overdue = starts.filter(({ dueAt, overdueAt }) => dueAt >= sinceIso && overdueAt <= nowIso);
  if (overdue.length === 0) return overdue;
  const earliest = afterSeconds(nowIso, -LOOKED_BACK_SECONDS);
  return overdue.filter(({ dueAt }) => dueAt >= earliest).slice(-STARTS_MAX);
}

/**
 * Until when, after {@link overdueStarts} was asked, it answers with nothing new.
 *
 * @returns ISO 8601 instant
 */
export function noneOverdueUntil({ starts, validUntil }: PromisedStarts, nowIso: string): string {
  return starts.reduce(
    (until, { overdueAt }) => (overdueAt > nowIso && overdueAt < until ? overdueAt : until),
    validUntil,
  );
}

function graceSeconds(
  job: Pick<Job, 'start' | 'deadline' | 'baseline'>,
  { scheduledAt, skipped }: ExpectedStart,
): number {
  // Nothing is on its way that the scheduler skips.
  if (skipped) return 0;
  const toDeadline = secondsBetween(scheduledAt, deadlineOf(job, scheduledAt));
  const usual = job.baseline?.typicalMinutes;
  const run = usual === undefined ? toDeadline * USUAL_SHARE : usual * SECONDS_PER_MINUTE;
  const grace = (toDeadline - run) * GRACE_SHARE;
  return Math.min(Math.max(grace, GRACE_SECONDS.least), GRACE_SECONDS.most);
}
