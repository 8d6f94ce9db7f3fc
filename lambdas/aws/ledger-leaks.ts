import { LeakRecord } from '../../core/contracts/leak.ts';
import { expiryAfterDays, getItem, putItemOnce, updateItem, type Ledger } from './ledger-table.ts';

const KEPT_DAYS = 800;
const leakKey = (clusterId: string) => ({ pk: 'LEAKS', sk: clusterId });

/** What is known of a cluster that leaked; undefined when it never did. */
export async function leakOf(ledger: Ledger, clusterId: string): Promise<LeakRecord | undefined> {
  return getItem(ledger, leakKey(clusterId), LeakRecord);
}

/** Keeps the record of a leak. @returns false when there is one of that cluster */
export async function keepLeak(ledger: Ledger, leak: LeakRecord): Promise<boolean> {
  const expiresAt = expiryAfterDays(new Date(leak.foundAt), KEPT_DAYS);
  return putItemOnce(ledger, { ...leakKey(leak.clusterId), ...leak, expiresAt });
}

/** Writes down that people were told of a leak. */
export async function leakTold(ledger: Ledger, clusterId: string, now: Date): Promise<void> {
  const change = { update: 'SET toldAt = :now', values: { ':now': now.toISOString() } };
  await updateItem(ledger, leakKey(clusterId), change, LeakRecord);
}
