import type { Command } from 'commander';
import { InvalidInputError } from '../../core/errors.ts';
import { minuteText } from '../../core/units-text.ts';
import type { CommandContext } from '../command-context.ts';
import { give, onDeployment, type ControlOptions } from '../control/answer.ts';
import { readDeployment } from '../control/deployment.ts';
import { noteUnknownJob } from '../control/known-job.ts';
import { futureInstant, oneOrAll, reasonText } from '../control/option-values.ts';
import { EXIT } from '../exit-codes.ts';

interface Options extends ControlOptions {
  readonly all?: boolean;
  readonly until: string;
  readonly reason: string;
}

const LONGEST_PAUSE_DAYS = 366;
const PAUSE_HELP = `
What flies goes on flying. A run that starts meanwhile waits if it can still
land in time after the pause; else it is skipped, and that is told.

Examples:
  flarepath pause orders-nightly --until 2026-01-06T06:00Z --reason "move"
  flarepath pause --all --until 2026-01-06T06:00Z

Exit codes: 0 done; 1 AWS failed; 2 bad input: nothing was done.`;
const RESUME_HELP = `
Examples:
  flarepath resume orders-nightly
  flarepath resume --all       ends the pause of all, not those of single jobs

Exit codes: 0 done; 1 AWS failed; 2 bad input, or there was no such pause.`;

export function addPause(program: Command, context: CommandContext, finish: (code: number) => void): void {
  onDeployment(program.command('pause'))
    .summary('launch no run of a job, or of all, until then')
    .description('Launches no run of a job, or of any, until an instant.')
    .argument('[job]', 'name of the job')
    .option('--all', 'every job')
    .requiredOption('--until <instant>', 'end of the pause, ISO 8601 with its zone')
    .option('--reason <text>', 'why; kept and shown', 'not said')
    .addHelpText('after', PAUSE_HELP)
    .action(async (job: string | undefined, options: Options) => finish(await pause(job, options, context)));
  onDeployment(program.command('resume'))
    .summary('end a pause')
    .description('Ends a pause before its time.')
    .argument('[job]', 'name of the job')
    .option('--all', 'the pause of every job')
    .option('--reason <text>', 'why; kept', 'not said')
    .addHelpText('after', RESUME_HELP)
    .action(async (job: string | undefined, options: Options) => finish(await resume(job, options, context)));
}

async function pause(named: string | undefined, options: Options, context: CommandContext): Promise<number> {
  const now = context.now();
  const job = oneOrAll(named, options.all);
  const until = futureInstant('--until', options.until, now, LONGEST_PAUSE_DAYS);
  const reason = reasonText(options.reason);
  const { ledger } = readDeployment(options.deployment, context);
  const { whoAsks } = await import('../control/who.ts');
  const who = await whoAsks(ledger.clients, context);
  const set = { job, until, ...who, at: now.toISOString(), reason };
  await noteUnknownJob(job, ledger, context);
  const { setControl } = await import('../../lambdas/aws/ledger-control.ts');
  await setControl(ledger, { kind: 'pause', set });
  give(context, options, {
    lines: [
      `${job ?? 'Every job'} is paused until ${minuteText(until)} UTC. What flies goes on flying.`,
      `It ends earlier with: flarepath resume ${job ?? '--all'}`,
    ],
    json: { paused: set },
  });
  return EXIT.ok;
}

async function resume(named: string | undefined, options: Options, context: CommandContext): Promise<number> {
  const job = oneOrAll(named, options.all);
  const reason = reasonText(options.reason);
  const { ledger } = readDeployment(options.deployment, context);
  const { whoAsks } = await import('../control/who.ts');
  const end = { ...(await whoAsks(ledger.clients, context)), at: context.now().toISOString(), reason };
  const { endPause } = await import('../../lambdas/aws/ledger-control.ts');
  if (!(await endPause(ledger, job, end))) {
    throw new InvalidInputError(
      `Found no pause of ${job ?? 'all jobs'}; flarepath control shows what is set. Nothing was done.`,
    );
  }
  give(context, options, {
    lines: [`${job ?? 'All jobs'}: the pause has ended. Runs that wait notice it within 5 minutes.`],
    json: { resumed: { job, ...end } },
  });
  return EXIT.ok;
}
