import type { Command } from 'commander';
import { planFleet } from '../../core/sizing/plan-fleet.ts';
import { FleetPlan } from '../../core/contracts/fleet-plan.ts';
import { InvalidInputError } from '../../core/errors.ts';
import { flipPoints } from '../../core/sizing/flip-points.ts';
import { contentHash } from '../../core/numerics/content-hash.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { explainPlan } from '../plan/explain-plan.ts';
import { readPlanFile } from '../plan/plan-file.ts';
import { addPlanOptions, planRequest, type PlanOptions } from '../plan/plan-request.ts';
import { solverFor } from '../plan/solver-for.ts';

interface Options extends PlanOptions {
  readonly json?: boolean;
}

const EXAMPLES = `
A plan file (.json, from flarepath plan --out) is explained as it was made; a
job file is planned first, with the options of flarepath plan, and again with
other loads, deadlines and spot prices: where does another kind of fleet win?
Kinds differ in architecture, in classes of types (c, m, r), or in what is spot.

Examples:
  flarepath explain plan.json
  flarepath explain job.yaml --market spot.json

Exit codes: 0 done; 2 bad input; 3 no fleet meets deadline and budget.
Nothing is ever launched by this command.`;

export function addExplain(program: Command, context: CommandContext, finish: (code: number) => void): void {
  addPlanOptions(
    program
      .command('explain')
      .summary('why a plan is as it is, and not another')
      .description('Explains a plan: reasons, rivals, costs, the front, what it was made with.')
      .argument('<file>', 'plan file, JSON, or job file, YAML'),
  )
    .option('--json', 'one JSON object: {planSha256, plan, flips}')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, options: Options) => finish(await explain(file, options, context)));
}

async function explain(file: string, options: Options, context: CommandContext): Promise<number> {
  const { plan, planSha256, flips } = file.endsWith('.json')
    ? asKept(file, options)
    : await planned(file, options, context);
  if (options.json === true) context.print(JSON.stringify({ planSha256, plan, flips }));
  else explainPlan(plan, planSha256, flips).forEach(context.print);
  return EXIT.ok;
}

/** @throws InvalidInputError  for options that a plan which is made already would ignore */
function asKept(file: string, { history, columns, market, at, loadGib }: Options) {
  const asked = {
    '--history': history,
    '--columns': columns,
    '--market': market,
    '--at': at,
    '--load-gib': loadGib,
  };
  const found = Object.entries(asked).flatMap(([option, value]) => (value === undefined ? [] : [option]));
  if (found.length > 0) {
    throw new InvalidInputError(
      `${file}: found ${found.join(', ')}; allowed: none of them with a plan file, which is explained as it was made. Name the job file to plan anew.`,
    );
  }
  return { ...readPlanFile(file), flips: null };
}

async function planned(file: string, options: Options, context: CommandContext) {
  const { request } = planRequest(file, options, context.now());
  const plan = FleetPlan.parse(planFleet(request, await solverFor(request)));
  // what is tried says nothing of where another kind is the better one
  const withoutTries = { ...request.job, learning: { explore: false } };
  // some thirty plans: a full search each would take a minute
  const flips = flipPoints({ ...request, job: withoutTries, effort: 'fast' }, planFleet);
  return { plan, planSha256: contentHash(plan), flips };
}
