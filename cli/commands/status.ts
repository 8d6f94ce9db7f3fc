import type { Command } from 'commander';
import { InvalidInputError } from '../../core/errors.ts';
import { nextStart } from '../../core/job/schedule.ts';
import { minuteText, usdText } from '../../core/units-text.ts';
import type { ReportData } from '../../dashboard/report-data.ts';
import { costOf } from '../../dashboard/summarise-runs.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { table } from '../format.ts';
import { readJobFolder } from '../read-job-folder.ts';
import { readReportFile } from '../report/report-file.ts';

interface Options {
  readonly jobs: string;
  readonly simulation: string;
  readonly ledger?: string;
  readonly documents?: string;
  readonly region?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  flarepath status
      the last simulation
  flarepath status --ledger TABLE --documents BUCKET --region eu-west-1
      a deployment, with your AWS credentials; TABLE and BUCKET are outputs of
      the deployed stack

Exit codes: 0 done; 2 bad input.`;

export function addStatus(program: Command, context: CommandContext, finish: (code: number) => void): void {
  program
    .command('status')
    .summary('how the jobs stand')
    .description('Shows the last runs of each job: of a deployment, or of the last simulation.')
    .option('--jobs <folder>', 'folder of job files', 'examples/jobs')
    .option('--simulation <file>', 'data of a simulation', 'out/report.json')
    .option('--ledger <table>', "the deployment's ledger table")
    .option('--documents <bucket>', "the deployment's documents bucket")
    .option('--region <name>', 'AWS region of the deployment')
    .option('--json', 'print the report data as one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (options: Options) => finish(await status(options, context)));
}

async function status(options: Options, context: CommandContext): Promise<number> {
  const data = await dataOf(options, context.now());
  if (options.json === true) {
    context.print(JSON.stringify(data));
    return EXIT.ok;
  }
  const lines = statusLines(data, options.jobs);
  context.print(
    data.source.kind === 'simulation'
      ? `Simulated (seed ${data.source.seed}), ${minuteText(data.from)} to ${minuteText(data.until)} UTC`
      : `Ledger ${data.source.table}, ${data.source.region}`,
  );
  context.print('');
  lines.forEach(context.print);
  return EXIT.ok;
}

async function dataOf(options: Options, now: Date): Promise<ReportData> {
  if (options.ledger === undefined && options.documents === undefined) {
    return readReportFile(
      options.simulation,
      'data of a simulation: run flarepath simulate first, or give --ledger and --documents',
    );
  }
  const { ledger, documents, region } = options;
  if (ledger === undefined || documents === undefined || region === undefined) {
    throw new InvalidInputError('A deployment is named by --ledger, --documents and --region, all three.');
  }
  const { accountReport } = await import('../report/account-report.ts');
  return accountReport({ ledger, documents, region, jobs: readJobFolder(options.jobs), now });
}

/** With the other columns at their widest, a line then has 80 characters. */
const NAME_CHARACTERS = 22;

function shortened(name: string): string {
  return name.length <= NAME_CHARACTERS ? name : `${name.slice(0, NAME_CHARACTERS - 1)}…`;
}

/** e.g. `01-05 02:00`: the year is the one of now, or nearly */
function dayText(instant: string): string {
  return minuteText(instant).slice('yyyy-'.length);
}

function statusLines(data: ReportData, jobsFolder: string): string[] {
  const jobs = readJobFolder(jobsFolder);
  const nextOf = (name: string) => {
    const job = jobs.find((each) => each.name === name);
    if (job === undefined) return '-';
    const next = nextStart(job, data.until);
    if (next !== null) return dayText(next);
    return 'dataArrival' in job.start ? 'on data' : 'when asked';
  };
  const rows = data.jobs.map((job) => {
    const last = job.runs.at(-1);
    return [
      shortened(job.name),
      last === undefined ? '-' : dayText(last.record.scheduledAt),
      last?.record.outcome ?? '-',
      last === undefined ? '-' : usdText(costOf(last)),
      `${job.summary.onTime}/${job.summary.runs - job.summary.notRun}`,
      nextOf(job.name),
    ];
  });
  return table(
    [
      { title: 'job' },
      { title: 'last (UTC)' },
      { title: 'outcome' },
      { title: 'cost', align: 'right' },
      { title: 'on time', align: 'right' },
      { title: 'next (UTC)' },
    ],
    rows,
  );
}
