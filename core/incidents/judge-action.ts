import type { Incident } from '../contracts/incident.ts';
import type { ActionOutcome, ActionRecord, Runbook } from '../contracts/runbook.ts';
import { secondsBetween, SECONDS_PER_MINUTE } from '../units.ts';

/** What was under way when the action was taken may still be told of. */
const GRACE_SECONDS = 2 * SECONDS_PER_MINUTE;
/** When the one look is due: an event that nobody calls over is over by then (settle-incidents.ts). */
const LOOK_AFTER_SECONDS = 15 * SECONDS_PER_MINUTE;

/**
 * The one look after a first response whether it helped: it did when nothing of what it is against was told since, in
 * the incident it was done for. That is no proof: it may have ended by itself.
 *
 * @param now  ISO 8601 instant
 * @returns null: it is too early, or it was looked at already
 */
export function judgeAction(
  { at, outcome }: ActionRecord,
  { when: { families, rules } }: Pick<Runbook, 'when'>,
  { threads }: Pick<Incident, 'threads'>,
  now: string,
): ActionOutcome | null {
  const seconds = secondsBetween(at, now);
  if (outcome !== undefined || seconds < LOOK_AFTER_SECONDS) return null;
  const since = threads.filter(
    ({ alarm }) =>
      families.includes(alarm.family) &&
      rules?.includes(alarm.rule) !== false &&
      secondsBetween(at, alarm.at) > GRACE_SECONDS,
  );
  const minutes = Math.round(seconds / SECONDS_PER_MINUTE);
  const because =
    since.length === 0
      ? `nothing of it was told in the ${minutes} min since`
      : `${since.length} ${since.length === 1 ? 'alarm' : 'alarms'} of it came after, the last: ${latest(since)}`;
  return { lookedAt: now, helped: since.length === 0, because };
}

function latest(threads: Incident['threads']): string {
  return threads.reduce((a, b) => (b.alarm.at > a.alarm.at ? b : a)).alarm.says;
}
