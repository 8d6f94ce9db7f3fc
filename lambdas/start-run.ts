import * as z from 'zod';
import type { DeployedJob } from '../core/contracts/job.ts';
import { StartRequest } from '../core/contracts/run.ts';
import { Instant } from '../core/contracts/quantities.ts';
import { executionNameOf, runKeyOf } from '../core/ledger/run-key.ts';
import { deployedJobs } from './aws/deployed-jobs.ts';
import { startExecution } from './aws/executions.ts';
import { commonEnvironment, jobsEnvironment, runJobEnvironment } from './runtime/environment.ts';
import { stateHandler } from './runtime/state-handler.ts';

/**
 * Turns the tick of a schedule, or the arrival of an object, into an execution of run-job.
 *
 * Needs:
 * - states:StartExecution on run-job
 * - s3:GetObject on the deployed jobs (ASSETS_BUCKET, JOBS_KEY)
 */
export const Environment = z.object({ ...commonEnvironment, ...runJobEnvironment, ...jobsEnvironment });

/** An object's arrival, as S3 tells EventBridge. Everything else in the event is passed over. */
const ObjectCreated = z.object({
  source: z.literal('aws.s3'),
  'detail-type': z.literal('Object Created'),
  time: Instant,
  detail: z.object({ bucket: z.object({ name: z.string() }), object: z.object({ key: z.string() }) }),
});

const Tick = z.union([StartRequest, ObjectCreated], {
  error: 'allowed: {"job", "scheduledAt"}, or an "Object Created" event of S3',
});

const Started = z.object({
  starts: z.array(z.object({ runKey: z.string(), executionName: z.string(), started: z.boolean() })),
});

export const handler = stateHandler(
  { environment: Environment, input: Tick, output: Started },
  async (tick, { clients, environment, log }) => {
    const requests = 'source' in tick ? arrivals(await deployedJobs(clients, environment), tick) : [tick];
    const starts = [];
    for (const request of requests) {
      const scheduledAt = new Date(request.scheduledAt).toISOString();
      const runKey = runKeyOf(request.job, scheduledAt);
      const execution = {
        stateMachineArn: environment.RUN_JOB_ARN,
        name: executionNameOf(runKey),
        input: { ...request, scheduledAt },
      };
      starts.push({
        runKey,
        executionName: execution.name,
        started: await startExecution(clients, execution),
      });
    }
    log.info('starts', { starts });
    return { starts };
  },
);

/** One start for each job that waits for this object. Objects that arrive within a minute are one arrival. */
function arrivals(jobs: readonly DeployedJob[], event: z.output<typeof ObjectCreated>): StartRequest[] {
  const { bucket, object } = event.detail;
  const scheduledAt = `${event.time.slice(0, 'yyyy-mm-ddThh:mm'.length)}:00.000Z`;
  return jobs
    .filter(({ start }) => {
      if (!('dataArrival' in start)) return false;
      const { bucket: awaited, prefix, suffix } = start.dataArrival;
      return awaited === bucket.name && object.key.startsWith(prefix) && object.key.endsWith(suffix);
    })
    .map((job) => ({
      job: job.name,
      scheduledAt,
      caller: `s3://${bucket.name}/${object.key}`.slice(0, 200),
    }));
}
