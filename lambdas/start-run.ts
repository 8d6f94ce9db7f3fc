import * as z from 'zod';
import type { DeployedJob } from '../core/contracts/job.ts';
import { StartRequest } from '../core/contracts/run.ts';
import { Instant } from '../core/contracts/quantities.ts';
import { InvalidInputError } from '../core/errors.ts';
import { executionNameOf, runKeyOf } from '../core/ledger/run-key.ts';
import { sha256Hex } from '../core/numerics/content-hash.ts';
import { deployedJobs } from './aws/deployed-jobs.ts';
import { executionArnOf, executionStanding, startExecution } from './aws/executions.ts';
import type { Clients } from './runtime/clients.ts';
import { commonEnvironment, jobsEnvironment, runJobEnvironment } from './runtime/environment.ts';
import { parseContract } from './runtime/parse.ts';
import { stateHandler } from './runtime/state-handler.ts';

/**
 * Turns the tick of a schedule, or the arrival of an object, into an execution of run-job.
 *
 * A start is never refused for being late: a run that cannot meet its deadline any more is admitted, and
 * planned or reported as late. What bounds lateness is how long events are kept; beyond that they are dead letters.
 *
 * Needs:
 * - states:StartExecution on run-job
 * - states:DescribeExecution on the executions of run-job
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

/** Of the milliseconds of a second: how many an arrival tries before it is a failure. */
const TRIES_MAX = 100;
const MILLISECONDS = 1000;

export const handler = stateHandler(
  { environment: Environment, input: Tick, output: Started },
  async (tick, { clients, environment, log }) => {
    const isArrival = 'source' in tick;
    const requests = isArrival ? arrivals(await deployedJobs(clients, environment), tick) : [tick];
    const starts = [];
    for (const request of requests) {
      const start = { clients, stateMachineArn: environment.RUN_JOB_ARN, request };
      starts.push(isArrival ? await startArrival(start) : await startOnce(start, request.scheduledAt));
    }
    log.info('starts', { starts });
    return { starts };
  },
);

interface Start {
  readonly clients: Clients;
  readonly stateMachineArn: string;
  readonly request: StartRequest;
}

async function startOnce({ clients, stateMachineArn, request }: Start, at: string | number) {
  const scheduledAt = new Date(at).toISOString();
  const runKey = runKeyOf(request.job, scheduledAt);
  const name = executionNameOf(runKey);
  const started = await startExecution(clients, {
    stateMachineArn,
    name,
    input: { ...request, scheduledAt },
  });
  return { runKey, executionName: name, started };
}

/**
 * Starts the run of an object that arrived: one run however often S3 tells of it, and a run of its own even if
 * others arrived in the same second. S3 tells seconds, and a run's key is its job and time: the object's address
 * decides the millisecond, and an object whose millisecond another has taken takes the next.
 */
async function startArrival(start: Start) {
  const { clients, stateMachineArn, request } = start;
  const arrivedMs = Date.parse(request.scheduledAt);
  const secondMs = arrivedMs - (arrivedMs % MILLISECONDS);
  const own = arrivalMillisecond(request);
  for (let i = 0; i < TRIES_MAX; i += 1) {
    const answer = await startOnce(start, secondMs + ((own + i) % MILLISECONDS));
    if (answer.started) return answer;
    const arn = executionArnOf(stateMachineArn, answer.executionName);
    if (isSameArrival((await executionStanding(clients, arn)).input, request)) return answer;
  }
  throw new InvalidInputError(
    `found ${TRIES_MAX} other runs of ${request.job} around ${request.scheduledAt}, none of ${request.caller}; ` +
      'allowed: arrivals that a run per object can follow. Watch for one marker object per delivery.',
  );
}

const StartedWith = z.object({ caller: z.string().optional(), arrivedPrefix: z.string().optional() });

/** Without the other's input – it ended long ago – the two are taken for one: a run too many costs money. */
function isSameArrival(input: string | undefined, request: StartRequest): boolean {
  if (input === undefined) return true;
  const content: unknown = JSON.parse(input);
  const other = parseContract(StartedWith, content, 'input of an execution');
  return other.caller === request.caller && other.arrivedPrefix === request.arrivedPrefix;
}

function arrivalMillisecond({ caller, arrivedPrefix }: StartRequest): number {
  return Number.parseInt(sha256Hex(`${caller} ${arrivedPrefix}`).slice(0, 8), 16) % MILLISECONDS;
}

/** One start for each job that waits for this object. */
function arrivals(jobs: readonly DeployedJob[], event: z.output<typeof ObjectCreated>): StartRequest[] {
  const { bucket, object } = event.detail;
  return jobs.flatMap(({ name, start }) => {
    if (!('dataArrival' in start)) return [];
    const { bucket: awaited, prefix, suffix } = start.dataArrival;
    if (awaited !== bucket.name || !object.key.startsWith(prefix) || !object.key.endsWith(suffix)) return [];
    const below = object.key.slice(prefix.length);
    return {
      job: name,
      scheduledAt: event.time,
      caller: `s3://${bucket.name}/${object.key}`.slice(0, 200),
      arrivedPrefix: below.slice(0, below.lastIndexOf('/') + 1),
    };
  });
}
