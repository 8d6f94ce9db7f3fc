import type { Approval } from '../../core/contracts/fleet-plan.ts';
import { completeTask } from './executions.ts';
import { openRun } from './ledger-open-runs.ts';
import type { Ledger } from './ledger-table.ts';

/**
 * Answers the plan of a run that waits for people.
 *
 * @returns false when none waits: nobody was asked, or it was answered, or it is too late
 */
export async function answerPlan(
  ledger: Ledger,
  runKey: string,
  answer: Approval & { readonly byArn: string | null },
): Promise<boolean> {
  const token = (await openRun(ledger, runKey))?.approval?.taskToken;
  return token !== undefined && completeTask(ledger.clients, token, answer);
}
