import type { Command } from 'commander';
import * as z from 'zod';
import type { CommandContext } from '../command-context.ts';
import { give, onDeployment, type ControlOptions } from '../control/answer.ts';
import { readDeployment } from '../control/deployment.ts';
import { EXIT } from '../exit-codes.ts';

/** What a pass says that left nothing. */
const Reaped = z
  .string()
  .transform((text): unknown => JSON.parse(text))
  .pipe(z.object({ terminating: z.array(z.string()) }));

const HELP = `
It runs by itself four times an hour; this runs it now and waits for it.

Exit codes: 0 no cluster without a run is left; 1 one may be, or is still on
its way down; 2 bad input.`;

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
  const execution = { stateMachineArn: reapArn, name, input: {} };
  const { status, output, cause } = await runToItsEnd(ledger.clients, context, execution);
  const reaped = Reaped.safeParse(output).data;
  const terminating = reaped?.terminating ?? [];
  const clean = reaped !== undefined && terminating.length === 0;
  give(context, options, {
    lines: clean
      ? ['No cluster is left that no run owns.']
      : reaped === undefined
        ? [`The reaper ended ${status}: a cluster may be left. Execution ${name}:`, cause ?? 'no cause given']
        : [
            'On their way down, ended by somebody else:',
            ...terminating,
            'Run this again when they are gone.',
          ],
    json: { reap: status, execution: name, terminating, cause: cause ?? null },
  });
  return clean ? EXIT.ok : EXIT.failure;
}
