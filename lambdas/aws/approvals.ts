import type { Approval } from '../../core/contracts/fleet-plan.ts';
import { completeTask } from './executions.ts';
import { openRun } from './ledger-open-runs.ts';
import type { Ledger } from './ledger-table.ts';

/**
 * Answers the plan of a run that waits for people.
 *
 * @param askedAt  of the question that is answered; null: of whichever waits
 * @returns false when none waits: nobody was asked, or it was answered, or it is too late
 */
export async function answerPlan(
  ledger: Ledger,
  { runKey, askedAt }: { readonly runKey: string; readonly askedAt: string | null },
  answer: Approval & { readonly byArn: string | null },
): Promise<boolean> {
  const waits = (await openRun(ledger, runKey))?.approval;
  if (waits === undefined || (askedAt !== null && waits.askedAt !== askedAt)) return false;
  return completeTask(ledger.clients, waits.taskToken, answer);
}
