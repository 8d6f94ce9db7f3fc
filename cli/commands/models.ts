import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { onDeployment, type ControlOptions } from '../control/answer.ts';
import type { RollbackOptions } from '../models/rollback.ts';

const LIST_HELP = `
Loss: how badly a version foretold the job's newest runs when each was left out
of its fit; lower is better. A version that is worse than the one in charge on
the same runs by more than chance does not take charge.

Example:
  flarepath models list orders-nightly

Exit codes: 0 done; 1 AWS failed; 2 bad input, or the job has no model yet.`;
const SHOW_HELP = `
Without VERSION it shows the one in charge. --run shows what the plan of a run
was made with, the load's forecast included, however long ago.

Examples:
  flarepath models show orders-nightly
  flarepath models show orders-nightly runtime-0a1b2c3d4e5f --json
  flarepath models show orders-nightly --run 2026-01-05T01:00:00Z

Exit codes: 0 done; 1 AWS failed; 2 bad input, or there is no such version.`;
const ROLLBACK_HELP = `
Plans use the version from then on. Runs go on being learnt from, and newer
versions go on being judged; none of them is used until the pin ends. Every
report of a run says so.

Examples:
  flarepath models rollback orders-nightly --to runtime-0a1b2c3d4e5f \\
      --until 2026-01-12T00:00Z --reason "half of last week's input was missing"
  flarepath models rollback orders-nightly --release --reason "input is whole"

Exit codes: 0 done; 1 AWS failed; 2 bad input, or there is no such version or
no pin: nothing was done.`;

const MODELS_HELP = `
Examples:
  flarepath models list orders-nightly
  flarepath models show orders-nightly --json

Exit codes: 0 done; 1 AWS failed; 2 bad input: nothing was done.`;

export function addModels(program: Command, context: CommandContext, finish: (code: number) => void): void {
  const models = program
    .command('models')
    .summary('versions of what runtimes are foretold with')
    .description("Shows the versions of a job's runtime model, and puts an older one in charge.")
    .addHelpText('after', MODELS_HELP);
  onDeployment(models.command('list'))
    .description("Lists the versions of a job's runtime model, the last fitted first.")
    .argument('<job>', 'name of the job')
    .option('--last <n>', 'how many', '20')
    .addHelpText('after', LIST_HELP)
    .action(async (job: string, options: ControlOptions & { last: string }) => {
      const { listModels } = await import('../models/list.ts');
      finish(await listModels(job, options, context));
    });
  onDeployment(models.command('show'))
    .description('Shows a version: what it says, what it was fitted on, how it was judged.')
    .argument('<job>', 'name of the job')
    .argument('[version]', 'as list names it; the one in charge when left out')
    .option('--run <instant>', 'what the plan of the run of that scheduled time was made with')
    .addHelpText('after', SHOW_HELP)
    .action(async (job: string, version: string | undefined, options: ControlOptions & { run?: string }) => {
      const { showModel } = await import('../models/show.ts');
      finish(await showModel(job, version, options, context));
    });
  onDeployment(models.command('rollback'))
    .description('Puts an older version in charge, until an instant or until it is released.')
    .argument('<job>', 'name of the job')
    .option('--to <version>', 'the version that plans are to use')
    .option('--until <instant>', 'end of the pin, ISO 8601 with its zone; when left out, its release')
    .option('--release', 'end the pin: plans use the version that was promoted last')
    .requiredOption('--reason <text>', 'why; kept and shown')
    .addHelpText('after', ROLLBACK_HELP)
    .action(async (job: string, options: RollbackOptions) => {
      const { rollback } = await import('../models/rollback.ts');
      finish(await rollback(job, options, context));
    });
  for (const command of models.commands) command.copyInheritedSettings(program);
}
