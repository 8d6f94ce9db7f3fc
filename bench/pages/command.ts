import type { Command } from 'commander';
import type { CommandContext } from '../../cli/command-context.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import type { PagesOptions } from './pages.ts';

const EXAMPLES = `
Examples:
  npm run -s bench -- pages --seeds 1-20
  npm run -s bench -- pages --seeds 101-120 --json

Ten seeds are a simulated month. What counts as a page, as a fault that needs
one, and as its match: docs/benchmarks.md.`;

export function addPages(program: Command, context: CommandContext, finish: (code: number) => void): void {
  program
    .command('pages')
    .summary('who is woken in simulated months, and whether it was worth it')
    .description(
      'Flies seeded worlds with and without faults, and judges who was woken, by the list of faults.',
    )
    .option('--seeds <from-to>', 'whole numbers, both included', '1-20')
    .option('--details', 'print each page and each fault that needed one')
    .option('--json', 'print one JSON object as the last line')
    .addHelpText('after', EXAMPLES)
    .action(async (options: PagesOptions) => {
      // loaded when needed: the simulated AWS is most of the program
      const { pages } = await import('./pages.ts');
      await pages(options, context);
      finish(EXIT.ok);
    });
}
