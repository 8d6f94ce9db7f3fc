import type { ClusterView } from '../../core/contracts/cluster.ts';
import type { RunRecord } from '../../core/contracts/run-record.ts';
import type { Run } from '../../core/contracts/run.ts';
import { isAbandoned } from '../../core/control/is-abandoned.ts';
import { microUsdOf } from '../../core/control/micro-usd.ts';
import { settlementOf } from '../../core/control/settlement.ts';
import { clusterNamePrefixOf } from '../../core/ledger/run-key.ts';
import { clusterEndedAt } from './clusters.ts';
import { ServiceUnavailableError } from './failures.ts';
import { leaseOf } from './ledger-leases.ts';
import { noteCollected, openReservations, reservationOf, settleSpend } from './ledger-spend.ts';
import type { Ledger } from './ledger-table.ts';
import { eachDespiteFailures } from '../runtime/despite-failures.ts';

/** A reservation changes at most as often as its flight is looked at. */
const TRIES = 3;

/**
 * Settles what was reserved for an attempt whose cluster is proved gone, or that never asked for one. Settling it
 * again, or an attempt that reserved nothing, changes nothing.
 */
export async function settleAttempt(ledger: Ledger, clusterName: string, now: Date): Promise<void> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const reservation = await reservationOf(ledger, clusterName);
    if (reservation === undefined || reservation.settledAt !== null) return;
    const standing = await leaseOf(ledger, clusterName);
    const lease = standing?.seal === true ? undefined : standing;
    const clusterId = lease?.clusterId ?? null;
    const goneAt = clusterId === null ? null : await clusterEndedAt(ledger.clients, clusterId);
    const settlement = settlementOf(reservation, lease?.requestedAt ?? null, goneAt ?? now.toISOString());
    if (await settleSpend(ledger, reservation, settlement, lease === undefined, now)) return;
  }
  throw new ServiceUnavailableError(`What ${clusterName} reserved changes too often to be settled.`);
}

/** Settles what is still open of a run none of whose clusters is left. */
export async function settleRun(ledger: Ledger, run: Pick<Run, 'job' | 'runHash'>, now: Date): Promise<void> {
  for (const clusterName of await openReservations(ledger, clusterNamePrefixOf(run)))
    await settleAttempt(ledger, clusterName, now);
}

/** Keeps what an attempt's record says it has cost, for the settlement; a cost that is not known is not kept. */
export async function noteCost(
  ledger: Ledger,
  clusterName: string,
  record: Pick<RunRecord, 'costUsd' | 'stepsEndedAt'>,
  view: Pick<ClusterView, 'endedAt' | 'observedAt'>,
): Promise<void> {
  if (record.costUsd === null) return;
  const until = view.endedAt ?? record.stepsEndedAt ?? view.observedAt;
  await noteCollected(ledger, clusterName, { microUsd: microUsdOf(record.costUsd), until });
}

/**
 * Settles reservations that nobody else did: of runs whose end nobody saw, and whose clusters are gone.
 *
 * @param alive  names of all clusters that are not terminated
 * @returns how many reservations were open, names of the clusters that were settled, and a line for each that could not
 *   be
 */
export async function settleAbandoned(
  ledger: Ledger,
  alive: ReadonlySet<string>,
  now: Date,
): Promise<{ openCount: number; settled: string[]; failed: string[] }> {
  const settled: string[] = [];
  const settle = async (clusterName: string): Promise<void> => {
    const reservation = await reservationOf(ledger, clusterName);
    const lease = await leaseOf(ledger, clusterName);
    if (reservation === undefined || !isAbandoned(reservation, lease, now.toISOString())) return;
    await settleAttempt(ledger, clusterName, now);
    settled.push(clusterName);
  };
  const open = await openReservations(ledger);
  const gone = open.filter((clusterName) => !alive.has(clusterName));
  const failed = await eachDespiteFailures(gone, (name) => `what ${name} reserved`, settle);
  return { openCount: open.length, settled, failed };
}
