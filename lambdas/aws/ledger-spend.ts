import * as z from 'zod';
import { Reservation } from '../../core/contracts/control.ts';
import { CLUSTER_NAME_PREFIX } from '../../core/ledger/run-key.ts';
import type { Settlement } from '../../core/control/settlement.ts';
import type {
  Counter,
  Refusal,
  SpendAmounts,
  SpendClaim,
  SpendLimits,
} from '../../core/control/spend-claim.ts';
import { expiryAfterDays, getItem, newestItems, updateItem, type Ledger } from './ledger-table.ts';
import { addition, hourKey, moneyKeys, spendParts, VCPUS } from './ledger-spend-sums.ts';
import { transact, type TransactionPart } from './ledger-transactions.ts';

const KEPT_DAYS = 800;
const RESERVATION_KEPT_DAYS = 90;
const OPEN = 'SPEND#OPEN';
export const leaseKey = (clusterName: string) => ({ pk: `CLUSTER#${clusterName}`, sk: 'LEASE' });
export const reservationKey = (clusterName: string) => ({ pk: `CLUSTER#${clusterName}`, sk: 'RESERVATION' });

/** A condition on a reservation that is not settled, for the launch that needs one. */
export const UNSETTLED = { condition: 'settledAt = :none', values: { ':none': null } };

export async function reservationOf(ledger: Ledger, clusterName: string): Promise<Reservation | undefined> {
  return getItem(ledger, reservationKey(clusterName), Reservation);
}

/** Names of clusters whose reservations are not settled yet, by the beginning of their names. */
export async function openReservations(ledger: Ledger, prefix = CLUSTER_NAME_PREFIX): Promise<string[]> {
  const range = { pk: OPEN, skPrefix: prefix, last: null };
  return (await newestItems(ledger, range, z.object({ sk: z.string() }))).map(({ sk }) => sk);
}

/**
 * Reserves what an attempt may spend: over the run, the job's month and the account's month, the launches of the
 * hour and the vCPUs in flight, all of it or nothing.
 *
 * @returns what had no room; empty when it is reserved. `reservation`: the attempt has had one before; `attempt`:
 *   it has asked for its cluster already, or was released and never will
 */
export async function claimSpend(ledger: Ledger, claim: SpendClaim, now: Date): Promise<Refusal[]> {
  const { clusterName, run, month, limits, ...amounts } = claim;
  const reservation: Reservation = {
    clusterName,
    runKey: run.runKey,
    job: run.job,
    attempt: run.attempt,
    month,
    monthWaived: claim.monthWaived === true,
    reservedAt: now.toISOString(),
    reservedMicroUsd: amounts.microUsd,
    onDemandVcpus: amounts.onDemandVcpus,
    spotVcpus: amounts.spotVcpus,
    hourlyMicroUsd: amounts.hourlyMicroUsd,
    revision: 0,
    collected: null,
    settledAt: null,
    settledMicroUsd: null,
    settledByEstimate: null,
  };
  const parts: [Refusal | null, TransactionPart][] = [
    // Whoever releases a run seals its attempts first: what is reserved after that, nobody would settle.
    ['attempt', { check: leaseKey(clusterName), condition: 'attribute_not_exists(pk)' }],
    [
      'reservation',
      {
        put: {
          ...reservationKey(clusterName),
          ...reservation,
          expiresAt: expiryAfterDays(now, RESERVATION_KEPT_DAYS),
        },
        condition: 'attribute_not_exists(pk)',
      },
    ],
    [null, { put: { pk: OPEN, sk: clusterName } }],
    ...spendParts(reservation, amounts, limits, expiryAfterDays(now, KEPT_DAYS)),
    [
      'launches',
      addition(
        hourKey(claim.hour),
        { launches: 1 },
        { launches: limits.launchesPerHour },
        expiryAfterDays(now, 1),
      ),
    ],
  ];
  return failedOf(
    parts,
    await transact(
      ledger,
      parts.map(([, part]) => part),
    ),
  );
}

/**
 * Raises a reservation to what its flight may come to now; what is reserved already is never lowered.
 *
 * @param reservation  as last read
 * @returns what had no room; empty when it is raised. `reservation`: it changed meanwhile, or was settled
 */
export async function raiseSpend(
  ledger: Ledger,
  reservation: Reservation,
  target: SpendAmounts,
  limits: SpendLimits,
  now: Date,
): Promise<(Counter | 'reservation')[]> {
  const raised = {
    reservedMicroUsd: Math.max(reservation.reservedMicroUsd, target.microUsd),
    onDemandVcpus: Math.max(reservation.onDemandVcpus, target.onDemandVcpus),
    spotVcpus: Math.max(reservation.spotVcpus, target.spotVcpus),
    hourlyMicroUsd: Math.max(reservation.hourlyMicroUsd, target.hourlyMicroUsd),
  };
  const more = {
    microUsd: raised.reservedMicroUsd - reservation.reservedMicroUsd,
    onDemandVcpus: raised.onDemandVcpus - reservation.onDemandVcpus,
    spotVcpus: raised.spotVcpus - reservation.spotVcpus,
  };
  const parts: [Counter | 'reservation', TransactionPart][] = [
    [
      'reservation',
      {
        update: reservationKey(reservation.clusterName),
        change:
          'SET reservedMicroUsd = :usd, onDemandVcpus = :onDemand, spotVcpus = :spot, hourlyMicroUsd = :hourly, revision = :next',
        condition: 'settledAt = :none AND revision = :seen',
        values: {
          ':usd': raised.reservedMicroUsd,
          ':onDemand': raised.onDemandVcpus,
          ':spot': raised.spotVcpus,
          ':hourly': raised.hourlyMicroUsd,
          ':next': reservation.revision + 1,
          ':seen': reservation.revision,
          ':none': null,
        },
      },
    ],
    ...spendParts(reservation, more, limits, expiryAfterDays(now, KEPT_DAYS)),
  ];
  return failedOf(
    parts,
    await transact(
      ledger,
      parts.map(([, part]) => part),
    ),
  );
}

/** Writes down what the record says an attempt has cost, for the settlement. */
export async function noteCollected(
  ledger: Ledger,
  clusterName: string,
  collected: NonNullable<Reservation['collected']>,
): Promise<void> {
  await updateItem(
    ledger,
    reservationKey(clusterName),
    {
      update: 'SET collected = :collected',
      condition: 'settledAt = :none',
      values: { ':collected': collected, ':none': null },
    },
    z.unknown(),
  );
}

/**
 * Puts what an attempt has cost in the place of what was reserved for it, and gives its vCPUs back. Once: settling
 * it again changes nothing.
 *
 * @param reservation  as last read
 * @param withoutLease  the attempt never asked for a cluster: it must not have begun to meanwhile
 * @returns false when the reservation has changed since it was read, or a lease was taken
 */
export async function settleSpend(
  ledger: Ledger,
  reservation: Reservation,
  { microUsd, byEstimate }: Settlement,
  withoutLease: boolean,
  now: Date,
): Promise<boolean> {
  const { clusterName, revision } = reservation;
  const change = 'ADD committedMicroUsd :change, spentMicroUsd :spent';
  const values = { ':change': microUsd - reservation.reservedMicroUsd, ':spent': microUsd };
  const failed = await transact(ledger, [
    {
      update: reservationKey(clusterName),
      change: 'SET settledAt = :now, settledMicroUsd = :usd, settledByEstimate = :estimate, revision = :next',
      condition: 'settledAt = :none AND revision = :seen',
      values: {
        ':now': now.toISOString(),
        ':usd': microUsd,
        ':estimate': byEstimate,
        ':none': null,
        ':next': revision + 1,
        ':seen': revision,
      },
    },
    ...moneyKeys(reservation).map(([, update]) => ({ update, change, values })),
    {
      update: VCPUS,
      change: 'ADD onDemandVcpus :onDemand, spotVcpus :spot',
      values: { ':onDemand': -reservation.onDemandVcpus, ':spot': -reservation.spotVcpus },
    },
    { delete: { pk: OPEN, sk: clusterName } },
    ...(withoutLease
      ? [
          {
            check: leaseKey(clusterName),
            // a seal stands for a launch that never will be
            condition: 'attribute_not_exists(pk) OR seal = :sealed',
            values: { ':sealed': true },
          },
        ]
      : []),
  ]);
  return failed.length === 0;
}

function failedOf<Name extends string>(
  parts: readonly (readonly [Name | null, TransactionPart])[],
  failed: readonly number[],
): Name[] {
  return failed.flatMap((position) => parts[position]?.[0] ?? []);
}
