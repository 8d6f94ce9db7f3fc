import * as z from 'zod';
import { expiryAfterDays, getItem, putItem, putItemOnce, type Ledger } from './ledger-table.ts';

/** Slack's signature holds for minutes; what came of a press is asked for while its message lies in a queue. */
const KEPT_DAYS = 15;
const keyOf = (pressId: string, what: 'PRESS' | 'BEGUN' | 'OUTCOME') => ({
  pk: `SLACK-PRESS#${pressId}`,
  sk: what,
});

const Outcome = z.object({ outcome: z.array(z.array(z.string())) });

/** Takes a press. @returns false when it was taken before: somebody sends it again */
export async function takePress(ledger: Ledger, pressId: string, now: Date): Promise<boolean> {
  return putItemOnce(ledger, { ...keyOf(pressId, 'PRESS'), expiresAt: expiryAfterDays(now, KEPT_DAYS) });
}

/**
 * Does what was asked for, once: delivered again, the press has the outcome that it had. Cut off between the act and its
 * note, it is done again, and knows that it may have been done.
 *
 * @param act  lines to tell, by parts; told whether it was begun before
 */
export async function outcomeOnce(
  ledger: Ledger,
  pressId: string,
  now: Date,
  act: (again: boolean) => Promise<string[][]>,
): Promise<string[][]> {
  const known = await getItem(ledger, keyOf(pressId, 'OUTCOME'), Outcome);
  if (known !== undefined) return known.outcome;
  const expiresAt = expiryAfterDays(now, KEPT_DAYS);
  const first = await putItemOnce(ledger, { ...keyOf(pressId, 'BEGUN'), expiresAt });
  const outcome = await act(!first);
  await putItem(ledger, { ...keyOf(pressId, 'OUTCOME'), outcome, expiresAt });
  return outcome;
}
