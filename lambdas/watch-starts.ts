import * as z from 'zod';
import { Instant } from '../core/contracts/quantities.ts';
import { idleUntil } from '../core/control/idle-until.ts';
import { RetryableError } from '../core/errors.ts';
import { deployedJobs } from './aws/deployed-jobs.ts';
import { makeUpForStarts } from './aws/late-starts.ts';
import { watchOpenRuns } from './aws/open-runs.ts';
import {
  commonEnvironment,
  jobsEnvironment,
  ledgerEnvironment,
  messagesEnvironment,
  runJobEnvironment,
} from './runtime/environment.ts';
import { eachDespiteFailures } from './runtime/despite-failures.ts';
import { newMetrics } from './runtime/new-metrics.ts';
import { stateHandler } from './runtime/state-handler.ts';

/**
 * Watches what should happen and does not: a start that never came, an execution that ended without a word, a
 * deadline that passed in silence, a flight without a pilot, a plan that nobody answers. Each is told once.
 *
 * Needs:
 * - dynamodb:GetItem, PutItem, DeleteItem, Query on the ledger
 * - s3:GetObject on the deployed jobs (ASSETS_BUCKET, JOBS_KEY)
 * - states:StartExecution on run-job and release
 * - states:DescribeExecution on the executions of run-job
 * - states:SendTaskHeartbeat on run-job
 * - sns:Publish on the messages topic
 */
export const Environment = z.object({
  ...commonEnvironment,
  ...ledgerEnvironment,
  ...jobsEnvironment,
  ...messagesEnvironment,
  ...runJobEnvironment,
  RELEASE_ARN: z.string().startsWith('arn:'),
  /** how often this function is called */
  WATCH_EVERY_SECONDS: z.string().transform(Number).pipe(z.number().int().positive()),
});

const Watched = z.object({
  started: z.array(z.string()),
  released: z.array(z.string()),
  /** nothing becomes due before, unless something changes; this pass's own instant when something may */
  idleUntil: Instant,
});

export const handler = stateHandler(
  { environment: Environment, input: z.looseObject({}), output: Watched, metrics: newMetrics },
  async (_tick, { clients, environment, now, log, metrics }) => {
    const ledger = { clients, table: environment.LEDGER_TABLE };
    const topicArn = environment.MESSAGES_TOPIC_ARN;
    const jobs = await deployedJobs(clients, environment);
    const late = { ledger, topicArn, runJobArn: environment.RUN_JOB_ARN, now: now() };
    const started: string[] = [];
    const released: string[] = [];
    const failed: string[] = [];
    const dueAt: string[] = [];
    const making = async () => {
      const made = await makeUpForStarts(late, jobs);
      started.push(...made.started);
      failed.push(...made.failed);
      dueAt.push(...made.noneUntil);
    };
    const everySeconds = environment.WATCH_EVERY_SECONDS;
    const open = { ledger, topicArn, releaseArn: environment.RELEASE_ARN, now: now(), everySeconds };
    const watching = async () => {
      const watched = await watchOpenRuns(open);
      released.push(...watched.released);
      failed.push(...watched.failed);
      if (watched.openCount > 0) dueAt.push(late.now.toISOString());
    };
    // Neither keeps the other from its turn.
    const acts = Object.entries({ 'the starts': making, 'the open runs': watching });
    failed.push(
      ...(await eachDespiteFailures(
        acts,
        ([what]) => what,
        ([, act]) => act(),
      )),
    );
    if (started.length + released.length > 0) {
      log.warn('made up for', { started, released });
      metrics().addMetric('StartsMadeUpFor', 'Count', started.length);
      metrics().addMetric('RunsReleasedByWatch', 'Count', released.length);
    }
    if (failed.length > 0)
      throw new WatchIncompleteError(`${failed.length} failed, all else was watched: ${failed.join('; ')}`);
    return { started, released, idleUntil: idleUntil(late.now.toISOString(), dueAt) };
  },
);

/** Thrown when something could not be watched, after everything else was: the next try, or tick, does it again. */
class WatchIncompleteError extends RetryableError {
  override readonly name = 'WatchIncompleteError';
}
