import { callerArn } from '../../lambdas/aws/caller.ts';
import type { Clients } from '../../lambdas/runtime/clients.ts';
import type { CommandContext } from '../command-context.ts';

/** Who asks, as their machine and as AWS know them, for what is kept of a command. */
export async function whoAsks(
  clients: Clients,
  context: CommandContext,
): Promise<{ by: string; byArn: string | null }> {
  return { by: context.user(), byArn: await callerArn(clients) };
}
