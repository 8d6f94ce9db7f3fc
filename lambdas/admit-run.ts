import * as z from 'zod';
import { Admission, StartRequest, type Run } from '../core/contracts/run.ts';
import { deadlineOf } from '../core/job/schedule.ts';
import { lastAttemptOf } from '../core/ledger/attempt-numbers.ts';
import { runHashOf, runKeyOf } from '../core/ledger/run-key.ts';
import { holdRun, workDoneBefore } from './aws/admissions.ts';
import { deployedJobs, jobNamed } from './aws/deployed-jobs.ts';
import { putDocument } from './aws/documents.ts';
import { isExecutionRunning } from './aws/executions.ts';
import { activeRun, takePlace } from './aws/ledger-runs.ts';
import type { Ledger } from './aws/ledger-table.ts';
import { admissionOfPaused } from './aws/pauses.ts';
import {
  commonEnvironment,
  documentsEnvironment,
  jobsEnvironment,
  ledgerEnvironment,
} from './runtime/environment.ts';
import { stateHandler } from './runtime/state-handler.ts';

/**
 * Writes the run key once, holds a paused job's run back, applies the overlap policy and freezes the job file. A start
 * of a run whose execution ended without landing takes the run over.
 *
 * Needs:
 * - dynamodb:GetItem, PutItem, UpdateItem, Query on the ledger
 * - s3:GetObject on the deployed jobs (ASSETS_BUCKET, JOBS_KEY)
 * - s3:PutObject on DOCUMENTS_BUCKET/documents/*
 * - states:DescribeExecution on the executions of run-job
 */
export const Environment = z.object({
  ...commonEnvironment,
  ...ledgerEnvironment,
  ...documentsEnvironment,
  ...jobsEnvironment,
});

const AdmitRequest = z.strictObject({
  ...StartRequest.shape,
  executionArn: z.string().startsWith('arn:'),
  /** how often the execution was driven again from a state that failed */
  redriveCount: z.number().int().nonnegative().default(0),
});
const QUEUE_SECONDS = 60;

export const handler = stateHandler(
  { environment: Environment, input: AdmitRequest, output: Admission },
  async (request, { clients, environment, now }): Promise<Admission> => {
    const job = jobNamed(await deployedJobs(clients, environment), request.job);
    const runKey = runKeyOf(job.name, request.scheduledAt);
    const scheduledAt = new Date(request.scheduledAt).toISOString();
    const ledger = { clients, table: environment.LEDGER_TABLE };
    const first: Run = {
      runKey,
      job: job.name,
      scheduledAt,
      admittedAt: now().toISOString(),
      deadlineAt: deadlineOf(job, scheduledAt),
      jobRef: await putDocument({ clients, bucket: environment.DOCUMENTS_BUCKET }, job),
      attempt: 1,
      start: 1,
      firstAttempt: 1,
      runHash: runHashOf(runKey),
      executionArn: request.executionArn,
      ...(request.arrivedPrefix === undefined ? {} : { arrivedPrefix: request.arrivedPrefix }),
    };
    const start = { ...request, caller: request.caller ?? null };
    const hold = await holdRun(ledger, first, job, start, now());
    if ('refusal' in hold) return { decision: 'already-running', reason: hold.refusal };
    const { run } = hold;
    const summary = await workDoneBefore(ledger, run, job);
    if (summary !== null) {
      return { decision: 'finish', reason: `Attempt ${run.attempt} did the work.`, run, summary };
    }
    const paused = await admissionOfPaused(ledger, job, run, now());
    if (paused !== null) return paused;
    const other = await otherRunInPlace(ledger, run);
    if (other === null)
      return {
        decision: 'admitted',
        reason: 'The run has its job for itself.',
        run,
        maxAttempts: lastAttemptOf(run, job),
      };
    if (job.overlap === 'queue' && now().toISOString() < run.deadlineAt) {
      return {
        decision: 'wait',
        reason: `${other} is still running.`,
        run,
        retryAfterSeconds: QUEUE_SECONDS,
      };
    }
    return { decision: 'skipped', reason: `${other} is still running; overlap: ${job.overlap}.`, run };
  },
);

/** Run key of the live run that has the job's place; null when this run has it now. */
async function otherRunInPlace(ledger: Ledger, run: Run): Promise<string | null> {
  if (await takePlace(ledger, run)) return null;
  const holder = await activeRun(ledger, run.job);
  if (holder === undefined) return (await takePlace(ledger, run)) ? null : 'Another run';
  if (await isExecutionRunning(ledger.clients, holder.executionArn)) return holder.runKey;
  // Its execution ended without giving the place back: aborted, or failed beyond catching.
  return (await takePlace(ledger, run, holder.executionArn)) ? null : 'Another run';
}
