import type { Command } from 'commander';
import type { CommandContext } from '../../cli/command-context.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import type { ColdstartOptions } from './coldstart.ts';

const EXAMPLES = `
Examples:
  npm run -s bench -- coldstart
  npm run -s bench -- coldstart --repeats 9 --json

What is measured, and what --json says: docs/benchmarks.md.`;

export function addColdstart(
  program: Command,
  context: CommandContext,
  finish: (code: number) => void,
): void {
  program
    .command('coldstart')
    .summary('what each function weighs and how long it takes to begin')
    .description('Weighs each function’s bundle, and starts it in new processes.')
    .option('--repeats <number>', 'new processes of each; medians are told', '5')
    .option('--data <dir>', 'folder of market/instance-types-us-east-1.json; ../shared/data when left out')
    .option('--write-docs', 'write what came of it into docs/benchmarks.md')
    .option('--json', 'print one JSON object as the last line')
    .addHelpText('after', EXAMPLES)
    .action(async (options: ColdstartOptions) => {
      const { coldstart } = await import('./coldstart.ts');
      await coldstart(options, context);
      finish(EXIT.ok);
    });
}
