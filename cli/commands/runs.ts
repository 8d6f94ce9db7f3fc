import type { Command } from 'commander';
import { InvalidInputError } from '../../core/errors.ts';
import { runKeyOf } from '../../core/ledger/run-key.ts';
import type { CommandContext } from '../command-context.ts';
import { give, onDeployment, type ControlOptions } from '../control/answer.ts';
import { readDeployment } from '../control/deployment.ts';
import { reasonText, runNamed } from '../control/option-values.ts';
import { EXIT } from '../exit-codes.ts';

interface Options extends ControlOptions {
  readonly decline?: boolean;
  readonly reason: string;
}

/** A rule releases what is stopped, too: not at the very same time, or both would tell people of its end. */
const APART_SECONDS = 10;
const RUN_ARGUMENT = 'run key, e.g. orders@2026-01-05T01:00:00.000Z';
const CANCEL_HELP = `
Stops the run's execution, terminates its cluster and waits until that is
gone. What the run wrote is not published.

Example:
  flarepath cancel orders-nightly@2026-01-05T01:00:00.000Z --reason "bad input"

Exit codes: 0 the cluster is gone; 1 it could not be proved gone (the reaper
goes on trying); 2 bad input: nothing was done.`;
const APPROVE_HELP = `
Examples:
  flarepath approve orders-nightly@2026-01-05T01:00:00.000Z --reason "fine"
  flarepath approve orders-nightly@2026-01-05T01:00:00.000Z --decline \\
      --reason "too dear"

Exit codes: 0 answered; 1 AWS failed; 2 bad input, or nothing waits any more.`;

export function addRuns(program: Command, context: CommandContext, finish: (code: number) => void): void {
  onDeployment(program.command('cancel'))
    .summary('stop a run and terminate its cluster')
    .description('Stops a run, terminates its cluster, and waits until it is gone.')
    .argument('<run>', RUN_ARGUMENT)
    .requiredOption('--reason <text>', 'why; told to people')
    .addHelpText('after', CANCEL_HELP)
    .action(async (run: string, options: Options) => finish(await cancel(run, options, context)));
  onDeployment(program.command('approve'))
    .summary('answer a plan that waits for people')
    .description('Answers a plan that waits for people.')
    .argument('<run>', RUN_ARGUMENT)
    .option('--decline', 'say no')
    .requiredOption('--reason <text>', 'why; told to people')
    .addHelpText('after', APPROVE_HELP)
    .action(async (run: string, options: Options) => finish(await approve(run, options, context)));
}

async function cancel(text: string, options: Options, context: CommandContext): Promise<number> {
  const start = runNamed(text);
  const reason = reasonText(options.reason);
  const runKey = runKeyOf(start.job, start.scheduledAt);
  const { ledger, releaseArn } = readDeployment(options.deployment, context);
  const { findRun, keepCancellation } = await import('../../lambdas/aws/ledger-runs.ts');
  const { stopExecution } = await import('../../lambdas/aws/executions.ts');
  const { runToItsEnd } = await import('../control/run-to-its-end.ts');
  const known = await findRun(ledger, runKey);
  if (known === undefined)
    throw new InvalidInputError(
      `Found no run ${runKey} in ${ledger.table}; flarepath status shows the runs.`,
    );
  const { whoAsks } = await import('../control/who.ts');
  const who = await whoAsks(ledger.clients, context);
  const why = `Cancelled by ${who.by}${who.byArn === null ? '' : ` (${who.byArn})`}: ${reason}`;
  await keepCancellation(ledger, known.run, why, context.now());
  const stopped = await stopExecution(ledger.clients, known.run.executionArn, why);
  context.note(
    stopped
      ? 'Its execution is stopped; its cluster is released …'
      : 'Its execution had ended; its cluster is released …',
  );
  if (stopped) await context.sleep(APART_SECONDS);
  const { status } = await runToItsEnd(ledger.clients, context, {
    stateMachineArn: releaseArn,
    name: `cancel-${known.run.runHash}-${context.now().getTime()}`,
    input: { ...start, reason: why },
  });
  const gone = status === 'SUCCEEDED';
  give(context, options, {
    lines: [
      gone
        ? `${runKey} is cancelled: it has no cluster any more. Its end is reported.`
        : `${runKey} is stopped, but its cluster is not proved gone (release: ${status}). The reaper goes on trying: flarepath reap`,
    ],
    json: { cancelled: runKey, stopped, release: status, gone },
  });
  return gone ? EXIT.ok : EXIT.failure;
}

async function approve(text: string, options: Options, context: CommandContext): Promise<number> {
  const start = runNamed(text);
  const runKey = runKeyOf(start.job, start.scheduledAt);
  const approved = options.decline !== true;
  const reason = reasonText(options.reason);
  const { ledger } = readDeployment(options.deployment, context);
  const { whoAsks } = await import('../control/who.ts');
  const answer = { approved, ...(await whoAsks(ledger.clients, context)), reason };
  const { answerPlan } = await import('../../lambdas/aws/approvals.ts');
  if (!(await answerPlan(ledger, { runKey, askedAt: null, before: null }, answer))) {
    throw new InvalidInputError(
      `Found no plan of ${runKey} that waits: nobody was asked, or it was answered, or too late. Nothing was done.`,
    );
  }
  give(context, options, {
    lines: [
      approved
        ? `${runKey} is approved: it is launched once its spend is reserved.`
        : `${runKey} is declined: nothing is launched, and that is told.`,
    ],
    json: { run: runKey, ...answer },
  });
  return EXIT.ok;
}
