import type { Reservation } from '../contracts/control.ts';
import { secondsBetween } from '../units.ts';

/** By then a launch under way has its lease, and its cluster is listed. */
const UNDER_WAY_SECONDS = 1800;

/**
 * Whether a reservation whose cluster is not there is left over: no lease lives under which one could come.
 *
 * @param lease  of the attempt; undefined when it has none
 */
export function isAbandoned(
  reservation: Pick<Reservation, 'reservedAt' | 'settledAt'>,
  lease: { readonly leaseUntil: string; readonly releasedAt: string | null } | undefined,
  now: string,
): boolean {
  if (reservation.settledAt !== null) return false;
  if (secondsBetween(reservation.reservedAt, now) < UNDER_WAY_SECONDS) return false;
  return lease === undefined || lease.releasedAt !== null || secondsBetween(lease.leaseUntil, now) > 0;
}
