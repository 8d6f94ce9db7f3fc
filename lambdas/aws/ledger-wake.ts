import * as z from 'zod';
import { expiryAfterDays, getItem, updateItem, type Ledger } from './ledger-table.ts';

/**
 * How a flight sleeps without missing a wake-up. One item holds a counter of wake-ups and the token of who
 * sleeps; both are changed by single writes to that item, so either the waker sees the token or the sleeper
 * sees that the counter has moved since its look began.
 */
const Wake = z.object({ count: z.number().int().nonnegative().default(0), taskToken: z.string().nullish() });

const KEPT_DAYS = 30;
const wakeKey = (runKey: string) => ({ pk: `RUN#${runKey}`, sk: 'WAKE' });
/** `count` is a reserved word of DynamoDB's expressions. */
const names = { '#count': 'count' };

/** How often the run was woken so far. */
export async function wakeCount(ledger: Ledger, runKey: string): Promise<number> {
  return (await getItem(ledger, wakeKey(runKey), Wake))?.count ?? 0;
}

/** Leaves a token where the next wake-up finds it. @returns how often the run was woken before */
export async function leaveToken(
  ledger: Ledger,
  runKey: string,
  taskToken: string,
  now: Date,
): Promise<number> {
  const item = await updateItem(
    ledger,
    wakeKey(runKey),
    {
      update: 'SET taskToken = :token, expiresAt = :expiry ADD #count :nothing',
      values: { ':token': taskToken, ':expiry': expiryAfterDays(now, KEPT_DAYS), ':nothing': 0 },
      names,
    },
    Wake,
  );
  return item?.count ?? 0;
}

/** Counts a wake-up. @returns the token of who sleeps, possibly one that is over; null when nobody does */
export async function countWakeUp(ledger: Ledger, runKey: string, now: Date): Promise<string | null> {
  const item = await updateItem(
    ledger,
    wakeKey(runKey),
    {
      update: 'SET expiresAt = :expiry ADD #count :one',
      values: { ':expiry': expiryAfterDays(now, KEPT_DAYS), ':one': 1 },
      names,
    },
    Wake,
  );
  return item?.taskToken ?? null;
}
