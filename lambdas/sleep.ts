import * as z from 'zod';
import { Run } from '../core/contracts/run.ts';
import { completeTask } from './aws/executions.ts';
import { leaveToken } from './aws/ledger-wake.ts';
import { commonEnvironment, ledgerEnvironment } from './runtime/environment.ts';
import { stateHandler } from './runtime/state-handler.ts';

/**
 * Leaves the task token where a wake-up finds it; returns it at once when a wake-up came since the look began.
 *
 * Needs:
 * - dynamodb:UpdateItem on the ledger
 * - states:SendTaskSuccess on fly
 */
export const Environment = z.object({ ...commonEnvironment, ...ledgerEnvironment });

const SleepRequest = z.object({
  run: Run,
  /** as the last look read it */
  wakeCount: z.number().int().nonnegative(),
  taskToken: z.string().min(1),
});

export const handler = stateHandler(
  { environment: Environment, input: SleepRequest, output: z.object({ asleep: z.boolean() }) },
  async ({ run, wakeCount, taskToken }, { clients, environment, now }) => {
    const ledger = { clients, table: environment.LEDGER_TABLE };
    const countNow = await leaveToken(ledger, run.runKey, taskToken, now());
    if (countNow === wakeCount) return { asleep: true };
    await completeTask(clients, taskToken, { wokenBy: 'a wake-up during the look' });
    return { asleep: false };
  },
);
