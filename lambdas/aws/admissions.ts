import type { DeployedJob } from '../../core/contracts/job.ts';
import type { Run } from '../../core/contracts/run.ts';
import type { RunSummary } from '../../core/contracts/run-record.ts';
import { finishedAttempt } from '../../core/ledger/finished-attempt.ts';
import { judgeStart } from '../../core/ledger/judge-start.ts';
import { endAttempts } from './attempts.ts';
import { isExecutionRunning } from './executions.ts';
import { recordItemsOfRun } from './ledger-records.ts';
import { findRun, handOver, keepRun, type RunItem } from './ledger-runs.ts';
import type { Ledger } from './ledger-table.ts';

interface Start {
  readonly executionArn: string;
  readonly redriveCount: number;
  readonly caller: string | null;
}

/**
 * Gives an execution the run it asks for: the first has it, and another one only once the first no longer runs and
 * has not landed.
 *
 * @param first  the run as this start would have it, were it the first
 * @returns the run as this execution has it; or why it has not
 */
export async function holdRun(
  ledger: Ledger,
  first: Run,
  job: DeployedJob,
  start: Start,
  now: Date,
): Promise<{ run: Run } | { refusal: string }> {
  const standing = (await findRun(ledger, first.runKey)) ?? (await keepRun(ledger, first, start.caller));
  const { executionArn: holder } = standing.run;
  const verdict = judgeStart(standing, start);
  if (verdict === 'has-it') return { run: standing.run };
  if (verdict === 'ended') return { refusal: `The run ended${closedText(standing)}.` };
  if (verdict === 'ask' && (await isExecutionRunning(ledger.clients, holder))) {
    return { refusal: `${holder} has this run.` };
  }
  const run = await nextStart(ledger, standing, first, job, now);
  return (await handOver(ledger, standing, run, now)) ? { run } : { refusal: 'Another start has this run.' };
}

function closedText({ outcome, closedAt }: RunItem): string {
  return closedAt === null ? '' : `, ${outcome ?? 'without an outcome'}, at ${closedAt}`;
}

/** The run as another start has it: with attempts of its own, by the job file of now; or with the attempt that did the work. */
async function nextStart(
  ledger: Ledger,
  { run: before }: RunItem,
  { executionArn, deadlineAt, jobRef }: Run,
  job: DeployedJob,
  now: Date,
): Promise<Run> {
  const firstAttempt = (await endAttempts(ledger, before, before.firstAttempt, now)) + 1;
  const after = { ...before, executionArn, start: before.start + 1, firstAttempt };
  const finished = finishedAttempt(await recordItemsOfRun(ledger, before), job);
  return finished === null
    ? { ...after, attempt: firstAttempt, deadlineAt, jobRef }
    : { ...after, attempt: finished.attempt };
}

/** What an earlier start's attempt came to, when that is the attempt that this start is about; else null. */
export async function workDoneBefore(ledger: Ledger, run: Run, job: DeployedJob): Promise<RunSummary | null> {
  if (run.attempt >= run.firstAttempt) return null;
  const finished = finishedAttempt(await recordItemsOfRun(ledger, run), job);
  return finished?.attempt === run.attempt ? finished.summary : null;
}
