import type { Command } from 'commander';
import { FleetPlan } from '../../core/contracts/fleet-plan.ts';
import { LoadForecast } from '../../core/contracts/load-forecast.ts';
import { Market } from '../../core/contracts/market.ts';
import { serverlessCostOf, USUAL_SERVERLESS_RATES } from '../../core/market/serverless-price.ts';
import { planFleet } from '../../core/sizing/plan-fleet.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { describePlan } from '../plan/describe-plan.ts';
import { solverFor } from '../plan/solver-for.ts';
import { checkPlanFile, writePlanFile } from '../plan/plan-file.ts';
import { addPlanOptions, groundsOf, planRequest, type PlanOptions } from '../plan/plan-request.ts';

interface Options extends PlanOptions {
  readonly out?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  flarepath plan examples/jobs/orders-nightly.yaml
  flarepath plan job.yaml --history runs.csv --columns size=mib,runtime=seconds
  flarepath plan job.yaml --log eventlog_v2_application_1700000000000_0001
  aws ec2 describe-spot-price-history \\
    --product-descriptions Linux/UNIX > spot.json
  flarepath plan job.yaml --history runs.tsv --market spot.json --json
  flarepath plan job.yaml --out plan.json && flarepath explain plan.json

History is CSV or TSV with a header. Its columns are instance_count,
machine_type, data_size_MB (MiB), gross_runtime (seconds) and, if there is one,
started_at (ISO 8601: the load is then forecast), or what --columns names.

Exit codes: 0 a plan; 2 bad input; 3 no fleet meets deadline and budget.
Nothing is ever launched by this command.`;

export function addPlan(program: Command, context: CommandContext, finish: (code: number) => void): void {
  addPlanOptions(
    program
      .command('plan')
      .summary('size a fleet for a job, without an account')
      .description('Forecasts, predicts and sizes the next run of a job, and says why. Launches nothing.')
      .argument('<job>', 'job file, YAML'),
  )
    .option('--out <file>', 'keep the plan, with its hash, for flarepath explain')
    .option('--json', 'one JSON object: {forecast, model, market, plan, serverless}')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, options: Options) => finish(await plan(file, options, context)));
}

async function plan(file: string, options: Options, context: CommandContext): Promise<number> {
  if (options.out !== undefined) checkPlanFile(options.out);
  const planned = planRequest(file, options, context.now());
  const { past, request } = planned;
  const chosen = FleetPlan.parse(planFleet(request, await solverFor(request)));
  if (options.out !== undefined) {
    const { planSha256 } = writePlanFile(options.out, chosen, groundsOf(planned));
    context.note(`Plan ${planSha256.slice(0, 12)} is kept in ${options.out}.`);
  }
  if (options.json === true) {
    const { pools, ...marketSummary } = Market.parse(request.market);
    const summary = { ...marketSummary, poolCount: pools.length };
    const model = { version: past.model.version, description: past.model.description, notes: past.notes };
    const forecast = LoadForecast.parse(request.forecast);
    const serverless = serverlessCostOf(chosen, summary.serverlessRates ?? USUAL_SERVERLESS_RATES) ?? null;
    context.print(JSON.stringify({ forecast, model, market: summary, plan: chosen, serverless }));
  } else {
    describePlan(chosen, groundsOf(planned)).forEach(context.print);
  }
  return EXIT.ok;
}
