import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { InvalidInputError } from '../../core/errors.ts';
import { MILLISECONDS_PER_SECOND } from '../../core/units.ts';
import { renderReport } from '../../dashboard/render-report.ts';
import { ReportData } from '../../dashboard/report-data.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { summaryLines, timelineLines } from '../report/print-report.ts';
import { EXAMPLE_JOBS } from '../spark/example-data.ts';

interface Options {
  readonly runs: string;
  readonly mib: string;
  readonly effort: 'fast' | 'full';
  readonly reclaim: boolean;
  readonly directory: string;
  readonly report: string;
  readonly json?: boolean;
  readonly strict?: boolean;
}

const MIB_MAX = 10_000;
const RUNS = 'join-orders,aggregate-clicks,join-orders';
const EXAMPLES = `
Examples:
  flarepath spark
  flarepath spark --runs train-churn,train-churn --mib 200 --no-reclaim
  flarepath spark --runs join-orders --json

Needs Java 8, 11 or 17, python3 and, the first time, PyPI: Spark and the aws
command go into .venv. What is real and what is simulated: docs/guide/real-spark.md.
Servers listen on 127.0.0.1 only. Nothing is bought, no account is needed.

Exit codes: 0 done; 2 bad input, or no Java or Python; 4 with --strict, when a
run was late or failed.`;

export function addSpark(program: Command, context: CommandContext, finish: (code: number) => void): void {
  program
    .command('spark')
    .summary('fly example jobs with real Spark on this machine')
    .description(
      'Flies example jobs with real Spark on this machine: plan, launch, progress, a\nreclaim, learning.',
    )
    .option('--runs <jobs>', `jobs in order, of ${EXAMPLE_JOBS.join(', ')}`, RUNS)
    .option('--mib <number>', 'MiB of data for each job', '48')
    .addOption(
      new Option('--effort <how>', 'how long each plan searches; a deployment uses full')
        .choices(['fast', 'full'])
        .default('fast'),
    )
    .option('--no-reclaim', 'add no spot node to the first run, and take none')
    .option('--directory <folder>', 'for data, event logs and logs of Spark', 'out/real-spark')
    .option('--report <file>', 'where the page goes; its data lie beside it as JSON', 'out/real-spark.html')
    .option('--json', 'print the report data as one JSON object')
    .option('--strict', 'exit with 4 when a run was late or failed')
    .addHelpText('after', EXAMPLES)
    .action(async (options: Options) => finish(await fly(options, context)));
}

async function fly(options: Options, context: CommandContext): Promise<number> {
  const mib = Number(options.mib);
  if (!Number.isInteger(mib) || mib < 1 || mib > MIB_MAX) {
    throw new InvalidInputError(
      `--mib: found "${options.mib}"; allowed: a whole number from 1 to ${MIB_MAX}.`,
    );
  }
  const runs = options.runs.split(',').map((name) => name.trim());
  const unknown = runs.filter((name) => !EXAMPLE_JOBS.includes(name));
  if (unknown.length > 0) {
    throw new InvalidInputError(
      `--runs: found ${unknown.join(', ')}; allowed: ${EXAMPLE_JOBS.join(', ')}, with commas between them.`,
    );
  }
  const { flyForReal } = await import('../spark/fly-for-real.ts');
  const { effort, reclaim, directory } = options;
  const flown = await flyForReal({ runs, mib, effort, reclaim, directory }, context);
  const data = ReportData.parse(flown.data);
  const page = resolve(options.report);
  mkdirSync(dirname(page), { recursive: true });
  writeFileSync(page, renderReport(data));
  writeFileSync(page.replace(/(\.html)?$/, '.json'), JSON.stringify(data));
  if (options.json === true) context.print(JSON.stringify(data));
  else print(data, flown.skippedMs, options.report, context);
  const missed = data.total.late + data.total.failed;
  return options.strict === true && missed > 0 ? EXIT.runsMissed : EXIT.ok;
}

function print(data: ReportData, skippedMs: number, report: string, context: CommandContext): void {
  timelineLines(data).forEach(context.print);
  context.print('');
  summaryLines(data).forEach(context.print);
  context.print('');
  for (const { record } of data.jobs.flatMap(({ runs }) => runs)) {
    const seconds = (value: number | null | undefined) =>
      typeof value === 'number' ? `${Math.round(value)} s` : '–';
    const predicted = record.predictedRuntimeSeconds?.[4];
    const lost = record.reclaims === 0 ? '' : `, ${record.reclaims} node reclaimed and made up for`;
    context.print(
      `${record.job} ${record.outcome}: Spark worked ${seconds(record.runtimeSeconds)}, predicted ${seconds(predicted)}${lost}`,
    );
  }
  context.print('');
  context.print(
    `Spark was real, EMR and its market were simulated; ${Math.round(skippedMs / MILLISECONDS_PER_SECOND)} s in which no step ran were skipped.`,
  );
  context.print(`Report: ${report}`);
}
