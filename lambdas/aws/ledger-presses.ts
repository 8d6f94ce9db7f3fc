import * as z from 'zod';
import { expiryAfterDays, getItem, putItem, putItemOnce, type Ledger } from './ledger-table.ts';

/** Slack's signature holds for minutes; what came of a press is asked for while its message lies in a queue. */
const KEPT_DAYS = 15;
const keyOf = (pressId: string, what: 'PRESS' | 'OUTCOME') => ({ pk: `SLACK-PRESS#${pressId}`, sk: what });

const Outcome = z.object({ outcome: z.array(z.array(z.string())) });

/** Takes a press. @returns false when it was taken before: somebody sends it again */
export async function takePress(ledger: Ledger, pressId: string, now: Date): Promise<boolean> {
  return putItemOnce(ledger, { ...keyOf(pressId, 'PRESS'), expiresAt: expiryAfterDays(now, KEPT_DAYS) });
}

/**
 * Does what was asked for, once: delivered again, the press has the outcome that it had. Cut off between the act and its
 * note, it is done again, and says what it finds.
 *
 * @param act  lines to tell, by parts
 */
export async function outcomeOnce(
  ledger: Ledger,
  pressId: string,
  now: Date,
  act: () => Promise<string[][]>,
): Promise<string[][]> {
  const known = await getItem(ledger, keyOf(pressId, 'OUTCOME'), Outcome);
  if (known !== undefined) return known.outcome;
  const outcome = await act();
  await putItem(ledger, {
    ...keyOf(pressId, 'OUTCOME'),
    outcome,
    expiresAt: expiryAfterDays(now, KEPT_DAYS),
  });
  return outcome;
}
