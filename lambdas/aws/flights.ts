import type { Alarm } from '../../core/contracts/alarm.ts';
import type { PilotDecision } from '../../core/contracts/flight.ts';
import { figuresOfResize } from '../../core/detect/figures-of-resize.ts';
import { alarmOfLateness, alarmsOfMatches } from '../../core/detect/alarms-of.ts';
import { matchWatchRules } from '../../core/detect/match-watch-rules.ts';
import { clusterNameOf, runHashOf } from '../../core/ledger/run-key.ts';
import type { Clients } from '../runtime/clients.ts';
import { eachDespiteFailures } from '../runtime/despite-failures.ts';
import { newestDecision } from './ledger-decisions.ts';
import { leaseOf } from './ledger-leases.ts';
import type { OpenRun } from './ledger-open-runs.ts';
import type { Ledger } from './ledger-table.ts';
import { watchedMetrics } from './metrics.ts';

/** A run whose cluster is there, and what its pilot saw last. */
interface Flight {
  readonly job: string;
  readonly runKey: string;
  readonly clusterId: string;
  readonly decision: PilotDecision;
}

/** Those of the open runs that fly, and a line for each of which that could not be found out. */
export async function flightsAmong(
  ledger: Ledger,
  open: readonly OpenRun[],
): Promise<{ flights: Flight[]; failed: string[] }> {
  const flights: Flight[] = [];
  const failed = await eachDespiteFailures(
    open,
    ({ runKey }) => runKey,
    async ({ job, runKey }) => {
      const decision = await newestDecision(ledger, runKey);
      if (decision === null) return;
      const name = clusterNameOf({ job, runHash: runHashOf(runKey), attempt: decision.attempt });
      const lease = await leaseOf(ledger, name);
      if (lease === undefined || lease.clusterId === null || lease.releasedAt !== null) return;
      flights.push({ job, runKey, clusterId: lease.clusterId, decision });
    },
  );
  return { flights, failed };
}

/** Alarms of flights, by what their pilots saw and what EMR measured of their clusters. */
export async function alarmsOfFlights(
  clients: Clients,
  flights: readonly Flight[],
  now: Date,
): Promise<Alarm[]> {
  const clusterIds = flights.map(({ clusterId }) => clusterId);
  const metricsOf = await watchedMetrics(clients, clusterIds, now);
  return flights.flatMap(({ job, runKey, clusterId, decision }) => {
    const place = { job, runKey, clusterId };
    const figures = figuresOfResize(decision);
    const metrics = metricsOf.get(clusterId) ?? {};
    const matches = matchWatchRules({ metrics, events: [], figures });
    const late = alarmOfLateness(decision, place);
    return [...alarmsOfMatches(matches, 'watch', place, now.toISOString()), ...(late === null ? [] : [late])];
  });
}
