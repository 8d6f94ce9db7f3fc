import * as z from 'zod';
import { PlanSummary } from '../core/contracts/fleet-plan.ts';
import { RunScores, RunSummary, type RunOutcome } from '../core/contracts/run-record.ts';
import { Run } from '../core/contracts/run.ts';
import { isFinished } from '../core/ledger/is-finished.ts';
import { runKeyOf } from '../core/ledger/run-key.ts';
import {
  cancellationOf,
  leavePlace,
  closeRun,
  findRun,
  onceForRun,
  type RunItem,
} from './aws/ledger-runs.ts';
import { sendMessage } from './aws/messages.ts';
import { endOf, keepEnd, messageAbout } from './aws/run-end.ts';
import {
  commonEnvironment,
  documentsEnvironment,
  ledgerEnvironment,
  messagesEnvironment,
} from './runtime/environment.ts';
import { newMetrics } from './runtime/new-metrics.ts';
import { stateHandler } from './runtime/state-handler.ts';

/**
 * Tells people what came of a start of a run, once, and closes the run in the ledger. Whoever reports first is heard:
 * `release` reports runs whose own execution could not. A start that does not have the run closes nothing.
 *
 * Needs:
 * - dynamodb:GetItem, PutItem, UpdateItem, DeleteItem, Query on the ledger
 * - s3:GetObject on DOCUMENTS_BUCKET/documents/*
 * - s3:GetObject on <output>/_published/* in the jobs' output buckets; s3:ListBucket on these, as a pointer may be missing
 * - sns:Publish on the messages topic
 */
export const Environment = z.object({
  ...commonEnvironment,
  ...ledgerEnvironment,
  ...documentsEnvironment,
  ...messagesEnvironment,
});

const ReportRequest = z.object({
  /** as the execution was started: all there is of a run that was never admitted */
  start: z.object({ job: z.string(), scheduledAt: z.string() }),
  /** whose end is told; null: of whoever has the run */
  executionArn: z.string().nullable().default(null),
  /** the execution ended without a word: there is nothing to tell once the run is closed */
  net: z.boolean().default(false),
  run: Run.nullable().default(null),
  summary: RunSummary.nullable().default(null),
  scores: RunScores.nullable().default(null),
  plan: PlanSummary.nullable().default(null),
  /** a run that did not fly, on purpose */
  ending: z
    .object({ outcome: z.enum(['skipped', 'declined']), reason: z.string() })
    .nullable()
    .default(null),
  failure: z.object({ state: z.string(), error: z.string(), cause: z.string() }).nullable().default(null),
});

/** An execution that people stopped, as its end is told. */
const CANCELLED = { state: 'run-job', error: 'RunCancelled' };

const Reported = z.object({ messageId: z.string().nullable() });

export const handler = stateHandler(
  { environment: Environment, input: ReportRequest, output: Reported, metrics: newMetrics },
  async (request, { clients, environment, now, log, metrics }) => {
    const ledger = { clients, table: environment.LEDGER_TABLE };
    const documents = { clients, bucket: environment.DOCUMENTS_BUCKET };
    const { start, failure } = request;
    const runKey = runKeyOf(start.job, start.scheduledAt);
    const known = await findRun(ledger, runKey);
    const executionArn = request.executionArn ?? known?.run.executionArn ?? null;
    const holds = known?.run.executionArn === executionArn;
    if (known !== undefined && isToldAlready(request, known, executionArn)) return { messageId: null };
    const run = holds ? (request.run ?? known?.run ?? null) : null;
    const cancelled = request.net && run !== null ? await cancellationOf(ledger, run) : undefined;
    const failed = cancelled === undefined ? failure : { ...CANCELLED, cause: cancelled };
    const end = await endOf(ledger, documents, { ...request, failure: failed, run, at: now() });
    const record = end.run === null ? null : await keepEnd(ledger, documents, end.run, end);
    const message = await messageAbout(ledger, documents, end, record);
    const outcome = record?.outcome ?? 'failed';
    const messageId = await onceForRun(ledger, runKey, reportName(executionArn, outcome), now(), () =>
      sendMessage(clients, environment.MESSAGES_TOPIC_ARN, message),
    );
    if (end.run === null) return { messageId };
    await closeRun(ledger, end.run, outcome, now());
    await leavePlace(ledger, end.run.job, runKey);
    log.info('reported', { runKey, outcome, failure: failed, messageId });
    metrics().addDimension('job', start.job);
    metrics().addMetric(outcome === 'succeeded' ? 'RunOnTime' : `Run${capitalised(outcome)}`, 'Count', 1);
    return { messageId };
  },
);

/**
 * A net has nothing to tell of a run that is closed, or of an execution that never had it. An execution that does not
 * have the run tells of its failure or its refusal only: it landed nothing.
 */
function isToldAlready(
  { net, failure, ending }: z.output<typeof ReportRequest>,
  { run, closedAt, heldBefore = [] }: RunItem,
  executionArn: string | null,
): boolean {
  if (run.executionArn === executionArn) return net && closedAt !== null;
  if (net) return executionArn === null || !heldBefore.includes(executionArn);
  return failure === null && ending === null;
}

/**
 * One report for each execution that landed nothing, and one for the run that landed, whoever tells it: a net may do so
 * while another start takes the run over. An execution that was reported as failed, was driven again and landed has both.
 */
function reportName(executionArn: string | null, outcome: RunOutcome): string {
  if (isFinished(outcome)) return 'report-landed';
  return `report-${executionArn?.split(':').at(-1) ?? 'none'}`;
}

function capitalised(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
