import type { AlarmThread, Incident } from '../contracts/incident.ts';
import { secondsBetween, SECONDS_PER_DAY, SECONDS_PER_MINUTE } from '../units.ts';
import type { FleetView } from './apply-alarms.ts';
import { absorb, elderFirst, isLive, minuteOf, QUIET_SECONDS, type IncidentDraft } from './incident-draft.ts';
import { IncidentDrafts, type IncidentStore } from './incident-drafts.ts';
import { causeKeys } from './join-keys.ts';

/** What somebody was to call over and nobody spoke of for so long is over: the word of its end was lost. */
const UNSPOKEN_SECONDS = SECONDS_PER_DAY;
/** How long an incident waits for its alarms to come back, doubled with each time that one did. */
const HOLD_SECONDS = 5 * SECONDS_PER_MINUTE;
const MOST_DOUBLINGS = 3;

/**
 * What time does to incidents, at each pass of `watch-fleet`: symptoms find the cause that came in the same minute or after them;
 * incidents whose alarms are all over are held open for a while, longer the more they flapped, and then closed.
 *
 * @param live  the incidents that are open or held, as stored
 * @returns those that changed, to be written as those of applyAlarms
 */
export function settleIncidents(
  live: readonly Incident[],
  store: IncidentStore,
  fleet: FleetView,
  now: string,
): Incident[] {
  const drafts = new IncidentDrafts(store);
  for (const { id } of [...live].sort(elderFirst)) {
    const draft = drafts.byName(id);
    if (draft === undefined || draft.mergedInto !== null) continue;
    findCause(draft, drafts, fleet, now);
    if (draft.mergedInto === null) age(draft, drafts, now);
  }
  return drafts.changed();
}

function findCause(draft: IncidentDraft, drafts: IncidentDrafts, { topology }: FleetView, now: string): void {
  if (draft.hasCause || minuteOf(draft.openedAt) >= minuteOf(now)) return;
  const keys = new Set([...draft.threads.values()].flatMap(({ alarm }) => causeKeys(alarm, topology)));
  const [cause] = drafts
    .at([...keys])
    .filter((other) => other !== draft && other.hasCause && isLive(other, draft.lastNoticeAt))
    .sort(elderFirst);
  if (cause === undefined) return;
  absorb(drafts.touched(cause), drafts.touched(draft), 'a symptom in the same run or job');
}

function age(draft: IncidentDraft, drafts: IncidentDrafts, now: string): void {
  const threads = [...draft.threads.values()];
  const beyondOver = [...draft.beyond.values()].every(
    ({ lastAt }) => secondsBetween(lastAt, now) > QUIET_SECONDS,
  );
  if (!beyondOver || !threads.every((thread) => isOver(thread, now))) return;
  const flaps = Math.max(0, ...threads.map((thread) => thread.flaps));
  const holdSeconds = HOLD_SECONDS * 2 ** Math.min(flaps, MOST_DOUBLINGS);
  if (secondsBetween(draft.lastNoticeAt, now) > holdSeconds) {
    drafts.touched(draft).closedAt = now;
    draft.state = 'closed';
  } else if (draft.state === 'open') {
    drafts.touched(draft).state = 'held';
  }
}

function isOver({ alarm }: AlarmThread, now: string): boolean {
  if (alarm.state === 'resolved') return true;
  return secondsBetween(alarm.at, now) > (alarm.lasts === undefined ? QUIET_SECONDS : UNSPOKEN_SECONDS);
}
