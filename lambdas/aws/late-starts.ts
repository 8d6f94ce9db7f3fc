import type { DeployedJob } from '../../core/contracts/job.ts';
import {
  noneOverdueUntil,
  overdueStarts,
  promisedStarts,
  type ExpectedStart,
  type PromisedStarts,
} from '../../core/job/expected-starts.ts';
import { executionNameOf, runKeyOf } from '../../core/ledger/run-key.ts';
import { composeLateStart } from '../../core/report/watch-messages.ts';
import { oncePerClients } from '../runtime/clients.ts';
import { eachDespiteFailures } from '../runtime/despite-failures.ts';
import { executionArnOf, isExecutionRunning, startExecution } from './executions.ts';
import { findRun, onceForRun } from './ledger-runs.ts';
import type { Ledger } from './ledger-table.ts';
import { scheduledSince } from './ledger-watch.ts';
import { sendMessage } from './messages.ts';

interface Watch {
  readonly ledger: Ledger;
  readonly runJobArn: string;
  readonly topicArn: string;
  readonly now: Date;
}
type OverdueStart = ExpectedStart & { readonly job: string; readonly runKey: string };

/** Run keys that are known to be in the ledger: a start is looked up until it is there, and then never again. */
const confirmed = oncePerClients(() => new Set<string>());
const CONFIRMED_MAX = 5000;
/** Of the runs that this starts, as the ledger has it. */
const CALLER = 'watch-starts';
/** By job: of a deployment, hence of a cold start. Working out local times is slow. */
const promised = oncePerClients(() => new Map<string, PromisedStarts>());

/**
 * Starts the runs that their schedules should have started and did not, and tells people of each.
 *
 * @returns run keys of what was started, a line for each job or start that failed, and by job until when no
 *   other start becomes overdue
 */
export async function makeUpForStarts(
  watch: Watch,
  jobs: readonly DeployedJob[],
): Promise<{ started: string[]; failed: string[]; noneUntil: string[] }> {
  const since = await scheduledSince(watch.ledger, jobs, watch.now);
  const started: string[] = [];
  const now = watch.now.toISOString();
  const overdue: OverdueStart[] = [];
  const noneUntil: string[] = [];
  const unjudged = await eachDespiteFailures(
    jobs,
    ({ name }) => `the starts of ${name}`,
    async (job) => {
      const ahead = promisedOf(watch, job);
      noneUntil.push(noneOverdueUntil(ahead, now));
      for (const start of overdueStarts(ahead, since.get(job.name) ?? now, now))
        overdue.push({ ...start, job: job.name, runKey: runKeyOf(job.name, start.scheduledAt) });
    },
  );
  const unstarted = await eachDespiteFailures(
    overdue,
    ({ runKey }) => `the start of ${runKey}`,
    async (start) => {
      if (await makeUpFor(watch, start)) started.push(start.runKey);
    },
  );
  return { started, failed: [...unjudged, ...unstarted], noneUntil };
}

function promisedOf({ ledger, now }: Watch, job: DeployedJob): PromisedStarts {
  const known = promised(ledger.clients).get(job.name);
  const at = now.toISOString();
  if (known !== undefined && at < known.validUntil) return known;
  const starts = promisedStarts(job, at);
  promised(ledger.clients).set(job.name, starts);
  return starts;
}

async function makeUpFor({ ledger, runJobArn, topicArn, now }: Watch, start: OverdueStart): Promise<boolean> {
  const { clients } = ledger;
  const { runKey, job, scheduledAt } = start;
  const seen = confirmed(clients);
  if (seen.size > CONFIRMED_MAX) seen.clear();
  if (seen.has(runKey)) return false;
  const tell = async () => {
    const message = composeLateStart(start, now.toISOString());
    await onceForRun(ledger, runKey, 'late-start', now, () => sendMessage(clients, topicArn, message));
  };
  const admitted = await findRun(ledger, runKey);
  if (admitted !== undefined) {
    // Also when an earlier tick started it: that may have been cut off before it told anybody.
    if (admitted.caller === CALLER) await tell();
    seen.add(runKey);
    return false;
  }
  const execution = { stateMachineArn: runJobArn, input: { job, scheduledAt, caller: CALLER } };
  const name = executionNameOf(runKey);
  let started = await startExecution(clients, { ...execution, name });
  if (!started && !(await isExecutionRunning(clients, executionArnOf(runJobArn, name)))) {
    // It ended before the run was admitted, and its name is taken: once more, under one other name.
    started = await startExecution(clients, { ...execution, name: executionNameOf(`${runKey} again`) });
    seen.add(runKey);
  }
  if (!started) return false;
  await tell();
  return true;
}
