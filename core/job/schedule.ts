import type { Job } from '../contracts/job.ts';
import {
  afterSeconds,
  epochMilliseconds,
  isoInstant,
  SECONDS_PER_MINUTE,
  SECONDS_PER_DAY,
  MILLISECONDS_PER_SECOND,
} from '../units.ts';
import { eventBridgeCron } from './event-bridge-cron.ts';
import type { TemplateVariables } from './template.ts';

type Timing = Pick<Job, 'start' | 'deadline'>;

/** The time zone a job's times of day are in: its schedule's, else UTC. */
export function timeZoneOf(job: Pick<Job, 'start'>): string {
  return 'schedule' in job.start ? job.start.schedule.timeZone : 'UTC';
}

/**
 * When a run must have ended. A time of day is the next such local time after the scheduled start; a serving
 * job's window therefore names its own start as the deadline.
 *
 * @param scheduledAt  ISO 8601 instant
 * @returns ISO 8601 instant
 */
export function deadlineOf(job: Timing, scheduledAt: string): string {
  const scheduledMs = epochMilliseconds(scheduledAt);
  if ('withinMinutes' in job.deadline) {
    return afterSeconds(scheduledAt, job.deadline.withinMinutes * SECONDS_PER_MINUTE);
  }
  const [hours, minutes] = job.deadline.at.split(':').map(Number);
  const daily = eventBridgeCron(`${minutes} ${hours} * * ? *`, job.deadline.timeZone ?? timeZoneOf(job));
  const next = daily.next(scheduledMs);
  return next === null || next === undefined ? afterSeconds(scheduledAt, SECONDS_PER_DAY) : isoInstant(next);
}

/**
 * Scheduled starts of a job in a half-open span of time.
 *
 * @param fromIso  included
 * @param untilIso  excluded
 * @returns ISO 8601 instants, ascending; empty for a job that no schedule starts
 */
export function scheduledTimes(job: Pick<Job, 'start'>, fromIso: string, untilIso: string): string[] {
  if (!('schedule' in job.start)) return [];
  const { cron, timeZone } = job.start.schedule;
  const schedule = eventBridgeCron(cron, timeZone);
  const untilMs = epochMilliseconds(untilIso);
  const times: string[] = [];
  let next = schedule.next(epochMilliseconds(fromIso) - 1);
  while (next !== null && next < untilMs) {
    times.push(isoInstant(next));
    next = schedule.next(next);
  }
  return times;
}

/**
 * When a job starts next by its schedule.
 *
 * @param afterIso  included
 * @returns ISO 8601 instant; null for a job that no schedule starts, or whose schedule is over
 */
export function nextStart(job: Pick<Job, 'start'>, afterIso: string): string | null {
  if (!('schedule' in job.start)) return null;
  const { cron, timeZone } = job.start.schedule;
  const next = eventBridgeCron(cron, timeZone).next(epochMilliseconds(afterIso) - 1);
  return next === null ? null : isoInstant(next);
}

/** The values of a job's templates that its schedule decides; the attempt's are the launcher's to add. */
export function runTemplateVariables(
  job: Pick<Job, 'start'>,
  run: { runKey: string; scheduledAt: string; arrivedPrefix?: string | undefined },
): TemplateVariables {
  const scheduledMs = epochMilliseconds(run.scheduledAt);
  const date = localDate(scheduledMs, timeZoneOf(job));
  const dayBefore = epochMilliseconds(`${date}T00:00:00Z`) - SECONDS_PER_DAY * MILLISECONDS_PER_SECOND;
  return {
    'run.date': date,
    'run.previousDate': isoInstant(dayBefore).slice(0, 10),
    'run.scheduledAt': run.scheduledAt,
    'run.key': run.runKey,
    ...(run.arrivedPrefix === undefined ? {} : { 'run.arrivedPrefix': run.arrivedPrefix }),
  };
}

/** Formats by time zone: making one is slow. */
const dateFormats = new Map<string, Intl.DateTimeFormat>();

function dateFormatOf(timeZone: string): Intl.DateTimeFormat {
  const known = dateFormats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  dateFormats.set(timeZone, format);
  return format;
}

function localDate(timeMs: number, timeZone: string): string {
  const parts = dateFormatOf(timeZone)
    .formatToParts(timeMs)
    .map((part) => [part.type, part.value] as const);
  const part = Object.fromEntries(parts);
  return `${part.year}-${part.month}-${part.day}`;
}
