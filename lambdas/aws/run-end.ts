import type { PlanSummary } from '../../core/contracts/fleet-plan.ts';
import { FleetPlan } from '../../core/contracts/fleet-plan.ts';
import { DeployedJob } from '../../core/contracts/job.ts';
import { RunRecord, type RunScores, type RunSummary } from '../../core/contracts/run-record.ts';
import type { Run } from '../../core/contracts/run.ts';
import { factsOfState } from '../../core/failure-policy/gather-facts.ts';
import { judgeFailure } from '../../core/failure-policy/next-remedy.ts';
import { assembleRunRecord } from '../../core/ledger/assemble-run-record.ts';
import { errorBudget } from '../../core/ledger/error-budget.ts';
import { finishedAttempt } from '../../core/ledger/finished-attempt.ts';
import { instanceTypeByName } from '../../core/market/catalogue.ts';
import { composeFailureMessage } from '../../core/report/failure-message.ts';
import type { Message } from '../../core/report/message.ts';
import { composeRunMessage } from '../../core/report/run-message.ts';
import { composeSkipMessage } from '../../core/report/skip-message.ts';
import { lastAttemptOfStart } from './attempts.ts';
import { getDocument, type Documents } from './documents.ts';
import { newestRecords, putRecord, putRecordOnce, recordItemsOfRun } from './ledger-records.ts';
import { doneForRunAt } from './ledger-runs.ts';
import type { Ledger } from './ledger-table.ts';
import { isPublished } from './outputs.ts';

/** How a run ended, as far as its execution knows. */
interface RunEnd {
  readonly start: { readonly job: string; readonly scheduledAt: string };
  readonly run: Run | null;
  readonly summary: RunSummary | null;
  readonly scores: RunScores | null;
  readonly plan: PlanSummary | null;
  readonly ending: { readonly outcome: 'skipped' | 'declined'; readonly reason: string } | null;
  readonly failure: { readonly state: string; readonly error: string; readonly cause: string } | null;
  readonly at: Date;
}

/**
 * What a run came to whose execution ended without a word: the attempt it was at, and whether that or another one
 * did the work and has nothing left to publish. Then the run is what its record says.
 */
export async function endOf<End extends RunEnd & { readonly net: boolean }>(
  ledger: Ledger,
  documents: Documents,
  end: End,
): Promise<End> {
  const { run } = end;
  if (!end.net || run === null) return end;
  const job = await getDocument(documents, run.jobRef, DeployedJob);
  const finished = finishedAttempt(await recordItemsOfRun(ledger, run), job);
  if (finished === null || !(await isPublished(ledger.clients, job, { ...run, ...finished }))) {
    return { ...end, run: { ...run, attempt: await lastAttemptOfStart(ledger, run) } };
  }
  const { attempt, summary } = finished;
  return { ...end, run: { ...run, attempt }, summary, failure: null };
}

/** A window of a year of hourly runs is longer than this; the budget then covers the newest. */
const BUDGET_RECORDS = 500;

/** The execution has ended: whatever could be tried, it tries nothing any more. */
const NO_FURTHER_ATTEMPT = 0;

/** The record of a run's end: the one collected, with a failure that came after it; else one that says why there is none. */
export async function keepEnd(
  ledger: Ledger,
  documents: Documents,
  run: Run,
  end: RunEnd,
): Promise<RunRecord> {
  const { summary, failure } = end;
  if (summary !== null) {
    const collected = await getDocument(documents, summary.record, RunRecord);
    if (failure === null && run.start > 1) await putRecord(ledger, collected, summary.record);
    if (failure === null || collected.outcome === 'failed') return collected;
    const record: RunRecord = {
      ...collected,
      outcome: 'failed',
      outcomeReason: failureText(failure),
      failure: judgeFailure(factsOfState(failure), [], NO_FURTHER_ATTEMPT),
    };
    await putRecord(ledger, record, summary.record);
    return record;
  }
  const job = await getDocument(documents, run.jobRef, DeployedJob);
  const record = assembleRunRecord({
    run,
    job,
    plan: null,
    planRef: end.plan?.plan ?? null,
    forecast: null,
    view: null,
    eventLogs: [],
    instances: [],
    market: null,
    instanceTypeByName,
    outputPresent: null,
    verdict: end.ending ?? {
      outcome: 'failed',
      reason: failure === null ? 'Nothing was collected.' : failureText(failure),
    },
    failure: failure === null ? null : judgeFailure(factsOfState(failure), [], NO_FURTHER_ATTEMPT),
    now: end.at.toISOString(),
  });
  await putRecordOnce(ledger, record);
  return record;
}

/** What people are told about a run's end. */
export async function messageAbout(
  ledger: Ledger,
  documents: Documents,
  end: RunEnd,
  record: RunRecord | null,
): Promise<Message> {
  const { ending, failure, summary, plan, run } = end;
  if (ending !== null) {
    const advice = plan === null ? '' : ` The plan: ${plan.description}`;
    return composeSkipMessage({
      run: run ?? end.start,
      outcome: ending.outcome,
      reason: `${ending.reason}${advice}`,
    });
  }
  const collected = record !== null && summary !== null && run !== null;
  if (!collected || (failure !== null && summary.outcome !== 'failed')) {
    const { error, cause } = failure ?? { error: 'RunFailed', cause: 'Nothing was collected.' };
    const why = record?.failure ?? null;
    return composeFailureMessage({ run: run ?? end.start, error, cause, failure: why });
  }
  const job = await getDocument(documents, run.jobRef, DeployedJob);
  const records = await newestRecords(ledger, run.job, BUDGET_RECORDS);
  return composeRunMessage({
    record,
    plan: record.plan === null ? null : await getDocument(documents, record.plan, FleetPlan),
    scores: end.scores ?? null,
    errorBudget: errorBudget(
      records.map((item) => item.record),
      job.slo,
      end.at.toISOString(),
    ),
    budget: job.budget.perRun,
    missAnnouncedAt: await doneForRunAt(ledger, run.runKey, 'miss'),
  });
}

function failureText(failure: { state: string; error: string; cause: string }): string {
  return `${failure.state}: ${failure.error}: ${failure.cause}`.slice(0, REASON_LENGTH);
}

const REASON_LENGTH = 600;
