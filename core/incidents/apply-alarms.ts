import type { Alarm } from '../contracts/alarm.ts';
import type { Incident } from '../contracts/incident.ts';
import { secondsBetween, SECONDS_PER_MINUTE } from '../units.ts';
import { fingerprintOf } from './fingerprint.ts';
import {
  absorb,
  addFiring,
  addResolved,
  elderFirst,
  isLive,
  isNews,
  isSame,
  minuteOf,
  newDraft,
  repeatKey,
  type IncidentDraft,
} from './incident-draft.ts';
import { IncidentDrafts, type IncidentStore } from './incident-drafts.ts';
import { causeKeys, joinKeys, type Population } from './join-keys.ts';
import type { Topology } from './topology.ts';

/** So far apart clocks may be. */
const AHEAD_SECONDS = 5 * SECONDS_PER_MINUTE;

/** Alarms with those that are dated later than now by more than clocks differ as of now: they would keep an incident open until then. */
export function datedBy(now: string, alarms: readonly Alarm[]): Alarm[] {
  return alarms.map((alarm) =>
    secondsBetween(now, alarm.at) > AHEAD_SECONDS ? { ...alarm, at: now } : alarm,
  );
}

/** What is known of the fleet when alarms are put together. */
export interface FleetView {
  readonly topology: Topology;
  readonly population: Population;
}

/** What a batch of alarms changes. */
export interface AppliedAlarms {
  /** to be written, each only if the stored version is one less */
  readonly incidents: readonly Incident[];
  /** where each firing alarm went */
  readonly assigned: readonly {
    readonly fingerprint: string;
    readonly at: string;
    readonly incidentId: string;
  }[];
  /** notices of an end whose beginning nobody told */
  readonly unmatched: readonly Alarm[];
  /** whether alarms still have incidents in common that are to become one: applied again, more of them do */
  readonly mergesLeft: boolean;
}

/**
 * Puts alarms into incidents: into one they share enough with (see join-keys.ts), into a new one otherwise; incidents
 * that an alarm has enough in common with become one.
 *
 * The result depends on which alarms there are and not on their order within a minute, nor on how they are cut into
 * batches; an alarm that is delivered twice counts once, and reopens nothing. So writers that run at the same time are safe: each writes
 * its incidents on the condition that their version is still the one it read, and that none of their keys leads to
 * another live incident by now; when that is not so, it reads and applies all again.
 *
 * @param store  incidents by key, as stored
 * @param mergesMax  incidents that one alarm may make part of another at once
 */
export function applyAlarms(
  alarms: readonly Alarm[],
  store: IncidentStore,
  fleet: FleetView,
  mergesMax = Infinity,
): AppliedAlarms {
  const drafts = new IncidentDrafts(store);
  const placed: { fingerprint: string; at: string; draft: IncidentDraft }[] = [];
  const unmatched: Alarm[] = [];
  let mergesLeft = false;
  for (const { alarm, fingerprint } of inOrder(alarms)) {
    // what repeats finds its incident even when nothing else would lead there
    const keys = [repeatKey(fingerprint), ...joinKeys(alarm, fleet.topology, fleet.population)];
    const near = drafts.at(keys).filter((draft) => isLive(draft, alarm.at));
    if (alarm.state === 'resolved') {
      const its = near.find((draft) => draft.threads.has(fingerprint));
      if (its === undefined) unmatched.push(alarm);
      else if (!isSame(its.threads.get(fingerprint), alarm))
        addResolved(drafts.touched(its), alarm, fingerprint);
      continue;
    }
    const { draft, because, others } =
      lateIn(near, alarm, fingerprint) ?? placeOf(alarm, fingerprint, near, drafts, fleet);
    if (!near.some(({ threads }) => isSame(threads.get(fingerprint), alarm))) {
      addFiring(drafts.touched(draft), alarm, fingerprint, because);
      for (const key of keys) drafts.lead(key, draft, alarm.at);
    }
    for (const other of others.slice(0, mergesMax))
      absorb(drafts.touched(draft), drafts.touched(other), `"${alarm.says}" (${alarm.rule}) belongs to both`);
    mergesLeft ||= others.length > mergesMax;
    placed.push({ fingerprint, at: alarm.at, draft });
  }
  return {
    incidents: drafts.changed(),
    assigned: placed.map(({ fingerprint, at, draft }) => ({
      fingerprint,
      at,
      incidentId: drafts.survivor(draft).id,
    })),
    unmatched,
    mergesLeft,
  };
}

/** Where an alarm goes. */
interface Place {
  readonly draft: IncidentDraft;
  readonly because: string;
  /** what becomes part of that draft */
  readonly others: readonly IncidentDraft[];
}

/** Where an alarm goes that tells nothing new of what was closed, and nothing of anything else; undefined: it is news. */
function lateIn(near: readonly IncidentDraft[], alarm: Alarm, fingerprint: string): Place | undefined {
  const isOver = (draft: IncidentDraft) => draft.state === 'closed' && !isNews(draft, alarm, fingerprint);
  const known = near.find(({ threads }) => threads.has(fingerprint));
  const [first] = [...near].sort(elderFirst);
  const draft = known !== undefined && isOver(known) ? known : near.every(isOver) ? first : undefined;
  return draft === undefined ? undefined : { draft, because: 'came late', others: [] };
}

function placeOf(
  alarm: Alarm,
  fingerprint: string,
  leads: readonly IncidentDraft[],
  drafts: IncidentDrafts,
  fleet: FleetView,
): Place {
  const near = leads.filter((draft) => draft.state !== 'closed' || isNews(draft, alarm, fingerprint));
  const known = near.find((draft) => draft.threads.has(fingerprint));
  const cause = known === undefined ? settledCause(alarm, drafts, fleet) : undefined;
  if (cause !== undefined) {
    const because = `a symptom in the same run or job as ${firstRule(cause)}`;
    return { draft: cause, because, others: [] };
  }
  // a symptom may be one of several troubles: it goes to the eldest, and makes no two causes one
  const causes = near.filter(({ hasCause }) => hasCause);
  const [first] = [...(causes.length > 0 ? causes : near)].sort(elderFirst);
  const eldest = alarm.family === 'symptom' ? (known ?? first) : first;
  if (eldest === undefined) {
    const draft = drafts.opened(newDraft(alarm, fingerprint));
    return { draft, because: 'opened it', others: [] };
  }
  const others = near
    .filter((other) => other !== eldest && (alarm.family !== 'symptom' || !other.hasCause))
    .sort(elderFirst);
  return { draft: eldest, because: sharedWith(alarm, eldest, fleet), others };
}

/**
 * The incident of a cause that a symptom belongs to. Only those that were there before the symptom's minute count:
 * which of this minute's came first is chance, and is settled when the minute is over (settle-incidents.ts).
 */
function settledCause(
  alarm: Alarm,
  drafts: IncidentDrafts,
  { topology }: FleetView,
): IncidentDraft | undefined {
  if (alarm.family !== 'symptom') return undefined;
  return drafts
    .at(causeKeys(alarm, topology))
    .filter((draft) => isLive(draft, alarm.at) && minuteOf(draft.openedAt) < minuteOf(alarm.at))
    .sort(elderFirst)[0];
}

function sharedWith(alarm: Alarm, { keys }: IncidentDraft, { topology, population }: FleetView): string {
  const shared = joinKeys(alarm, topology, population).find((key) => keys.has(key));
  return `shares ${(shared?.split('|')[1] ?? 'too much').replaceAll('&', ', ')}`;
}

function firstRule({ threads }: IncidentDraft): string {
  return [...threads.values()].find(({ alarm }) => alarm.family !== 'symptom')?.alarm.rule ?? 'its cause';
}

/** By time, then by what they are: the same order whatever the order of arrival. */
function inOrder(alarms: readonly Alarm[]): { alarm: Alarm; fingerprint: string }[] {
  return alarms
    .map((alarm) => ({
      alarm: { ...alarm, at: new Date(alarm.at).toISOString() },
      fingerprint: fingerprintOf(alarm),
    }))
    .sort(
      (a, b) =>
        compare(a.alarm.at, b.alarm.at) ||
        compare(a.fingerprint, b.fingerprint) ||
        compare(a.alarm.state, b.alarm.state),
    );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
