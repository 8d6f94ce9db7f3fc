import type { ClusterView } from '../../core/contracts/cluster.ts';
import type { DeploymentLimits, Control, Reservation } from '../../core/contracts/control.ts';
import type { FleetPlan } from '../../core/contracts/fleet-plan.ts';
import type { Landing, PilotDecision } from '../../core/contracts/flight.ts';
import type { DeployedJob } from '../../core/contracts/job.ts';
import { Market } from '../../core/contracts/market.ts';
import type { DocumentRef } from '../../core/contracts/quantities.ts';
import {
  burnOf,
  counterNames,
  flightNeeds,
  growthNeeds,
  growthOf,
  highestBurn,
  landingAtLimit,
  mayOutspend,
  nodesPaidFor,
  runRoom,
  type Burn,
} from '../../core/control/flight-spend.ts';
import { limitsFor } from '../../core/control/limits.ts';
import {
  spendLimits,
  type Counter,
  type SpendAmounts,
  type SpendLimits,
} from '../../core/control/spend-claim.ts';
import type { GrowthRoom } from '../../core/pilot/growth-room.ts';
import { billedInstances } from './billed-instances.ts';
import { getDocument, type Documents } from './documents.ts';
import { ServiceUnavailableError } from './failures.ts';
import { runSpend } from './ledger-spend-sums.ts';
import { raiseSpend, reservationOf } from './ledger-spend.ts';
import type { Ledger } from './ledger-table.ts';

/** A flight as one look sees it, with what the pilot would like to do. */
interface Seen {
  readonly clusterName: string;
  readonly job: DeployedJob;
  readonly plan: FleetPlan;
  /** undefined: the flight was started by a version that did not hand it on */
  readonly market: DocumentRef | undefined;
  readonly view: ClusterView;
  readonly decision: PilotDecision;
  /** the pilot once more, when its growth finds room for so many nodes only */
  readonly decideAgain: (growthRoom: GrowthRoom) => PilotDecision;
  readonly control: Control;
  readonly deployment: DeploymentLimits;
  readonly look: number;
  readonly at: Date;
}
interface Held {
  readonly decision: PilotDecision;
  /** not null: the flight ends here */
  readonly landing: Landing | null;
}

const TRIES = 3;

/** What a look found out about money, and may raise. */
interface Books {
  readonly ledger: Ledger;
  readonly reservation: Reservation;
  readonly room: number;
  readonly burn: Burn;
  readonly limits: SpendLimits;
  readonly at: Date;
}

/**
 * Holds a flight to its limits: reserves more before it needs more, leaves out growth that nothing can be reserved
 * for, and ends the flight where flying on could pass a limit. Prices are looked up only once they could matter.
 */
export async function holdToLimits(ledger: Ledger, documents: Documents, seen: Seen): Promise<Held> {
  const { decision, view, plan, look, at } = seen;
  const reservation = await reservationOf(ledger, seen.clusterName);
  if (reservation === undefined || reservation.settledAt !== null) return { decision, landing: null };
  const own = limitsFor(seen.job, seen.deployment, seen.control, at.toISOString());
  const room = runRoom(own, await runSpend(ledger, reservation.runKey), reservation);
  const near = mayOutspend(reservation, room, view, decision.nextLookSeconds);
  if (!near && decision.action.kind === 'hold') return { decision, landing: null };
  const market = seen.market === undefined ? null : await getDocument(documents, seen.market, Market);
  const bound = spendLimits(own, market);
  const limits = reservation.monthWaived === true ? { ...bound, jobMonthMicroUsd: null } : bound;
  const burn =
    market === null
      ? highestBurn(reservation, view)
      : burnOf(plan, view, market, await billedInstances(ledger.clients, view, plan.zone));
  const needs = flightNeeds(reservation, room, near ? burn : null, decision.nextLookSeconds);
  const failed = needs === null ? [] : await raise(ledger, reservation, needs.targets, limits, at);
  if (needs === null || failed.length > 0)
    return { decision, landing: landingAtLimit(reservation, burn, failed, look) };
  const grown = await growWithin({ ledger, reservation, room, burn, limits, at }, seen);
  const nextLookSeconds = Math.min(grown.nextLookSeconds, needs.nextLookSeconds);
  return { decision: { ...grown, nextLookSeconds }, landing: null };
}

/**
 * Reserves what the pilot's growth may come to. Where not all of it has room, the pilot is asked again with what has:
 * it then grows by less or not at all, says so, and tells people of a miss that it can no longer prevent.
 */
async function growWithin(books: Books, { plan, view, ...seen }: Seen): Promise<PilotDecision> {
  const { ledger, reservation, room, burn, limits, at } = books;
  let { decision } = seen;
  for (;;) {
    const growth = growthOf(plan, view, decision);
    if (growth === null) return decision;
    const paid = nodesPaidFor(room, burn, growth, decision);
    if (paid < growth.nodes) {
      decision = seen.decideAgain({ nodes: paid, boundBy: `its limit pays for ${paid} more nodes` });
      continue;
    }
    const full = await raise(
      ledger,
      reservation,
      [growthNeeds(reservation, burn, growth, decision)],
      limits,
      at,
    );
    if (full.length === 0) return decision;
    const nodes = Math.floor(growth.nodes / 2);
    decision = seen.decideAgain({
      nodes,
      boundBy: `no room for ${growth.nodes} more nodes in ${counterNames(full)}`,
    });
  }
}

/** Raises to the first target that has room. @returns what had none for the last; empty when it is reserved */
async function raise(
  ledger: Ledger,
  reservation: Reservation,
  targets: readonly SpendAmounts[],
  limits: SpendLimits,
  at: Date,
): Promise<Counter[]> {
  let full: Counter[] = [];
  for (const target of targets) {
    full = await raiseTo(ledger, reservation.clusterName, target, limits, at);
    if (full.length === 0) return full;
  }
  return full;
}

async function raiseTo(
  ledger: Ledger,
  clusterName: string,
  target: SpendAmounts,
  limits: SpendLimits,
  at: Date,
): Promise<Counter[]> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const reservation = await reservationOf(ledger, clusterName);
    if (reservation === undefined || reservation.settledAt !== null) return [];
    const failed = await raiseSpend(ledger, reservation, target, limits, at);
    if (!failed.includes('reservation')) return failed.filter((name) => name !== 'reservation');
  }
  throw new ServiceUnavailableError(`What ${clusterName} reserved changes too often to be raised.`);
}
