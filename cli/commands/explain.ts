import type { Command } from 'commander';
import { planFleet } from '../../core/sizing/plan-fleet.ts';
import { FleetPlan } from '../../core/contracts/fleet-plan.ts';
import { InvalidInputError } from '../../core/errors.ts';
import { flipPoints } from '../../core/sizing/flip-points.ts';
import { contentHash } from '../../core/numerics/content-hash.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import type { RunView } from '../../dashboard/report-data.ts';
import { readDeployment } from '../control/deployment.ts';
import { runNamed } from '../control/option-values.ts';
import { explainRun } from '../plan/explain-run.ts';
import { readReportFile } from '../report/report-file.ts';
import { readRuns } from '../report/read-runs.ts';
import { explainPlan } from '../plan/explain-plan.ts';
import { readPlanFile } from '../plan/plan-file.ts';
import { addPlanOptions, planRequest, type PlanOptions } from '../plan/plan-request.ts';
import { solverFor } from '../plan/solver-for.ts';

interface Options extends PlanOptions {
  readonly json?: boolean;
  readonly simulation: string;
  readonly deployment?: string;
}

const EXAMPLES = `
A plan file (.json, from flarepath plan --out) is explained as it was made; a
job file is planned first, with the options of flarepath plan, and again with
other loads, deadlines and spot prices: where does another kind of fleet win?
Kinds differ in architecture, in classes of types (c, m, r), or in what is spot.
A run, by the key that messages and status show, is explained look by look: what
the pilot saw, expected, weighed and did. Of the last simulation, or of an
account's deployment with --deployment.

Examples:
  flarepath explain plan.json
  flarepath explain job.yaml --market spot.json
  flarepath explain orders-nightly@2026-01-05T01:00:00.000Z
  flarepath explain orders-nightly@2026-01-05T01:00:00Z \\
    --deployment deployment.json

Exit codes: 0 done; 2 bad input; 3 no fleet meets deadline and budget.
Nothing is ever launched by this command.`;

export function addExplain(program: Command, context: CommandContext, finish: (code: number) => void): void {
  addPlanOptions(
    program
      .command('explain')
      .summary('why a plan, or a flight, is as it is')
      .description('Explains a plan (reasons, rivals, costs, the front) or a run’s flight (each look).')
      .argument('<file-or-run>', 'plan file, JSON; job file, YAML; or JOB@INSTANT'),
  )
    .option('--simulation <file>', 'of a run: data of a simulation', 'out/report.json')
    .option('--deployment <file>', 'of a run: outputs of a deployment, in place of a simulation')
    .option('--json', 'one JSON object: {planSha256, plan, flips}, or the run’s record, plan and looks')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, options: Options) => finish(await explain(file, options, context)));
}

async function explain(file: string, options: Options, context: CommandContext): Promise<number> {
  if (file.includes('@') && !file.endsWith('.json') && !file.endsWith('.yaml')) {
    const run = await runOf(file, options, context);
    if (options.json === true) context.print(JSON.stringify(run));
    else explainRun(run).forEach(context.print);
    return EXIT.ok;
  }
  const { plan, planSha256, flips } = file.endsWith('.json')
    ? asKept(file, options)
    : await planned(file, options, context);
  if (options.json === true) context.print(JSON.stringify({ planSha256, plan, flips }));
  else explainPlan(plan, planSha256, flips).forEach(context.print);
  return EXIT.ok;
}

/** @throws InvalidInputError  for a key that is none, or of no run that is known */
async function runOf(key: string, options: Options, context: CommandContext): Promise<RunView> {
  const { job, scheduledAt } = runNamed(key);
  refuse(key, planningOptions(options), 'with a run, which is explained as it flew.');
  const runs =
    options.deployment === undefined
      ? (readReportFile(options.simulation, SIMULATION).jobs.find(({ name }) => name === job)?.runs ?? [])
      : await readRuns(readDeployment(options.deployment, context), job, RUNS_READ, () => undefined);
  const run = runs.find(({ record }) => record.scheduledAt === scheduledAt);
  if (run !== undefined) return run;
  const known = runs.map(({ record }) => record.runKey).slice(-KEYS_SHOWN);
  const hint =
    known.length === 0 ? `no run of ${job} is known there` : `the last ones are ${known.join(', ')}`;
  throw new InvalidInputError(`Run: found ${key}, allowed: a run that has ended; ${hint}.`);
}

const SIMULATION = 'data of a simulation: run flarepath simulate first, or give --deployment';
/** Of a job, newest first. */
const RUNS_READ = 400;
const KEYS_SHOWN = 3;

/** Options that only planning reads. */
const planningOptions = ({ history, log, columns, market, prices, at, loadGib }: Options) => ({
  '--history': history,
  '--log': log,
  '--columns': columns,
  '--market': market,
  '--prices': prices,
  '--at': at,
  '--load-gib': loadGib,
});

/** @throws InvalidInputError  for options that would be ignored */
function refuse(what: string, asked: Readonly<Record<string, unknown>>, why: string): void {
  const found = Object.entries(asked).flatMap(([option, value]) => (value === undefined ? [] : [option]));
  if (found.length > 0)
    throw new InvalidInputError(`${what}: found ${found.join(', ')}; allowed: none of them ${why}`);
}

/** @throws InvalidInputError  for options that a plan which is made already would ignore */
function asKept(file: string, options: Options) {
  const asked = { ...planningOptions(options), '--deployment': options.deployment };
  refuse(
    file,
    asked,
    'with a plan file, which is explained as it was made. Name the job file to plan anew, or a run of the deployment.',
  );
  return { ...readPlanFile(file), flips: null };
}

async function planned(file: string, options: Options, context: CommandContext) {
  refuse(file, { '--deployment': options.deployment }, 'with a job file. Name a run of the deployment.');
  const { request } = planRequest(file, options, context.now());
  const plan = FleetPlan.parse(planFleet(request, await solverFor(request)));
  // what is tried says nothing of where another kind is the better one
  const withoutTries = { ...request.job, learning: { explore: false } };
  // some thirty plans: a full search each would take a minute
  const flips = flipPoints({ ...request, job: withoutTries, effort: 'fast' }, planFleet);
  return { plan, planSha256: contentHash(plan), flips };
}
