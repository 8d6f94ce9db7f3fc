import type { Incident } from '../contracts/incident.ts';
import { FAILED_ATTEMPT_SOURCE, NETS_SOURCE, REAPER_SOURCE } from '../detect/alarms-of.ts';
import type { IncidentImpact } from './incident-impact.ts';

const RANKS = { low: 0, medium: 1, high: 2, critical: 3 } as const;
/** After all others: that it is over is told last, and what reopens is told anew. */
const OVER_RANK = 10;
const RANKS_OF_AN_OPENING = 100;

/** What decides whether people are told of an incident. */
export interface Telling {
  readonly incident: Incident;
  readonly impact: Pick<IncidentImpact, 'severity'>;
  /** all of it is kept quiet (suppression.ts) */
  readonly silent: boolean;
  /** somebody has it in hand */
  readonly acknowledged: boolean;
  /** the rank at which people were told last; null: they were not */
  readonly toldRank: number | null;
}

/**
 * At which rank people are to be told of an incident: once when it is worth it, again when it becomes graver, and that it
 * is over. What puts nothing at stake wakes nobody; of a symptom alone, of one run that failed, of a leak and of a failed net,
 * other messages tell already.
 *
 * @returns null: not now
 */
export function rankToTell({ incident, impact, silent, acknowledged, toldRank }: Telling): number | null {
  const { state, hasCause, reopened } = incident;
  if (state === 'merged' || state === 'held') return null;
  const base = reopened * RANKS_OF_AN_OPENING;
  if (state === 'closed') return toldRank === null || toldRank >= base + OVER_RANK ? null : base + OVER_RANK;
  const rank = RANKS[impact.severity];
  if (rank === 0 || !hasCause || isToldOtherwise(incident) || silent || acknowledged) return null;
  return toldRank !== null && toldRank >= base + rank ? null : base + rank;
}

/** Those who tell people themselves of what they found. */
const TELLERS: ReadonlySet<string> = new Set([REAPER_SOURCE, NETS_SOURCE]);

/** Nothing else is wrong than that attempts of one run failed, or what its finder tells. */
function isToldOtherwise({ threads, beyond }: Incident): boolean {
  const others = threads.filter(({ alarm }) => !TELLERS.has(alarm.source));
  const runs = new Set(others.map(({ alarm }) => alarm.place.runKey));
  const failures = others.every(({ alarm }) => alarm.source === FAILED_ATTEMPT_SOURCE);
  return failures && runs.size <= 1 && Object.keys(beyond).length === 0;
}
