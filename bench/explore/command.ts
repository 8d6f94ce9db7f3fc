import type { Command } from 'commander';
import type { CommandContext } from '../../cli/command-context.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import type { ExploreOptions } from './explore.ts';

const EXAMPLES = `
Examples:
  npm run -s bench -- explore
  npm run -s bench -- explore --data my-data --repeats 3 --json

Reads DIR/runtime/scout/scout.csv, DIR/scout/scout.csv or DIR/scout.csv.
Columns, protocol and what --json says: docs/benchmarks.md.`;

export function addExplore(program: Command, context: CommandContext, finish: (code: number) => void): void {
  program
    .command('explore')
    .summary('tries until the cheapest cluster is found, beside two other searches')
    .description('Searches measured clusters for the cheapest in time, one try after the other.')
    .option('--data <dir>', 'folder of the data sets', '../shared/data')
    .option('--repeats <number>', 'searches of each workload and deadline', '10')
    .option('--json', 'print one JSON object as the last line')
    .addHelpText('after', EXAMPLES)
    .action(async (options: ExploreOptions) => {
      const { explore } = await import('./explore.ts');
      explore(options, context);
      finish(EXIT.ok);
    });
}
