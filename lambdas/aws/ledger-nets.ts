import * as z from 'zod';
import { Instant } from '../../core/contracts/quantities.ts';
import { SECONDS_PER_HOUR, secondsBetween } from '../../core/units.ts';
import { expiryAfterDays, getItem, putItem, type Ledger } from './ledger-table.ts';

const KEPT_DAYS = 30;
const ToldNet = z.object({ toldAt: Instant });

/**
 * Tells people of a net that failed, unless they were told within the last hour. Should this be cut off between
 * telling and writing it down, they are told again: twice is better than never.
 *
 * @param machine  the net's state machine
 * @returns whether they were told now
 */
export async function onceAnHourForNet(
  ledger: Ledger,
  machine: string,
  now: Date,
  tell: () => Promise<unknown>,
): Promise<boolean> {
  const key = { pk: 'NETS', sk: machine };
  const standing = await getItem(ledger, key, ToldNet);
  const at = now.toISOString();
  if (standing !== undefined && secondsBetween(standing.toldAt, at) < SECONDS_PER_HOUR) return false;
  await tell();
  await putItem(ledger, { ...key, toldAt: at, expiresAt: expiryAfterDays(now, KEPT_DAYS) });
  return true;
}
