import { Argument, type Command } from 'commander';
import { InvalidInputError } from '../../core/errors.ts';
import type { CommandContext } from '../command-context.ts';
import { give, onDeployment, type ControlOptions } from '../control/answer.ts';
import { readDeployment } from '../control/deployment.ts';
import { reasonText } from '../control/option-values.ts';
import { EXIT } from '../exit-codes.ts';

interface Options extends ControlOptions {
  readonly release?: boolean;
  readonly reason: string;
}

const HELP = `
Examples:
  flarepath kill-switch on --reason "spend looks odd"
      nothing is launched any more; what flies goes on flying
  flarepath kill-switch on --release --reason "account compromised"
      what flies is brought down at its next look, within 5 minutes
  flarepath kill-switch off --reason "found it"

Exit codes: 0 done; 1 AWS failed; 2 bad input: nothing was done.`;

export function addKillSwitch(
  program: Command,
  context: CommandContext,
  finish: (code: number) => void,
): void {
  onDeployment(program.command('kill-switch'))
    .summary('stop every launch at once; with --release everything in flight, too')
    .description('Stops every launch at once, or allows launches again.')
    .addArgument(new Argument('<state>', 'what it is to be').choices(['on', 'off']))
    .option('--release', 'bring down what flies, too (only with on)')
    .requiredOption('--reason <text>', 'why; kept and shown')
    .addHelpText('after', HELP)
    .action(async (state: string, options: Options) => finish(await turn(state === 'on', options, context)));
}

async function turn(on: boolean, options: Options, context: CommandContext): Promise<number> {
  const release = options.release === true;
  if (release && !on) throw new InvalidInputError('--release: found with off, allowed with on only.');
  const reason = reasonText(options.reason);
  const { ledger } = readDeployment(options.deployment, context);
  const { whoAsks } = await import('../control/who.ts');
  const who = await whoAsks(ledger.clients, context);
  const set = { on, release, ...who, at: context.now().toISOString(), reason };
  const { setControl } = await import('../../lambdas/aws/ledger-control.ts');
  await setControl(ledger, { kind: 'kill-switch', set });
  const flights = release
    ? 'What flies is brought down at its next look, within 5 minutes.'
    : 'What flies goes on flying.';
  give(context, options, {
    lines: on
      ? [
          `The kill switch is on: nothing is launched. ${flights}`,
          'It ends with: flarepath kill-switch off --reason TEXT',
        ]
      : ['The kill switch is off: runs are launched again, each in its own time.'],
    json: { killSwitch: set },
  });
  return EXIT.ok;
}
