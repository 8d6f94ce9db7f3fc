import type { Alarm } from '../contracts/alarm.ts';
import type { AlarmThread, Incident } from '../contracts/incident.ts';
import type { AlarmMatch, Inhibition, MuteTime, Silence } from '../contracts/silence.ts';
import { localMilliseconds } from '../forecast/local-time.ts';
import { completePlace, type Topology } from './topology.ts';

/** All that keeps alarms quiet. */
export interface QuietRules {
  readonly silences: readonly Silence[];
  readonly muteTimes: readonly MuteTime[];
  readonly inhibitions: readonly Inhibition[];
}

/** An alarm that is kept and not told, and why: listed, never lost. */
export interface Suppressed {
  readonly fingerprint: string;
  readonly by: 'silence' | 'mute time' | 'inhibition';
  readonly ruleId: string;
  /** one sentence */
  readonly because: string;
}

/** Whom an incident wakes. */
export interface Hush {
  readonly suppressed: readonly Suppressed[];
  /** nothing of the incident is to be told now */
  readonly silent: boolean;
}

/**
 * Which alarms of an incident are told, and which are kept quiet by a silence, a mute time or an inhibition. A critical
 * alarm is always told, and so is one that found no room among the threads: nobody can say what it was.
 */
export function hush(incident: Incident, rules: QuietRules, topology: Topology, now: string): Hush {
  const threads = incident.threads.map((thread) => ({
    ...thread,
    alarm: { ...thread.alarm, place: completePlace(thread.alarm.place, topology) },
  }));
  const suppressed = threads.flatMap((thread): Suppressed[] => {
    const found = thread.alarm.level === 'critical' ? null : reasonFor(thread, threads, rules, now);
    return found === null ? [] : [found];
  });
  const allQuiet = threads.length > 0 && suppressed.length === threads.length;
  // an alarm that is a warning by now may have been critical before anybody was told
  const silent = allQuiet && incident.level !== 'critical' && Object.keys(incident.beyond).length === 0;
  return { suppressed, silent };
}

function reasonFor(
  { fingerprint, alarm }: AlarmThread,
  threads: readonly AlarmThread[],
  { silences, muteTimes, inhibitions }: QuietRules,
  now: string,
): Suppressed | null {
  const silence = silences.find(({ match, until }) => now < normal(until) && fits(alarm, match));
  if (silence !== undefined) {
    const because = `silenced by ${silence.by} until ${silence.until}: ${silence.reason}`;
    return { fingerprint, by: 'silence', ruleId: silence.id, because };
  }
  const mute = muteTimes.find((time) => fits(alarm, time.match) && isMuted(time, now));
  if (mute !== undefined) {
    const because = `muted from ${mute.from} to ${mute.until}, ${mute.timeZone}`;
    return { fingerprint, by: 'mute time', ruleId: mute.id, because };
  }
  for (const { id, when, quiet } of inhibitions) {
    if (!fits(alarm, quiet)) continue;
    const louder = threads.find(
      (other) =>
        other.fingerprint !== fingerprint && other.alarm.state === 'firing' && fits(other.alarm, when),
    );
    // two that would keep each other quiet are both told
    if (louder === undefined || fits(louder.alarm, quiet)) continue;
    return {
      fingerprint,
      by: 'inhibition',
      ruleId: id,
      because: `${louder.alarm.rule} is told, and explains it`,
    };
  }
  return null;
}

/** Whether an alarm is one of those that a rule is about. */
function fits(alarm: Alarm, match: AlarmMatch): boolean {
  const { rule, source, family, place } = alarm;
  const has: Readonly<Record<string, string | undefined>> = { ...place, rule, source, family };
  return Object.entries(match).every(([key, wanted]) => {
    const value = has[key];
    if (value === undefined || wanted === undefined) return wanted === undefined;
    return wanted.endsWith('*') ? value.startsWith(wanted.slice(0, -1)) : value === wanted;
  });
}

function isMuted({ timeZone, weekdays, from, until }: MuteTime, now: string): boolean {
  const wall = new Date(localMilliseconds(Date.parse(now), timeZone));
  const [weekday, time] = [wall.getUTCDay() || 7, wall.toISOString().slice(11, 16)];
  const began = (day: number) => weekdays === undefined || weekdays.includes(day);
  const yesterday = weekday === 1 ? 7 : weekday - 1;
  if (from < until) return began(weekday) && time >= from && time < until;
  return (began(weekday) && time >= from) || (began(yesterday) && time < until);
}

function normal(at: string): string {
  return new Date(at).toISOString();
}
