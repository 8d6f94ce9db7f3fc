import { afterOutcome, PoolBreaker, type PoolOutcome } from '../../core/market/pool-breaker.ts';
import { controlLog } from './ledger-control.ts';
import { expiryAfterDays, newestItems, putItem, type Ledger } from './ledger-table.ts';
import { transact } from './ledger-transactions.ts';

/** A pool that nobody asked for so long is as good as new. */
const KEPT_DAYS = 30;
/** Pools that lacked capacity lately, at most: types times zones times two. */
const BREAKERS_MAX = 1000;

/** Every pool that lacked capacity within the last weeks. */
export async function poolBreakers(ledger: Ledger): Promise<PoolBreaker[]> {
  return newestItems(ledger, { pk: 'BREAKER', skPrefix: POOL, last: BREAKERS_MAX }, PoolBreaker);
}

/** Sort keys begin so; a prefix must not be empty. */
const POOL = 'POOL#';

/**
 * Counts what an attempt met in its pools. Two attempts that count at once may lose one of the counts: a pool then
 * stays open for the shorter time.
 *
 * @param attempt  names the attempt: counted again, it changes nothing
 */
export async function countPoolOutcomes(
  ledger: Ledger,
  outcomes: readonly PoolOutcome[],
  attempt: string,
  now: Date,
): Promise<void> {
  if (outcomes.length === 0) return;
  const known = new Map((await poolBreakers(ledger)).map((breaker) => [sortKey(breaker), breaker]));
  for (const outcome of outcomes) {
    const sk = sortKey(outcome);
    const breaker = afterOutcome(known.get(sk) ?? null, outcome, attempt, now.toISOString());
    if (breaker === null) continue;
    await putItem(ledger, { pk: 'BREAKER', sk, ...breaker, expiresAt: expiryAfterDays(now, KEPT_DAYS) });
  }
}

/**
 * Closes a pool's breaker before its time, and writes down for good who did, when and why. It keeps the name of what
 * opened it, which therefore does not open it again.
 *
 * @returns false when the breaker is not as it was read: somebody counted in between
 */
export async function liftQuarantine(
  ledger: Ledger,
  { lastAttempt, ...breaker }: PoolBreaker,
  lifted: { by: string; byArn: string | null; at: string; reason: string },
): Promise<boolean> {
  const sk = sortKey(breaker);
  const closed = { ...breaker, lastAttempt, failures: 0, openUntil: lifted.at };
  const failed = await transact(ledger, [
    {
      put: {
        pk: 'BREAKER',
        sk,
        ...closed,
        expiresAt: expiryAfterDays(new Date(lifted.at), KEPT_DAYS),
      },
      condition: 'lastAttempt = :seen',
      values: { ':seen': lastAttempt },
    },
    controlLog(lifted, `lift-quarantine ${sk}`, { pool: closed, ...lifted }),
  ]);
  return failed.length === 0;
}

function sortKey({
  instanceType,
  zone,
  purchase,
}: Pick<PoolOutcome, 'instanceType' | 'zone' | 'purchase'>): string {
  return `${POOL}${zone}#${instanceType}#${purchase}`;
}
