import { isUnwatched, judgeOpenRun } from '../../core/job/judge-open-run.ts';
import { runHashOf } from '../../core/ledger/run-key.ts';
import type { Message } from '../../core/report/message.ts';
import {
  composeApprovalReminder,
  composeSilentMiss,
  composeUnwatched,
} from '../../core/report/watch-messages.ts';
import { SECONDS_PER_HOUR } from '../../core/units.ts';
import { oncePerClients } from '../runtime/clients.ts';
import { eachDespiteFailures } from '../runtime/despite-failures.ts';
import { leasesOf } from './attempts.ts';
import { isExecutionRunning, isTaskWaiting, startExecution } from './executions.ts';
import { decisionsOf } from './ledger-decisions.ts';
import { dropOpenRun, openRuns, type OpenRun } from './ledger-open-runs.ts';
import { findRun, onceForRun } from './ledger-runs.ts';
import type { Ledger } from './ledger-table.ts';
import { sendMessage } from './messages.ts';

interface Watch {
  readonly ledger: Ledger;
  readonly releaseArn: string;
  readonly topicArn: string;
  readonly now: Date;
  /** how often this happens */
  readonly everySeconds: number;
}

/** What people were told, as far as this function remembers: the ledger is asked when it does not. */
const told = oncePerClients(() => new Set<string>());
const TOLD_MAX = 5000;

/**
 * Goes through the open runs: releases those whose execution ended without a word, and tells people of deadlines
 * that passed in silence, flights without a pilot and plans that still wait.
 *
 * @returns how many runs are open, run keys of what was released, and a line for each run whose examination failed
 */
export async function watchOpenRuns(
  watch: Watch,
): Promise<{ openCount: number; released: string[]; failed: string[] }> {
  const released: string[] = [];
  const open = await openRuns(watch.ledger);
  const failed = await eachDespiteFailures(
    open,
    ({ runKey }) => runKey,
    async (open) => {
      if (await watchOpenRun(watch, open)) released.push(open.runKey);
    },
  );
  return { openCount: open.length, released, failed };
}

/** @returns whether the run was released */
async function watchOpenRun(watch: Watch, open: OpenRun): Promise<boolean> {
  const { ledger, now, everySeconds } = watch;
  const checks = judgeOpenRun(open, now.toISOString(), everySeconds);
  if (checks.execution && !(await isExecutionRunning(ledger.clients, open.executionArn)))
    return releaseOpen(watch, open);
  if (checks.pilot) await tellIfUnwatched(watch, open);
  if (checks.miss) await tell(watch, open, 'miss', () => composeSilentMiss(open, now.toISOString()));
  const { approval } = open;
  if (!checks.approval || approval === undefined) return false;
  if (await isTaskWaiting(ledger.clients, approval.taskToken))
    await tell(watch, open, 'approval-reminder', () => composeApprovalReminder(open, approval.answerBy));
  return false;
}

/** Starts `release` for a run that nobody released; a run that is closed, or never came to be, only leaves the list. */
async function releaseOpen({ ledger, releaseArn, now }: Watch, open: OpenRun): Promise<boolean> {
  const { job, scheduledAt, runKey, executionArn } = open;
  const standing = await findRun(ledger, runKey);
  if (standing === undefined || standing.closedAt !== null) {
    await dropOpenRun(ledger, open);
    return false;
  }
  // One try an hour, should the release itself fail.
  const hour = Math.floor(now.getTime() / 1000 / SECONDS_PER_HOUR);
  return startExecution(ledger.clients, {
    stateMachineArn: releaseArn,
    name: `watch-${runHashOf(`${runKey} ${executionArn}`)}-${hour}`,
    input: { job, scheduledAt, executionArn, reason: 'Its execution ended without a word' },
  });
}

async function tellIfUnwatched(watch: Watch, open: OpenRun): Promise<void> {
  const { ledger, now } = watch;
  const run = (await findRun(ledger, open.runKey))?.run;
  if (run === undefined) return;
  const lease = (await leasesOf(ledger, run, run.firstAttempt)).at(-1);
  if (lease === undefined || lease.clusterId === null || lease.releasedAt !== null) return;
  const { clusterId } = lease;
  const [newest] = await decisionsOf(ledger, open.runKey, lease.attempt, 1);
  const lookedAt = newest?.decidedAt ?? lease.requestedAt;
  if (!isUnwatched(lookedAt, now.toISOString())) return;
  const compose = () => composeUnwatched(open, clusterId, lookedAt, now.toISOString());
  await tell(watch, open, `unwatched-${lease.attempt}`, compose);
}

async function tell(
  { ledger, topicArn, now }: Watch,
  { runKey }: OpenRun,
  what: string,
  compose: () => Message,
): Promise<void> {
  const known = told(ledger.clients);
  const key = `${runKey} ${what}`;
  if (known.has(key)) return;
  if (known.size > TOLD_MAX) known.clear();
  await onceForRun(ledger, runKey, what, now, () => sendMessage(ledger.clients, topicArn, compose()));
  known.add(key);
}
