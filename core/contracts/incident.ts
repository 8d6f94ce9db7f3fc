import * as z from 'zod';
import { Alarm, AlarmLevel } from './alarm.ts';
import { Instant } from './quantities.ts';

/** Notices of the same thing in the same place: what repeats is counted and not told again. */
export const AlarmThread = z.object({
  /** see core/incidents/fingerprint.ts */
  fingerprint: z.string(),
  /** the latest notice */
  alarm: Alarm,
  firstAt: Instant,
  /** notices so far, repeated deliveries left out */
  notices: z.number().int().min(1),
  /** how often it fired again after it was resolved */
  flaps: z.number().int().nonnegative(),
  /** why it is in this incident: "opened it", or what it shares with an alarm that was there */
  joinedBecause: z.string(),
});
export type AlarmThread = z.infer<typeof AlarmThread>;

/** Threads beyond this, or beyond what an item of 400 KB holds, are counted by their rule. */
export const THREADS_MAX = 400;
/** Keys of what alarms share, beside one for each thread: what comes after them joins by those that are there. */
export const KEYS_MAX = 1000;
/** The latest incidents that were merged into one; all of them point to it. */
export const MERGED_FROM_MAX = 100;
/** Rules that are counted by themselves beyond the threads. */
export const BEYOND_RULES_MAX = 100;

/** Alarms that belong together. One message, updated in place. */
export const Incident = z.object({
  id: z.string().min(1),
  /** rises by one with each write; a writer that read an older one reads again */
  version: z.number().int().min(1),
  /** `held`: all is over, but it may come back; `merged`: `mergedInto` has its alarms */
  state: z.enum(['open', 'held', 'closed', 'merged']),
  openedAt: Instant,
  /** the latest notice of any of its alarms */
  lastNoticeAt: Instant,
  closedAt: Instant.nullable(),
  reopened: z.number().int().nonnegative(),
  mergedInto: z.string().nullable(),
  /** the latest ones, at most MERGED_FROM_MAX */
  mergedFrom: z.array(z.string()),
  /** has an alarm that is a cause by its family */
  hasCause: z.boolean(),
  /** the highest of its alarms so far */
  level: AlarmLevel,
  threads: z.array(AlarmThread).max(THREADS_MAX),
  /** by rule: alarms that found no room among the threads, and their latest notice */
  beyond: z.record(z.string(), z.object({ notices: z.number().int().min(1), lastAt: Instant })),
  /** what leads further alarms here; see core/incidents/join-keys.ts */
  keys: z.array(z.string()),
});
export type Incident = z.infer<typeof Incident>;
