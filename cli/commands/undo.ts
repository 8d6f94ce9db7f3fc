import type { Command } from 'commander';
import { InvalidInputError } from '../../core/errors.ts';
import type { CommandContext } from '../command-context.ts';
import { give, onDeployment, type ControlOptions } from '../control/answer.ts';
import { readDeployment } from '../control/deployment.ts';
import { reasonText } from '../control/option-values.ts';
import { EXIT } from '../exit-codes.ts';

interface Options extends ControlOptions {
  readonly reason: string;
}

const HELP = `
Pauses that were set for the incident end, pools that were left out for it are
asked again, and a kill switch that it turned on is off. What people set stays.

Example:
  flarepath undo inc-20260105T0146-dbf0d484c090340d --reason "false alarm"

Exit codes: 0 taken back; 1 AWS failed; 2 nothing of it holds any more.`;

export function addUndo(program: Command, context: CommandContext, finish: (code: number) => void): void {
  onDeployment(program.command('undo'))
    .summary('take back what was done first about an incident')
    .description('Takes back what was done first about an incident.')
    .argument('<id>', 'name of the incident')
    .requiredOption('--reason <text>', 'why; kept')
    .addHelpText('after', HELP)
    .action(async (id: string, options: Options) => finish(await undo(id, options, context)));
}

async function undo(id: string, options: Options, context: CommandContext): Promise<number> {
  const reason = reasonText(options.reason);
  const { ledger } = readDeployment(options.deployment, context);
  const { whoAsks } = await import('../control/who.ts');
  const who = await whoAsks(ledger.clients, context);
  const { undoResponse } = await import('../../lambdas/aws/undo-response.ts');
  const { namesOf } = await import('../../lambdas/aws/ledger-incident-notes.ts');
  const { survivorOf } = await import('../../lambdas/aws/ledger-incidents.ts');
  const names = namesOf((await survivorOf(ledger, id)) ?? { id, mergedFrom: [] });
  const at = context.now().toISOString();
  const undone = await undoResponse(ledger, names, { ...who, at, reason: `${id}: ${reason}` });
  if (undone.length === 0) {
    throw new InvalidInputError(
      `Found nothing that was done first about ${id} and still holds; flarepath incidents shows what was done.`,
    );
  }
  give(context, options, { lines: undone, json: { incident: id, undone } });
  return EXIT.ok;
}
