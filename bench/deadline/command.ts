import type { Command } from 'commander';
import type { CommandContext } from '../../cli/command-context.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import type { DeadlineOptions } from './deadline.ts';

const EXAMPLES = `
Examples:
  npm run -s bench -- deadline
  npm run -s bench -- deadline --windows 5 --json
  npm run -s bench -- deadline --data my-traces

Reads every .json below DIR/spot-traces/availability, or below DIR itself.
Form, protocol and what --json says: docs/benchmarks.md.`;

export function addDeadline(program: Command, context: CommandContext, finish: (code: number) => void): void {
  program
    .command('deadline')
    .summary('long jobs on spot with a deadline, beside two published policies')
    .description('Flies two days of work on recorded spot availability, and compares with the exact optimum.')
    .option('--data <dir>', 'folder of the data sets, or of traces', '../shared/data')
    .option('--windows <number>', 'windows of each trace', '30')
    .option('--json', 'print one JSON object as the last line')
    .addHelpText('after', EXAMPLES)
    .action(async (options: DeadlineOptions) => {
      const { deadline } = await import('./deadline.ts');
      deadline(options, context);
      finish(EXIT.ok);
    });
}
