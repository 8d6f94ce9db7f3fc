import type { Alarm } from '../../core/contracts/alarm.ts';
import type { DeployedJob } from '../../core/contracts/job.ts';
import { applyAlarms, type FleetView } from '../../core/incidents/apply-alarms.ts';
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
  return view;
}

/**
 * Puts alarms into incidents, together with whoever does the same at this time.
 *
 * @returns names of the incidents that changed
 */
export async function raiseAlarms(
  ledger: Ledger,
  fleet: FleetView,
  alarms: readonly Alarm[],
  now: Date,
): Promise<string[]> {
  if (alarms.length === 0) return [];
  const written = await changeIncidents(ledger, now, (store) => applyAlarms(alarms, store, fleet));
  if (written.kind === 'written') return written.result.incidents.map(({ id }) => id);
  // how alarms are cut into batches changes nothing
  const half = Math.ceil(alarms.length / 2);
  return [
    ...(await raiseAlarms(ledger, fleet, alarms.slice(0, half), now)),
    ...(await raiseAlarms(ledger, fleet, alarms.slice(half), now)),
  ];
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
