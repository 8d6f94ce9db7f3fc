import type { Command } from 'commander';
import { InvalidInputError } from '../../core/errors.ts';
import { minuteText, usdText } from '../../core/units-text.ts';
import type { CommandContext } from '../command-context.ts';
import { give, onDeployment, type ControlOptions } from '../control/answer.ts';
import { readDeployment } from '../control/deployment.ts';
import { noteUnknownJob } from '../control/known-job.ts';
import { futureInstant, oneOrAll, positiveNumber, reasonText } from '../control/option-values.ts';
import { EXIT } from '../exit-codes.ts';

interface Options extends ControlOptions {
  readonly account?: boolean;
  readonly runLimitUsd?: string;
  readonly monthLimitUsd?: string;
  readonly launchesPerHour?: string;
  readonly until: string;
  readonly reason: string;
}

const LONGEST_OVERRIDE_DAYS = 7;
const HELP = `
A job has --run-limit-usd and --month-limit-usd; the account has
--month-limit-usd and --launches-per-hour. It takes the place of an earlier
override of the same job or of the account. What is to last longer than 7 days
belongs into the job file, or into the settings of the deployment.

Examples:
  flarepath override orders-nightly --run-limit-usd 40 \\
      --until 2026-01-06T12:00Z --reason "backfill"
  flarepath override --account --month-limit-usd 900 \\
      --until 2026-01-08T00:00Z --reason "quarter's end"

Exit codes: 0 done; 1 AWS failed; 2 bad input: nothing was done.`;

export function addOverride(program: Command, context: CommandContext, finish: (code: number) => void): void {
  onDeployment(program.command('override'))
    .summary('other limits for a job or the account, for 7 days at most')
    .description('Sets other limits for a job, or for the account, until an instant.')
    .argument('[job]', 'name of the job')
    .option('--account', 'the whole deployment')
    .option('--run-limit-usd <usd>', 'what a run of the job may cost')
    .option('--month-limit-usd <usd>', 'what a calendar month may cost, UTC')
    .option('--launches-per-hour <n>', 'clusters launched in an hour at most')
    .requiredOption('--until <instant>', 'its end, ISO 8601 with its zone')
    .requiredOption('--reason <text>', 'why; kept and shown')
    .addHelpText('after', HELP)
    .action(async (job: string | undefined, options: Options) =>
      finish(await override(job, options, context)),
    );
}

async function override(
  named: string | undefined,
  options: Options,
  context: CommandContext,
): Promise<number> {
  const now = context.now();
  const job = oneOrAll(named, options.account, '--account');
  const limits = limitsOf(job, options);
  const until = futureInstant('--until', options.until, now, LONGEST_OVERRIDE_DAYS);
  const reason = reasonText(options.reason);
  const { ledger } = readDeployment(options.deployment, context);
  const { whoAsks } = await import('../control/who.ts');
  const who = await whoAsks(ledger.clients, context);
  const set = { job, ...limits, until, ...who, at: now.toISOString(), reason };
  await noteUnknownJob(job, ledger, context);
  const { setControl } = await import('../../lambdas/aws/ledger-control.ts');
  await setControl(ledger, { kind: 'override', set });
  const { runLimitUsd, monthLimitUsd, launchesPerHour } = limits;
  const what = [
    runLimitUsd === null ? [] : [`${usdText(runLimitUsd)} a run`],
    monthLimitUsd === null ? [] : [`${usdText(monthLimitUsd)} a month`],
    launchesPerHour === null ? [] : [`${launchesPerHour} launches an hour`],
  ].flat();
  give(context, options, {
    lines: [
      `${job ?? 'The account'} may have ${what.join(', ')} until ${minuteText(until)} UTC.`,
      'Launches and flights heed it from now on; a run that was refused is not started again by itself.',
    ],
    json: { override: set },
  });
  return EXIT.ok;
}

function limitsOf(job: string | null, options: Options) {
  const limits = {
    runLimitUsd: positiveNumber('--run-limit-usd', options.runLimitUsd),
    monthLimitUsd: positiveNumber('--month-limit-usd', options.monthLimitUsd),
    launchesPerHour: positiveNumber('--launches-per-hour', options.launchesPerHour, true),
  };
  if (job === null && limits.runLimitUsd !== null)
    throw new InvalidInputError('--run-limit-usd: found with --account, allowed for a job only.');
  if (job !== null && limits.launchesPerHour !== null)
    throw new InvalidInputError('--launches-per-hour: found with a job, allowed with --account only.');
  if (Object.values(limits).every((limit) => limit === null))
    throw new InvalidInputError(
      'Found no limit to override; allowed: --run-limit-usd, --month-limit-usd, --launches-per-hour.',
    );
  return limits;
}
