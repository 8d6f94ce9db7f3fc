import type { Command } from 'commander';
import type { CommandContext } from '../../cli/command-context.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import type { RuntimeOptions } from './options.ts';

const EXAMPLES = `
Examples:
  npm run -s bench -- runtime
  npm run -s bench -- runtime --jobs sort --splits 5
  npm run -s bench -- runtime --data my-data --json

Reads every .tsv of DIR/runtime/c3o, or of DIR itself: one job a file, one run
a line. Columns, protocol and what --json says: docs/benchmarks.md.`;

export function addRuntime(program: Command, context: CommandContext, finish: (code: number) => void): void {
  program
    .command('runtime')
    .summary('error and coverage of predicted runtimes, on real Spark runs')
    .description('Predicts real runtimes from few and from many runs, beside two baselines.')
    .option('--data <dir>', 'folder of the data sets', '../shared/data')
    .option('--jobs <names>', 'only these jobs, with commas between them')
    .option('--splits <number>', 'random splits of each kind; the protocol asks for 60', '60')
    .option('--write-docs', 'write the figures into docs/benchmarks.md')
    .option('--json', 'print one JSON object as the last line')
    .addHelpText('after', EXAMPLES)
    .action(async (options: RuntimeOptions) => {
      const { runtime } = await import('./runtime.ts');
      runtime(options, context);
      finish(EXIT.ok);
    });
}
