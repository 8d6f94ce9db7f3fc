import type { Alarm, AlarmLevel } from '../contracts/alarm.ts';
import {
  BEYOND_RULES_MAX,
  KEYS_MAX,
  MERGED_FROM_MAX,
  THREADS_MAX,
  type AlarmThread,
  type Incident,
} from '../contracts/incident.ts';
import { MILLISECONDS_PER_SECOND, secondsBetween, SECONDS_PER_MINUTE } from '../units.ts';

const LEVELS: readonly AlarmLevel[] = ['info', 'warning', 'critical'];
/** A new alarm this soon after an incident was closed reopens it. */
const REOPEN_SECONDS = 120;
/** An event that nobody will call over is over when none like it came for this long. */
export const QUIET_SECONDS = 15 * SECONDS_PER_MINUTE;

/** Of the 409,600 bytes of an item, as JSON; the rest is for its own keys. */
const ITEM_BYTES_MAX = 400_000;
const KEYS_BYTES_MAX = 100_000;
/** Sums by rule at their most: a hundred rules of 200 characters, each of up to four bytes. */
const BEYOND_BYTES_MAX = 90_000;

/** An incident while alarms are put into it. */
export interface IncidentDraft extends Omit<Incident, 'threads' | 'keys' | 'beyond'> {
  threads: Map<string, AlarmThread>;
  keys: Set<string>;
  beyond: Map<string, { notices: number; lastAt: string }>;
}

/** A draft of a new incident that an alarm opens. Its name follows from the alarm, so that writers agree on it. */
export function newDraft(alarm: Alarm, fingerprint: string): IncidentDraft {
  const minute = alarm.at.slice(0, 16).replace(/[-:]/g, '');
  return {
    id: `inc-${minute}-${fingerprint}`,
    version: 0,
    state: 'open',
    openedAt: alarm.at,
    lastNoticeAt: alarm.at,
    closedAt: null,
    reopened: 0,
    mergedInto: null,
    mergedFrom: [],
    hasCause: false,
    level: 'info',
    threads: new Map(),
    keys: new Set(),
    beyond: new Map(),
  };
}

export function draftOf(incident: Incident): IncidentDraft {
  return {
    ...incident,
    mergedFrom: [...incident.mergedFrom],
    threads: new Map(incident.threads.map((thread) => [thread.fingerprint, thread])),
    keys: new Set(incident.keys),
    beyond: new Map(Object.entries(incident.beyond)),
  };
}

/** The incident as it is to be written: one version on, and no more of it than an item holds. */
export function incidentOf(draft: IncidentDraft): Incident {
  boundBytes(draft);
  return {
    ...draft,
    version: draft.version + 1,
    threads: [...draft.threads.values()],
    keys: [...draft.keys],
    beyond: Object.fromEntries(draft.beyond),
  };
}

/**
 * Counts the newest threads by their rule as long as all of them are more than an item holds. Keys are bounded first,
 * so that they leave half of the item to threads.
 */
function boundBytes(draft: IncidentDraft): void {
  let keyBytes = 0;
  for (const key of draft.keys) {
    keyBytes += bytesOf(key);
    if (keyBytes > KEYS_BYTES_MAX) draft.keys.delete(key);
  }
  const threads = [...draft.threads.values()];
  const [threadBytes, others] = [threads.map(bytesOf), { ...draft, threads: [], keys: [...draft.keys] }];
  let bytes = threadBytes.reduce((sum, each) => sum + each, 0) + bytesOf(others) + BEYOND_BYTES_MAX;
  for (let i = threads.length - 1; i >= 0 && bytes > ITEM_BYTES_MAX; i -= 1) {
    const thread = threads[i];
    if (thread === undefined) continue;
    draft.threads.delete(thread.fingerprint);
    draft.keys.delete(repeatKey(thread.fingerprint));
    addBeyond(draft, thread.alarm.rule, thread.notices, thread.alarm.at);
    bytes -= threadBytes[i] ?? 0;
  }
}

/** As JSON, which is longer than DynamoDB's own count of the same; with the comma after it. */
function bytesOf(thing: unknown): number {
  return new TextEncoder().encode(JSON.stringify(thing)).length + 1;
}

/** Whether an alarm of that time may still join: an alarm that is older than the closing belongs to what was closed. */
export function isLive({ state, closedAt }: Pick<Incident, 'state' | 'closedAt'>, at: string): boolean {
  if (state === 'open' || state === 'held') return true;
  return state === 'closed' && closedAt !== null && secondsBetween(closedAt, at) <= REOPEN_SECONDS;
}

/**
 * Whether a firing alarm says that an incident is not over. What is no newer than what the incident knows of the same
 * thing says nothing: it was delivered twice, or late. Nor does an event that came late, and would be over by the
 * closing had it come in time.
 */
export function isNews(draft: IncidentDraft, alarm: Alarm, fingerprint: string): boolean {
  const latest = draft.threads.get(fingerprint)?.alarm;
  if (latest !== undefined && !isLater(alarm, latest)) return false;
  if (draft.state !== 'closed' || draft.closedAt === null) return true;
  // what finds no room among the threads cannot be told from its own repetition
  const ends = alarm.lasts === undefined || (latest === undefined && !hasRoom(draft));
  return !ends || secondsBetween(alarm.at, draft.closedAt) <= QUIET_SECONDS;
}

/** By time; what is over at the instant at which it fired came after it. */
function isLater(alarm: Alarm, than: Alarm): boolean {
  return (
    alarm.at > than.at || (alarm.at === than.at && alarm.state === 'resolved' && than.state === 'firing')
  );
}

function hasRoom({ threads }: IncidentDraft): boolean {
  return threads.size < THREADS_MAX;
}

/** Which of two incidents keeps its name when they turn out to be one: the older; of twins the first by name. */
export function elderFirst(
  a: Pick<Incident, 'openedAt' | 'id'>,
  b: Pick<Incident, 'openedAt' | 'id'>,
): number {
  return a.openedAt === b.openedAt ? (a.id < b.id ? -1 : 1) : a.openedAt < b.openedAt ? -1 : 1;
}

function reopen(draft: IncidentDraft): void {
  if (draft.state === 'closed') draft.reopened += 1;
  draft.state = 'open';
  draft.closedAt = null;
}

/** Puts a firing alarm into a draft. */
export function addFiring(draft: IncidentDraft, alarm: Alarm, fingerprint: string, because: string): void {
  if (isNews(draft, alarm, fingerprint)) reopen(draft);
  draft.openedAt = earlier(draft.openedAt, alarm.at);
  draft.lastNoticeAt = later(draft.lastNoticeAt, alarm.at);
  draft.level = higher(draft.level, alarm.level);
  draft.hasCause ||= alarm.family !== 'symptom';
  const thread = draft.threads.get(fingerprint);
  if (thread === undefined && !hasRoom(draft)) {
    addBeyond(draft, alarm.rule, 1, alarm.at);
    return;
  }
  const first = { fingerprint, alarm, firstAt: alarm.at, notices: 1, flaps: 0, joinedBecause: because };
  draft.threads.set(fingerprint, thread === undefined ? first : noticed(thread, alarm));
}

/** Puts the news that something is over into a draft. */
export function addResolved(draft: IncidentDraft, alarm: Alarm, fingerprint: string): void {
  const thread = draft.threads.get(fingerprint);
  if (thread !== undefined) draft.threads.set(fingerprint, noticed(thread, alarm));
  draft.lastNoticeAt = later(draft.lastNoticeAt, alarm.at);
}

/** Whether a thread has this very notice as its latest. */
export function isSame(thread: AlarmThread | undefined, { at, state }: Alarm): boolean {
  return thread !== undefined && thread.alarm.at === at && thread.alarm.state === state;
}

/** One more notice of a thread. The same one again, or one that is older than the latest, changes little. */
function noticed(thread: AlarmThread, alarm: Alarm): AlarmThread {
  const { alarm: latest } = thread;
  if (isSame(thread, alarm)) return thread;
  const firstAt = earlier(thread.firstAt, alarm.at);
  const notices = thread.notices + 1;
  if (!isLater(alarm, latest)) return { ...thread, firstAt, notices };
  const flaps = thread.flaps + (latest.state === 'resolved' && alarm.state === 'firing' ? 1 : 0);
  return { ...thread, alarm, firstAt, notices, flaps };
}

/** Moves all of one draft into another. */
export function absorb(into: IncidentDraft, from: IncidentDraft, because: string): void {
  for (const thread of from.threads.values()) {
    const own = into.threads.get(thread.fingerprint);
    if (own !== undefined) {
      const [older, newer] = own.alarm.at < thread.alarm.at ? [own, thread] : [thread, own];
      into.threads.set(thread.fingerprint, {
        ...newer,
        firstAt: earlier(older.firstAt, newer.firstAt),
        notices: older.notices + newer.notices,
        flaps: older.flaps + newer.flaps,
      });
    } else if (into.threads.size < THREADS_MAX) {
      const joinedBecause = `${because}; there: ${thread.joinedBecause}`.slice(0, REASON_CHARACTERS);
      into.threads.set(thread.fingerprint, { ...thread, joinedBecause });
    } else {
      addBeyond(into, thread.alarm.rule, thread.notices, thread.alarm.at);
    }
  }
  for (const [rule, { notices, lastAt }] of from.beyond) addBeyond(into, rule, notices, lastAt);
  for (const key of from.keys) addKey(into, key);
  // a merged incident points to this one whether or not it is listed here
  into.mergedFrom = [...into.mergedFrom, ...from.mergedFrom, from.id].slice(-MERGED_FROM_MAX);
  into.openedAt = earlier(into.openedAt, from.openedAt);
  into.lastNoticeAt = later(into.lastNoticeAt, from.lastNoticeAt);
  into.level = higher(into.level, from.level);
  into.hasCause ||= from.hasCause;
  // what people were told of either is counted by openings: none of them is told of for a second time, or never
  into.reopened = Math.max(into.reopened, from.reopened + (from.state === 'closed' ? 1 : 0));
  if (from.state === 'open') reopen(into);
  Object.assign(from, {
    state: 'merged',
    mergedInto: into.id,
    threads: new Map(),
    keys: new Set(),
    beyond: new Map(),
  });
}

const REASON_CHARACTERS = 300;
/** Under this name all rules are counted that found no room of their own. */
const OTHER_RULES = 'other rules';

/**
 * Lets a key lead to a draft while an item has room for it. A repeated notice is looked for only where it has a thread;
 * a key that found no room still leads here when it is a merged incident's.
 */
export function addKey(draft: IncidentDraft, key: string): boolean {
  const isWanted = key.startsWith(REPEAT_PREFIX)
    ? draft.threads.has(key.slice(REPEAT_PREFIX.length))
    : draft.keys.has(key) || draft.keys.size - draft.threads.size < KEYS_MAX;
  if (isWanted) draft.keys.add(key);
  return isWanted;
}

const REPEAT_PREFIX = 'alarm|';

/** The key by which a notice finds its own thread again. */
export function repeatKey(fingerprint: string): string {
  return `${REPEAT_PREFIX}${fingerprint}`;
}

function addBeyond(draft: IncidentDraft, ofRule: string, notices: number, lastAt: string): void {
  const hasRoom = draft.beyond.has(ofRule) || draft.beyond.size < BEYOND_RULES_MAX;
  const rule = hasRoom ? ofRule : OTHER_RULES;
  const sums = draft.beyond.get(rule);
  draft.beyond.set(rule, {
    notices: (sums?.notices ?? 0) + notices,
    lastAt: later(sums?.lastAt ?? lastAt, lastAt),
  });
}

/** The minute of an instant, counted from 1970. */
export function minuteOf(at: string): number {
  return Math.floor(Date.parse(at) / (SECONDS_PER_MINUTE * MILLISECONDS_PER_SECOND));
}

function earlier(a: string, b: string): string {
  return a < b ? a : b;
}

function later(a: string, b: string): string {
  return a > b ? a : b;
}

function higher(a: AlarmLevel, b: AlarmLevel): AlarmLevel {
  return LEVELS.indexOf(a) >= LEVELS.indexOf(b) ? a : b;
}
