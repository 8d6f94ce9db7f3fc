import { Option, type Command } from 'commander';
import type { CommandContext } from '../../cli/command-context.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import type { SizingOptions } from './sizing.ts';

const EXAMPLES = `
Examples:
  npm run -s bench -- sizing
  npm run -s bench -- sizing --seeds 1-4 --effort fast --json
  npm run -s bench -- sizing --seeds 1-8 --dump out/instances
  npm run -s bench -- sizing --instances out/instances

An instance is sized once as a deployment would, and five more times with four
times the effort, to know what could have been found.
What an instance file holds, and what --json says: docs/benchmarks.md.`;

export function addSizing(program: Command, context: CommandContext, finish: (code: number) => void): void {
  program
    .command('sizing')
    .summary('plans against a bound that none undercuts, and against the best known')
    .description('Sizes fleets for drawn or given instances, beside five baselines.')
    .option('--seeds <from-to>', 'drawn instances: every fourth is small enough to try all fleets', '1-12')
    .option('--instances <dir>', 'given ones instead: NAME.instance.json')
    .option('--data <dir>', 'folder of market/instance-types-us-east-1.json; ../shared/data when left out')
    .option('--dump <dir>', 'write each instance and its plan there')
    .addOption(
      new Option('--effort <how>', 'how long to search; only full proves a bound')
        .choices(['fast', 'full'])
        .default('full'),
    )
    .option('--write-docs', 'write what came of it into docs/benchmarks.md')
    .option('--json', 'print one JSON object as the last line')
    .addHelpText('after', EXAMPLES)
    .action(async (options: SizingOptions) => {
      const { sizing } = await import('./sizing.ts');
      await sizing(options, context);
      finish(EXIT.ok);
    });
}
