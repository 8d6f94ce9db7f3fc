import type { Approval } from '../../core/contracts/fleet-plan.ts';
import { completeTask } from './executions.ts';
import { openRun } from './ledger-open-runs.ts';
import type { Ledger } from './ledger-table.ts';

/**
 * Answers the plan of a run that waits for people.
 *
 * @param askedAt  of the question that is answered; null: of whichever waits
 * @param before  what was asked after that instant is not what was answered; null: any
 * @returns false when none waits: nobody was asked, or it was answered, or it is too late
 */
export async function answerPlan(
  ledger: Ledger,
  plan: { readonly runKey: string; readonly askedAt: string | null; readonly before: string | null },
  answer: Approval & { readonly byArn: string | null },
): Promise<boolean> {
  const { runKey, askedAt, before } = plan;
  const waits = (await openRun(ledger, runKey))?.approval;
  if (waits === undefined || (askedAt !== null && waits.askedAt !== askedAt)) return false;
  if (before !== null && waits.askedAt > before) return false;
  return completeTask(ledger.clients, waits.taskToken, answer);
}
