import type { Command } from 'commander';
import type { CommandContext } from '../../cli/command-context.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import type { IncidentsOptions } from './incidents.ts';

const EXAMPLES = `
Examples:
  npm run -s bench -- incidents
  npm run -s bench -- incidents --alarms 10000 --seed other --json

What the storm is made of, and what --json says: docs/benchmarks.md.`;

export function addIncidents(
  program: Command,
  context: CommandContext,
  finish: (code: number) => void,
): void {
  program
    .command('incidents')
    .summary('an hour of many alarms put into incidents')
    .description('Puts an hour of alarms into incidents, and measures what it takes.')
    .option('--alarms <number>', 'alarms in the hour', '100000')
    .option('--seed <text>', 'another storm', 'storm')
    .option('--json', 'print one JSON object as the last line')
    .addHelpText('after', EXAMPLES)
    .action(async (options: IncidentsOptions) => {
      const { incidents } = await import('./incidents.ts');
      incidents(options, context);
      finish(EXIT.ok);
    });
}
