import {
  executionArnOf,
  executionStanding,
  startExecution,
  type ExecutionStanding,
} from '../../lambdas/aws/executions.ts';
import type { Clients } from '../../lambdas/runtime/clients.ts';
import type { CommandContext } from '../command-context.ts';

const LOOK_SECONDS = 15;
/** A state machine of a net looks for an hour at most. */
const LOOKS_MAX = 260;

/** Starts an execution and waits until it has ended. @returns how it ended; `RUNNING`: it took too long */
export async function runToItsEnd(
  clients: Clients,
  context: CommandContext,
  execution: { stateMachineArn: string; name: string; input: unknown },
): Promise<ExecutionStanding> {
  await startExecution(clients, execution);
  const arn = executionArnOf(execution.stateMachineArn, execution.name);
  let standing: ExecutionStanding = { status: 'RUNNING' };
  for (let looked = 0; looked < LOOKS_MAX && standing.status === 'RUNNING'; looked += 1) {
    await context.sleep(LOOK_SECONDS);
    standing = await executionStanding(clients, arn);
  }
  return standing;
}
