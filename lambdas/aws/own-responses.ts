import type { Runbook } from '../../core/contracts/runbook.ts';
import type { PoolBreaker } from '../../core/market/pool-breaker.ts';
import { poolBreakers } from './ledger-breakers.ts';
import { readControl } from './ledger-control.ts';
import type { Ledger } from './ledger-table.ts';

/** Who sets a pause or the kill switch as a first response. */
export const OURS = 'flarepath';

/** How the nth response of a runbook for an incident is named: done again under its name, it changes nothing. */
export const responseName = (incidentId: string, nth: number): string => `${incidentId}#${nth}`;

/** Whether a pause or the kill switch was set as a first response to one of these incidents. */
export function isSetFor(incidentIds: readonly string[], set: { by: string; reason: string }): boolean {
  return set.by === OURS && incidentIds.some((id) => set.reason.startsWith(`${id}: `));
}

/** Whether the last that a pool's breaker counted was a first response to one of these incidents. */
export function isCountedFor(incidentIds: readonly string[], { lastAttempt }: PoolBreaker): boolean {
  // the version before gave the incident's name alone
  return incidentIds.some((id) => lastAttempt === id || lastAttempt.startsWith(`${id}#`));
}

/** A pool that is not asked for. */
export function isLeftOut({ failures, openUntil }: PoolBreaker, at: string): boolean {
  return failures > 0 && openUntil > at;
}

/**
 * What was done first about an incident and holds: by the action, since when.
 *
 * @param incidentIds  of the incident, and of those that were merged into it
 * @param at  ISO 8601 instant
 */
export async function standingResponses(
  ledger: Ledger,
  incidentIds: readonly string[],
  at: string,
): Promise<ReadonlyMap<Runbook['action'], string>> {
  const { pauses, killSwitch } = await readControl(ledger);
  const standing = new Map<Runbook['action'], string>();
  for (const pause of pauses)
    if (pause.until > at && isSetFor(incidentIds, pause)) standing.set('pause-job', pause.at);
  if (killSwitch?.on === true && isSetFor(incidentIds, killSwitch))
    standing.set('open-kill-switch', killSwitch.at);
  for (const breaker of await poolBreakers(ledger))
    if (isLeftOut(breaker, at) && isCountedFor(incidentIds, breaker))
      standing.set('quarantine-pool', breaker.openedAt);
  return standing;
}
