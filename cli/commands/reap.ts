import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { give, onDeployment, type ControlOptions } from '../control/answer.ts';
import { readDeployment } from '../control/deployment.ts';
import { EXIT } from '../exit-codes.ts';

const HELP = `
It runs by itself four times an hour; this runs it now and waits for it.

Exit codes: 0 no cluster without a run is left; 1 one may be; 2 bad input.`;

export function addReap(program: Command, context: CommandContext, finish: (code: number) => void): void {
  onDeployment(program.command('reap'))
    .summary('terminate clusters that no run owns any more')
    .description('Finds clusters of the deployment that no run owns, and terminates them.')
    .addHelpText('after', HELP)
    .action(async (options: ControlOptions) => finish(await reap(options, context)));
}

async function reap(options: ControlOptions, context: CommandContext): Promise<number> {
  const { ledger, reapArn } = readDeployment(options.deployment, context);
  const { runToItsEnd } = await import('../control/run-to-its-end.ts');
  context.note('The reaper looks …');
  const name = `asked-${context.now().getTime()}`;
  const status = await runToItsEnd(ledger.clients, context, { stateMachineArn: reapArn, name, input: {} });
  const clean = status === 'SUCCEEDED';
  give(context, options, {
    lines: [
      clean
        ? 'No cluster is left that no run owns.'
        : `The reaper ended ${status}: a cluster may be left. Its execution ${name} says why.`,
    ],
    json: { reap: status, execution: name },
  });
  return clean ? EXIT.ok : EXIT.failure;
}
