import * as z from 'zod';
import { DocumentRef, Instant } from '../../core/contracts/quantities.ts';
import { latestLeaseEnd } from '../../core/control/lease-end.ts';
import { leaseKey, reservationKey, UNSETTLED } from './ledger-spend.ts';
import { expiryAfterDays, getItem, putItem, putItemOnce, updateItem, type Ledger } from './ledger-table.ts';
import { transact } from './ledger-transactions.ts';

/** Says which attempt of which run owns a cluster, and until when. Written before the cluster is asked for. */
export const Lease = z.object({
  clusterName: z.string(),
  runKey: z.string(),
  job: z.string(),
  attempt: z.number().int().min(1),
  /** when the cluster was last asked for */
  requestedAt: Instant,
  leaseUntil: Instant,
  /** its hard end: never extended beyond; absent in leases of earlier versions */
  endsAt: Instant.optional(),
  /** what it was launched with: its plan and the survey that the plan is priced by; absent in earlier versions' */
  plan: DocumentRef.optional(),
  market: DocumentRef.optional(),
  /** null until the launch's outcome is known */
  clusterId: z.string().nullable(),
  /** set for good once the attempt is over: nothing is launched under this lease any more */
  releasedAt: Instant.nullable(),
  /** a lease that nobody asked for a cluster under: it only keeps this and later attempts from being launched */
  seal: z.boolean().optional(),
});
export type Lease = z.infer<typeof Lease>;

const KEPT_DAYS = 90;
const nameKey = (clusterId: string) => ({ pk: `CLUSTER-ID#${clusterId}`, sk: 'NAME' });

/**
 * Writes a lease unless there is one. A new one needs a reservation that is not settled, in the same stroke: what
 * was not reserved is not launched.
 *
 * @returns the one that stands, and whether this call wrote it; undefined: none stands, and nothing is reserved
 */
export async function takeLease(
  ledger: Ledger,
  lease: Lease,
): Promise<{ lease: Lease; taken: boolean } | undefined> {
  const key = leaseKey(lease.clusterName);
  const expiresAt = expiryAfterDays(new Date(lease.requestedAt), KEPT_DAYS);
  const failed = await transact(ledger, [
    { put: { ...key, ...lease, expiresAt }, condition: 'attribute_not_exists(pk)' },
    { check: reservationKey(lease.clusterName), ...UNSETTLED },
  ]);
  if (failed.length === 0) return { lease, taken: true };
  const standing = await getItem(ledger, key, Lease);
  return standing === undefined ? undefined : { lease: standing, taken: false };
}

/**
 * Leaves a lease that is over before it began, so that this attempt is never launched.
 *
 * @param attempt  of which there is no lease
 * @returns the lease that stands: another one when somebody was faster
 */
export async function sealAttempt(
  ledger: Ledger,
  attempt: Pick<Lease, 'clusterName' | 'runKey' | 'job' | 'attempt'>,
  now: Date,
): Promise<Lease> {
  const at = now.toISOString();
  const seal = { ...attempt, requestedAt: at, leaseUntil: at, clusterId: null, releasedAt: at, seal: true };
  const key = leaseKey(attempt.clusterName);
  if (await putItemOnce(ledger, { ...key, ...seal, expiresAt: expiryAfterDays(now, KEPT_DAYS) })) return seal;
  return (await getItem(ledger, key, Lease)) ?? seal;
}

/** Hard end of a lease, also of one that was written before leases had one. */
export function leaseEndOf({ requestedAt, endsAt }: Pick<Lease, 'requestedAt' | 'endsAt'>): string {
  return endsAt ?? latestLeaseEnd(requestedAt);
}

export async function leaseOf(ledger: Ledger, clusterName: string): Promise<Lease | undefined> {
  return getItem(ledger, leaseKey(clusterName), Lease);
}

/**
 * Claims the right to ask for the cluster once more, after a request that came to nothing.
 *
 * @param lease  as last read: the claim fails when somebody else asked since
 * @returns the lease as it stands after the claim; undefined when the claim failed
 */
export async function claimLaunch(
  ledger: Ledger,
  lease: Lease,
  requestedAt: string,
  leaseUntil: string,
): Promise<Lease | undefined> {
  return updateItem(
    ledger,
    leaseKey(lease.clusterName),
    {
      update: 'SET requestedAt = :now, leaseUntil = :until',
      condition: 'requestedAt = :before AND clusterId = :none AND releasedAt = :none',
      values: { ':now': requestedAt, ':until': leaseUntil, ':before': lease.requestedAt, ':none': null },
    },
    Lease,
  );
}

/**
 * Writes down which cluster the lease is about.
 *
 * @returns the lease; undefined when it was released meanwhile, or names another cluster
 */
export async function nameCluster(
  ledger: Ledger,
  clusterName: string,
  clusterId: string,
): Promise<Lease | undefined> {
  await putItem(ledger, { ...nameKey(clusterId), clusterName });
  return updateItem(
    ledger,
    leaseKey(clusterName),
    {
      update: 'SET clusterId = :id',
      condition: 'releasedAt = :none AND (clusterId = :none OR clusterId = :id)',
      values: { ':id': clusterId, ':none': null },
    },
    Lease,
  );
}

/** Extends a lease. @returns false when it was released, so that the cluster is not this attempt's any more */
export async function extendLease(ledger: Ledger, clusterName: string, leaseUntil: string): Promise<boolean> {
  const extended = await updateItem(
    ledger,
    leaseKey(clusterName),
    {
      update: 'SET leaseUntil = :until',
      condition: 'releasedAt = :none',
      values: { ':until': leaseUntil, ':none': null },
    },
    Lease,
  );
  return extended !== undefined;
}

/** Ends a lease for good. Ending it again changes nothing. */
export async function releaseLease(ledger: Ledger, clusterName: string, now: Date): Promise<void> {
  await updateItem(
    ledger,
    leaseKey(clusterName),
    {
      update: 'SET releasedAt = :now',
      condition: 'releasedAt = :none',
      values: { ':now': now.toISOString(), ':none': null },
    },
    Lease,
  );
}

/** The lease under which a cluster runs; undefined for a cluster that is not ours. */
export async function leaseOfCluster(ledger: Ledger, clusterId: string): Promise<Lease | undefined> {
  const named = await getItem(ledger, nameKey(clusterId), z.object({ clusterName: z.string() }));
  return named === undefined ? undefined : leaseOf(ledger, named.clusterName);
}
