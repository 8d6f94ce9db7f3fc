import type { Command } from 'commander';
import type { CommandContext } from '../../cli/command-context.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import type { DetectOptions } from './detect.ts';

const EXAMPLES = `
Examples:
  npm run -s bench -- detect
  npm run -s bench -- detect --data my-series --json

The folder holds labels/combined_windows.json and data/CATEGORY/FILE.csv, in the
form of NAB. Definitions and formats: docs/benchmarks.md.`;

export function addDetect(program: Command, context: CommandContext, finish: (code: number) => void): void {
  program
    .command('detect')
    .summary('odd stretches of series, scored as NAB does')
    .description('Detects what is odd in labelled series, point by point, beside two baselines.')
    .option('--data <folder>', 'labelled series; ../shared/data when left out')
    .option('--write-docs', 'write the figures into docs/benchmarks.md')
    .option('--json', 'print one JSON object as the last line')
    .addHelpText('after', EXAMPLES)
    .action(async (options: DetectOptions) => {
      const { detect } = await import('./detect.ts');
      detect(options, context);
      finish(EXIT.ok);
    });
}
