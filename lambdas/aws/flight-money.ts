import type { ClusterView } from '../../core/contracts/cluster.ts';
import type { DeploymentLimits, Control, Reservation } from '../../core/contracts/control.ts';
import type { FleetPlan } from '../../core/contracts/fleet-plan.ts';
import type { Landing, PilotDecision } from '../../core/contracts/flight.ts';
import type { DeployedJob } from '../../core/contracts/job.ts';
import { Market } from '../../core/contracts/market.ts';
import type { DocumentRef } from '../../core/contracts/quantities.ts';
import {
  burnOf,
  flightNeeds,
  growthNeeds,
  highestBurn,
  landingAtLimit,
  mayOutspend,
  runRoom,
  withoutGrowth,
  type Burn,
} from '../../core/control/flight-spend.ts';
import { limitsFor } from '../../core/control/limits.ts';
import {
  spendLimits,
  type Counter,
  type SpendAmounts,
  type SpendLimits,
} from '../../core/control/spend-claim.ts';
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
  const burn: Burn | null = near
    ? market === null
      ? highestBurn(reservation, view)
      : burnOf(plan, view, market, await billedInstances(ledger.clients, view, plan.zone))
    : null;
  const needs = flightNeeds(reservation, room, burn, decision.nextLookSeconds);
  const failed = needs === null ? [] : await raise(ledger, reservation, needs.targets, limits, at);
  if (burn !== null && (needs === null || failed.length > 0))
    return { decision, landing: landingAtLimit(reservation, burn, failed, look) };
  const held = { ...decision, nextLookSeconds: needs?.nextLookSeconds ?? decision.nextLookSeconds };
  const growth = growthNeeds(reservation, room, plan, held);
  if (growth === null) return { decision: held, landing: null };
  const full = await raise(ledger, reservation, [growth], limits, at);
  return { decision: full.length === 0 ? held : withoutGrowth(held, full), landing: null };
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
