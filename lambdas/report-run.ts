import * as z from 'zod';
import { PlanSummary } from '../core/contracts/fleet-plan.ts';
import { RunScores, RunSummary } from '../core/contracts/run-record.ts';
import { Run } from '../core/contracts/run.ts';
import { runKeyOf } from '../core/ledger/run-key.ts';
import { leavePlace, closeRun, findRun, onceForRun } from './aws/ledger-runs.ts';
import { sendMessage } from './aws/messages.ts';
import { keepEnd, messageAbout } from './aws/run-end.ts';
import {
  commonEnvironment,
  documentsEnvironment,
  ledgerEnvironment,
  messagesEnvironment,
} from './runtime/environment.ts';
import { stateHandler } from './runtime/state-handler.ts';

/**
 * Tells people what came of a run, once, and closes it in the ledger. Whoever reports first is heard: `release`
 * reports runs whose own execution could not.
 *
 * Needs:
 * - dynamodb:GetItem, PutItem, UpdateItem, DeleteItem, Query on the ledger
 * - s3:GetObject on DOCUMENTS_BUCKET/documents/*
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
  /** reports only if this execution has the run, and not a second start of it */
  executionArn: z.string().nullable().default(null),
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

const Reported = z.object({ messageId: z.string().nullable() });

export const handler = stateHandler(
  { environment: Environment, input: ReportRequest, output: Reported },
  async (request, { clients, environment, now, log, metrics }) => {
    const ledger = { clients, table: environment.LEDGER_TABLE };
    const documents = { clients, bucket: environment.DOCUMENTS_BUCKET };
    const { start, executionArn, failure } = request;
    const runKey = request.run?.runKey ?? runKeyOf(start.job, start.scheduledAt);
    const known = await findRun(ledger, runKey);
    const run = request.run ?? known?.run ?? null;
    // A net asks, naming the execution that ended: nothing is left to tell once the run is closed.
    const told = run?.executionArn !== executionArn || (known?.closedAt ?? null) !== null;
    if (executionArn !== null && told) return { messageId: null };
    const end = { ...request, run, at: now() };
    const record = run === null ? null : await keepEnd(ledger, documents, run, end);
    const message = await messageAbout(ledger, documents, end, record);
    const messageId = await onceForRun(ledger, runKey, 'report', now(), () =>
      sendMessage(clients, environment.MESSAGES_TOPIC_ARN, message),
    );
    const outcome = record?.outcome ?? 'failed';
    if (run !== null) {
      await closeRun(ledger, runKey, outcome, now());
      await leavePlace(ledger, run.job, runKey);
    }
    log.info('reported', { runKey, outcome, failure, messageId });
    metrics.addDimension('job', start.job);
    metrics.addMetric(outcome === 'succeeded' ? 'RunOnTime' : `Run${capitalised(outcome)}`, 'Count', 1);
    return { messageId };
  },
);

function capitalised(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
