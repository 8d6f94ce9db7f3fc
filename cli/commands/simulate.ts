import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { InvalidInputError } from '../../core/errors.ts';
import { ReportData } from '../../dashboard/report-data.ts';
import { renderReport } from '../../dashboard/render-report.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { forecastLines, incidentLines, summaryLines, timelineLines } from '../report/print-report.ts';

interface Options {
  readonly jobs: string;
  readonly days: string;
  readonly seed: string;
  readonly world: string;
  readonly faults?: string;
  readonly transport: 'in-process' | 'loopback';
  readonly effort: 'fast' | 'full';
  readonly report: string;
  readonly json?: boolean;
  readonly strict?: boolean;
}

const DAYS_MAX = 366;
const FORTNIGHT = 'examples/worlds/fortnight.yaml';
/** What the example world is given to suffer, so that its report shows what becomes of it. */
const BAD_NIGHT = 'examples/worlds/bad-night.yaml';
const EXAMPLES = `
Examples:
  flarepath simulate
  flarepath simulate --days 3 --seed 7 --json
  flarepath simulate --faults none
  flarepath simulate --jobs my-jobs --world my-world.yaml --report out/mine.html

Deploys what cdk synth writes into a simulated AWS on this machine and lets time
pass there. Nothing is bought, no account is needed. Prices, capacity and data
are the world file's (docs/world-files.md): simulated, not AWS's.

Exit codes: 0 done; 2 bad input; 4 with --strict, when a run was late or failed.`;

export function addSimulate(program: Command, context: CommandContext, finish: (code: number) => void): void {
  program
    .command('simulate')
    .summary('let days pass on a simulated AWS')
    .description('Runs jobs from schedule to landing on a simulated AWS and writes a report.')
    .option('--jobs <folder>', 'folder of job files', 'examples/jobs')
    .option('--days <number>', 'days to pass', '14')
    .option('--seed <text>', 'the same seed gives the same days', '1')
    .option('--world <file>', 'parameters of the world', FORTNIGHT)
    .option('--faults <file>', `what goes wrong beside; ${BAD_NIGHT} in the example world, else none`)
    .addOption(
      new Option('--transport <how>', 'how functions reach the simulated AWS')
        .choices(['in-process', 'loopback'])
        .default('in-process'),
    )
    .addOption(
      new Option('--effort <how>', 'how long each plan searches; a deployment uses full')
        .choices(['fast', 'full'])
        .default('fast'),
    )
    .option('--report <file>', 'where the page goes; its data lie beside it as JSON', 'out/report.html')
    .option('--json', 'print the report data as one JSON object')
    .option('--strict', 'exit with 4 when a run was late or failed')
    .addHelpText('after', EXAMPLES)
    .action(async (options: Options) => finish(await simulate(options, context)));
}

async function simulate(options: Options, context: CommandContext): Promise<number> {
  const days = Number(options.days);
  if (!Number.isInteger(days) || days < 1 || days > DAYS_MAX) {
    throw new InvalidInputError(
      `--days: found "${options.days}"; allowed: a whole number from 1 to ${DAYS_MAX}.`,
    );
  }
  const faults = options.faults ?? (options.world === FORTNIGHT ? BAD_NIGHT : 'none');
  // loaded when needed: the simulated AWS is most of the program, and the other commands are quick without it
  const { simulateJobs } = await import('../simulate/simulate-jobs.ts');
  const data = ReportData.parse(await simulateJobs({ ...options, faults, days }, context));
  const page = resolve(options.report);
  const dataFile = page.replace(/(\.html)?$/, '.json');
  mkdirSync(dirname(page), { recursive: true });
  writeFileSync(page, renderReport(data));
  writeFileSync(dataFile, JSON.stringify(data));
  if (options.json === true) {
    context.print(JSON.stringify(data));
  } else {
    timelineLines(data).forEach(context.print);
    context.print('');
    summaryLines(data).forEach(context.print);
    ['', ...forecastLines(data)].forEach(context.print);
    ['', ...incidentLines(data)].forEach(context.print);
    context.print('');
    context.print('Simulated market and data: nothing was bought from AWS.');
    context.print(`Report: ${options.report}`);
  }
  const missed = data.total.late + data.total.failed;
  return options.strict === true && missed > 0 ? EXIT.runsMissed : EXIT.ok;
}
