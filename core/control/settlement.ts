import type { Reservation } from '../contracts/control.ts';
import { SECONDS_PER_HOUR, secondsBetween } from '../units.ts';

/** What an attempt has cost in the end. */
export interface Settlement {
  readonly microUsd: number;
  /** an upper bound from time and on-demand prices: nobody collected the cost */
  readonly byEstimate: boolean;
}

/**
 * What to settle a reservation with, once its cluster is gone: the cost that was collected, and from then to the
 * cluster's end the whole fleet on demand; without a collected cost, that from the launch on.
 *
 * @param launchedAt  ISO 8601 instant of the request; null: no cluster was ever asked for
 * @param goneAt  ISO 8601 instant at which the cluster had ended
 */
export function settlementOf(
  reservation: Pick<Reservation, 'collected' | 'hourlyMicroUsd'>,
  launchedAt: string | null,
  goneAt: string,
): Settlement {
  const { collected, hourlyMicroUsd } = reservation;
  if (launchedAt === null) return { microUsd: 0, byEstimate: false };
  const seconds = Math.max(secondsBetween(collected?.until ?? launchedAt, goneAt), 0);
  const atMost = Math.ceil((hourlyMicroUsd * seconds) / SECONDS_PER_HOUR);
  return { microUsd: (collected?.microUsd ?? 0) + atMost, byEstimate: collected === null };
}
