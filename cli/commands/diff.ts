import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { changedFields } from '../plan/changed-fields.ts';
import { compareLines, variantJson, variantOf } from '../plan/compare-plans.ts';
import { addPlanOptions, planRequest, type PlanOptions } from '../plan/plan-request.ts';
import { wrapText } from '../../core/wrap-text.ts';
import { NoFeasiblePlanError } from '../../core/sizing/sizing-errors.ts';

const EXAMPLES = `
Both are planned for the same instant, market, seed and past.

Examples:
  flarepath diff job.yaml job-new.yaml
  flarepath diff job.yaml job-new.yaml --market spot.json --json

Exit codes: 0 both have a plan; 2 bad input; 3 one of them has none.
Nothing is ever launched by this command.`;

export function addDiff(program: Command, context: CommandContext, finish: (code: number) => void): void {
  addPlanOptions(
    program
      .command('diff')
      .summary('what a change of a job file costs')
      .description('Plans two versions of a job and prices the difference. Launches nothing.')
      .argument('<before>', 'job file, YAML')
      .argument('<after>', 'job file, YAML'),
  )
    .option('--json', 'one JSON object: {changes, variants, costChangeUsd, latenessChange}')
    .addHelpText('after', EXAMPLES)
    .action(async (before: string, after: string, options: PlanOptions & { json?: boolean }) =>
      finish(await diff(before, after, options, context)),
    );
}

async function diff(
  before: string,
  after: string,
  options: PlanOptions & { json?: boolean },
  context: CommandContext,
): Promise<number> {
  const now = context.now();
  const [one, other] = [planRequest(before, options, now), planRequest(after, options, now)];
  const changes = changedFields(one.job, other.job);
  const variants = [await variantOf('before', one.request), await variantOf('after', other.request)];
  const [was, is] = variants.map(({ outcome }) => (outcome instanceof NoFeasiblePlanError ? null : outcome));
  const both = was !== null && was !== undefined && is !== null && is !== undefined;
  if (options.json === true) {
    context.print(
      JSON.stringify({
        changes,
        variants: variants.map(variantJson),
        costChangeUsd: both ? is.forecast.costUsd - was.forecast.costUsd : null,
        latenessChange: both ? is.forecast.lateProbability - was.forecast.lateProbability : null,
      }),
    );
  } else {
    const lines = changes.flatMap(({ field, from, to }) => wrapText(`${field}: ${from} -> ${to}`));
    (lines.length === 0 ? ['The two job files say the same.'] : lines).forEach(context.print);
    context.print('');
    compareLines(variants).forEach(context.print);
    context.print('\nNothing was launched.');
  }
  return both ? EXIT.ok : EXIT.noFeasiblePlan;
}
