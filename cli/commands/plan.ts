import { Option, type Command } from 'commander';
import { LoadForecast } from '../../core/contracts/load-forecast.ts';
import { Market } from '../../core/contracts/market.ts';
import { FleetPlan } from '../../core/contracts/fleet-plan.ts';
import { InvalidInputError } from '../../core/errors.ts';
import { readJobFile } from '../../core/job/read-job-file.ts';
import { deadlineOf, nextStart } from '../../core/job/schedule.ts';
import { runKeyOf } from '../../core/ledger/run-key.ts';
import { windowHours } from '../../core/market/market-survey.ts';
import { planFleet } from '../../core/sizing/plan-fleet.ts';
import { epochMilliseconds, isoInstant } from '../../core/units.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { describePlan } from '../plan/describe-plan.ts';
import { loadOfRun, readPast } from '../plan/past-runs.ts';
import { marketFor } from '../plan/market-source.ts';
import { readTextFile } from '../read-text-file.ts';

interface Options {
  readonly history?: string;
  readonly columns?: string;
  readonly market?: string;
  readonly region: string;
  readonly at?: string;
  readonly loadGib?: string;
  readonly seed: string;
  readonly effort: 'fast' | 'full';
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  flarepath plan examples/jobs/orders-nightly.yaml
  flarepath plan job.yaml --history runs.csv --columns size=mib,runtime=seconds
  aws ec2 describe-spot-price-history --max-items 5000 > spot.json
  flarepath plan job.yaml --history runs.tsv --market spot.json --json

History is CSV or TSV with a header. Its columns are instance_count,
machine_type, data_size_MB (MiB), gross_runtime (seconds) and, if there is one,
started_at (ISO 8601: the load is then forecast), or what --columns names.

Exit codes: 0 a plan; 2 bad input; 3 no fleet meets deadline and budget.
Nothing is ever launched by this command.`;

export function addPlan(program: Command, context: CommandContext, finish: (code: number) => void): void {
  program
    .command('plan')
    .summary('size a fleet for a job, without an account')
    .description('Forecasts, predicts and sizes the next run of a job, and says why. Launches nothing.')
    .argument('<job>', 'job file, YAML')
    .option('--history <file>', 'past runs, CSV or TSV')
    .option('--columns <pairs>', 'names of the history columns: count=…,type=…,size=…,runtime=…,at=…')
    .option('--market <file>', 'JSON of aws ec2 describe-spot-price-history')
    .option('--region <name>', 'AWS region', 'us-east-1')
    .option('--at <instant>', 'scheduled start, ISO 8601; default: the next one')
    .option('--load-gib <number>', 'what the run has to read, if you know it')
    .option('--seed <text>', 'the same seed gives the same plan', '1')
    .addOption(new Option('--effort <how>', 'how long to search').choices(['fast', 'full']).default('full'))
    .option('--json', 'one JSON object: {forecast, model, plan}')
    .addHelpText('after', EXAMPLES)
    .action((file: string, options: Options) => finish(plan(file, options, context)));
}

function plan(file: string, options: Options, context: CommandContext): number {
  const job = readJobFile(readTextFile(file, 'a job file'), file);
  const now = context.now().toISOString();
  const scheduledAt = options.at === undefined ? (nextStart(job, now) ?? now) : instantOf(options.at);
  const deadlineAt = deadlineOf(job, scheduledAt);
  const past = readPast(job, options);
  const forecast = loadOfRun(job, scheduledAt, past, options.loadGib);
  // planned when the run starts; a start that is over is planned from now
  const plannedAt = epochMilliseconds(scheduledAt) > epochMilliseconds(now) ? scheduledAt : now;
  const market = marketFor(job, { ...options, windowHours: windowHours(deadlineAt, plannedAt) }, now);
  const chosen = planFleet({
    job,
    runKey: runKeyOf(job.name, scheduledAt),
    deadlineAt,
    now: plannedAt,
    forecast,
    model: past.model,
    market,
    seed: options.seed,
    effort: options.effort,
    whenLate: 'refuse',
  });
  if (options.json === true) {
    const { pools, ...marketSummary } = Market.parse(market);
    const summary = { ...marketSummary, poolCount: pools.length };
    const model = { version: past.model.version, description: past.model.description, notes: past.notes };
    const result = {
      forecast: LoadForecast.parse(forecast),
      model,
      market: summary,
      plan: FleetPlan.parse(chosen),
    };
    context.print(JSON.stringify(result));
  } else {
    describePlan(chosen, { forecast, model: past.model, notes: past.notes }).forEach(context.print);
  }
  return EXIT.ok;
}

function instantOf(text: string): string {
  const timeMs = epochMilliseconds(text);
  if (Number.isNaN(timeMs)) {
    throw new InvalidInputError(`--at: found "${text}"; allowed: ISO 8601 such as 2026-01-05T02:00:00Z.`);
  }
  return isoInstant(timeMs);
}
