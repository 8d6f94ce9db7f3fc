import { Option, type Command } from 'commander';
import type { CommandContext } from '../../cli/command-context.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import type { SimulateOptions } from './options.ts';
import { POLICY_NAMES } from './policies/policy.ts';

const EXAMPLES = `
Examples:
  npm run -s bench -- simulate --seeds 1-100
  npm run -s bench -- simulate --seeds 1-20 --compare --json
  npm run -s bench -- simulate --seeds 1-10000 --resume
  npm run -s bench -- simulate --world examples/worlds/fortnight.yaml --days 14 \
    --faults catalogue --compare --seeds 1-2
  npm run -s bench -- simulate --scenario out/bench/broken-17.yaml

A seed is a scenario: one to three jobs, a world, faults, and what people do.
Each is flown on the simulated AWS while every invariant is watched. What breaks
one is shrunk to what is needed for that, and kept as a file that --scenario
repeats. Definitions: docs/benchmarks.md.`;

export function addSimulate(program: Command, context: CommandContext, finish: (code: number) => void): void {
  program
    .command('simulate')
    .summary('seeded worlds with faults, watched by invariants')
    .description('Flies seeded scenarios with faults, watches invariants, and measures.')
    .option('--seeds <from-to>', 'whole numbers, both included', '1-40')
    .option('--days <number>', 'simulated days of each', '3')
    .option('--world <file>', 'one world for all seeds, in place of drawn ones')
    .option('--jobs <folder>', 'job files for --world; examples/jobs when left out')
    .addOption(
      new Option(
        '--faults <which>',
        'drawn from the catalogue, or none; none with --world when left out',
      ).choices(['catalogue', 'none']),
    )
    .addOption(
      new Option('--policy <name>', 'who sizes and steers').choices(POLICY_NAMES).default('flarepath'),
    )
    .option('--compare', 'fly the other policies over the same seeds, too')
    .addOption(
      new Option('--effort <how>', 'how long each plan searches; a deployment uses full')
        .choices(['fast', 'full'])
        .default('fast'),
    )
    .option('--workers <number>', 'processes side by side; as many as there are cores when left out')
    .option('--resume', 'go on from what an earlier run with these options and this code has done')
    .option('--every-pass', 'carry out each pass of a schedule, also those that would do nothing; slower')
    .option('--scenario <file>', 'fly one scenario from a file, such as a shrunk one')
    .option('--write-docs', 'write docs/reliability.md from what came of it')
    .option('--json', 'print one JSON object as the last line')
    .addHelpText('after', EXAMPLES)
    .action(async (options: SimulateOptions) => {
      // loaded when needed: the simulated AWS is most of the program
      const { simulate } = await import('./simulate.ts');
      finish((await simulate(options, context)) ? EXIT.ok : EXIT.runsMissed);
    });
}
