import { executionStatus, startExecution } from '../../lambdas/aws/executions.ts';
import type { Clients } from '../../lambdas/runtime/clients.ts';
import type { CommandContext } from '../command-context.ts';

const LOOK_SECONDS = 15;
/** A state machine of a net looks for an hour at most. */
const LOOKS_MAX = 260;

/** Starts an execution and waits until it has ended. @returns its status; `RUNNING`: it took too long */
export async function runToItsEnd(
  clients: Clients,
  context: CommandContext,
  execution: { stateMachineArn: string; name: string; input: unknown },
): Promise<string> {
  await startExecution(clients, execution);
  const arn = `${execution.stateMachineArn.replace(':stateMachine:', ':execution:')}:${execution.name}`;
  let status = 'RUNNING';
  for (let looked = 0; looked < LOOKS_MAX && status === 'RUNNING'; looked += 1) {
    await context.sleep(LOOK_SECONDS);
    status = await executionStatus(clients, arn);
  }
  return status;
}
