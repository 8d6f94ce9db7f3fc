import { Option, type Command } from 'commander';
import type { CommandContext } from '../../cli/command-context.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import { SETS, type RootCauseOptions } from './options.ts';

const EXAMPLES = `
Examples:
  npm run -s bench -- rootcause
  npm run -s bench -- rootcause --set rs --data my-data --json

Formats, methods and what --json says: docs/benchmarks.md.`;

export function addRootCause(
  program: Command,
  context: CommandContext,
  finish: (code: number) => void,
): void {
  program
    .command('rootcause')
    .summary('causes named in public sets, beside Adtributor and a naive way')
    .description('Names the causes of incidents whose causes are known.')
    .addOption(new Option('--set <name>', 'which set').choices(SETS).default('rs'))
    .option('--data <dir>', 'folder of the data sets', '../shared/data')
    .option('--write-docs', 'write the figures into docs/benchmarks.md')
    .option('--json', 'print one JSON object as the last line')
    .addHelpText('after', EXAMPLES)
    .action(async (options: RootCauseOptions) => {
      const { rootCause } = await import('./rootcause.ts');
      rootCause(options, context);
      finish(EXIT.ok);
    });
}
