import type { Alarm } from '../../core/contracts/alarm.ts';
import type { DeployedJob } from '../../core/contracts/job.ts';
import { applyAlarms, datedBy, type FleetView } from '../../core/incidents/apply-alarms.ts';
import { TerminalError } from '../../core/errors.ts';
import { fleetView } from '../../core/incidents/fleet-view.ts';
import { settleIncidents } from '../../core/incidents/settle-incidents.ts';
import { MILLISECONDS_PER_SECOND, SECONDS_PER_MINUTE } from '../../core/units.ts';
import { oncePerClients } from '../runtime/clients.ts';
import { changeIncidents } from './ledger-incidents.ts';
import { newestReclaims } from './ledger-records.ts';
import type { Ledger } from './ledger-table.ts';

/** Attempts by whose instances it is judged how common a pool is. */
const ATTEMPTS = 200;

const views = oncePerClients(() => new Map<number, Promise<FleetView>>());

/** The fleet as alarms of this minute are weighed by. */
export async function fleetOfMinute(
  ledger: Ledger,
  jobs: readonly DeployedJob[],
  now: Date,
): Promise<FleetView> {
  const kept = views(ledger.clients);
  const minute = Math.floor(now.getTime() / MILLISECONDS_PER_SECOND / SECONDS_PER_MINUTE);
  const known = kept.get(minute);
  if (known !== undefined) return known;
  const view = newestReclaims(ledger, ATTEMPTS).then((pools) => fleetView(jobs, pools));
  kept.clear();
  kept.set(minute, view);
  // a look that failed is no view: the next one looks again
  view.catch(() => kept.delete(minute));
  return view;
}

/** Incidents that become part of another by one alarm in one transaction: with its keys they stay below DynamoDB's 100 parts. */
const MERGES_AT_ONCE = 12;

/**
 * Puts alarms into incidents, together with whoever does the same at this time.
 *
 * @returns names of the incidents that changed
 * @throws AlarmTooWideError  when one alarm alone is more than a transaction takes
 */
export async function raiseAlarms(
  ledger: Ledger,
  fleet: FleetView,
  alarms: readonly Alarm[],
  now: Date,
): Promise<string[]> {
  if (alarms.length === 0) return [];
  const dated = datedBy(now.toISOString(), alarms);
  const written = await changeIncidents(ledger, now, (store) => applyAlarms(dated, store, fleet));
  if (written.kind === 'written') return written.result.incidents.map(({ id }) => id);
  if (alarms.length === 1) return mergeInSteps(ledger, fleet, dated, now);
  // how alarms are cut into batches changes nothing
  const half = Math.ceil(alarms.length / 2);
  return [
    ...(await raiseAlarms(ledger, fleet, alarms.slice(0, half), now)),
    ...(await raiseAlarms(ledger, fleet, alarms.slice(half), now)),
  ];
}

/** An alarm that many incidents have in common makes some of them one at a time. */
async function mergeInSteps(
  ledger: Ledger,
  fleet: FleetView,
  alarms: readonly Alarm[],
  now: Date,
): Promise<string[]> {
  const changed: string[] = [];
  for (;;) {
    const written = await changeIncidents(ledger, now, (store) =>
      applyAlarms(alarms, store, fleet, MERGES_AT_ONCE),
    );
    if (written.kind === 'too large')
      throw new AlarmTooWideError(
        `Found one alarm (${alarms[0]?.rule ?? ''}) whose incidents and keys are more than the 100 items of a transaction, allowed: fewer. Name a narrower place in it.`,
      );
    changed.push(...written.result.incidents.map(({ id }) => id));
    if (!written.result.mergesLeft) return changed;
  }
}

/** Thrown when one alarm touches more than can be written at once: the next try would find the same. */
class AlarmTooWideError extends TerminalError {
  override readonly name = 'AlarmTooWideError';
}

/**
 * Does what time does to incidents.
 *
 * @param ids  of those that are open or held
 */
export async function settle(
  ledger: Ledger,
  fleet: FleetView,
  ids: readonly string[],
  now: Date,
): Promise<void> {
  // one by one: together they may be more than a transaction takes
  for (const id of ids) {
    await changeIncidents(ledger, now, (store) => {
      const incident = store.byId(id);
      const live = incident === undefined ? [] : [incident];
      return { incidents: settleIncidents(live, store, fleet, now.toISOString()) };
    });
  }
}
