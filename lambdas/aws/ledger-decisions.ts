import * as z from 'zod';
import { PilotDecision } from '../../core/contracts/flight.ts';
import { expiryAfterDays, getItem, newestItems, putItemOnce, type Ledger } from './ledger-table.ts';

const KEPT_DAYS = 90;
const LOOK_DIGITS = 6;
const DecisionItem = z.object({ decision: PilotDecision });

const lookKey = (runKey: string, attempt: number, look: number) => ({
  pk: `RUN#${runKey}`,
  sk: `LOOK#${inOrder(attempt)}#${String(look).padStart(LOOK_DIGITS, '0')}`,
});

/** Numbers of several digits behind those of one: 9, a10, a11, ..., b100. */
function inOrder(attempt: number): string {
  const digits = String(attempt);
  return digits.length === 1 ? digits : `${String.fromCharCode(BEFORE_A + digits.length - 1)}${digits}`;
}
const BEFORE_A = 'a'.charCodeAt(0) - 1;

/** One decision of the pilot; null when that look never was. */
export async function decisionAt(
  ledger: Ledger,
  runKey: string,
  attempt: number,
  look: number,
): Promise<PilotDecision | null> {
  if (look < 0) return null;
  const key = lookKey(runKey, attempt, look);
  const item =
    (await getItem(ledger, key, DecisionItem)) ??
    // as the version before wrote it
    (attempt < 10
      ? undefined
      : await getItem(ledger, { ...key, sk: key.sk.replace('#a', '#') }, DecisionItem));
  return item?.decision ?? null;
}

/** Keeps a decision. @returns the one that stands: a look that is repeated carries out what was decided first */
export async function keepDecision(ledger: Ledger, decision: PilotDecision): Promise<PilotDecision> {
  const { runKey, attempt, look } = decision;
  const key = lookKey(runKey, attempt, look);
  const expiresAt = expiryAfterDays(new Date(decision.decidedAt), KEPT_DAYS);
  if (await putItemOnce(ledger, { ...key, decision, expiresAt })) return decision;
  return (await getItem(ledger, key, DecisionItem))?.decision ?? decision;
}

/** What the pilot decided last about a run; null when it does not fly yet. */
export async function newestDecision(ledger: Ledger, runKey: string): Promise<PilotDecision | null> {
  const range = { pk: `RUN#${runKey}`, skPrefix: 'LOOK#', last: 1 };
  return (await newestItems(ledger, range, DecisionItem))[0]?.decision ?? null;
}

/** What the pilot decided during an attempt, newest first. */
export async function decisionsOf(
  ledger: Ledger,
  runKey: string,
  attempt: number,
  last: number,
): Promise<PilotDecision[]> {
  const range = { pk: `RUN#${runKey}`, skPrefix: `LOOK#${inOrder(attempt)}#`, last };
  return (await newestItems(ledger, range, DecisionItem)).map((item) => item.decision);
}
