import * as z from 'zod';
import { minutes, OF_STEP, row, share } from './row.ts';

const WORK_BEFORE = 'of the work that is done before';

/** What goes wrong inside a step. Failed steps show state FAILED with FailureDetails, whose reason is mostly Unknown Error. */
export const SPARK_ROWS = {
  'step-failure': row(
    OF_STEP,
    { share: share(0.5, WORK_BEFORE) },
    "The program ends with an error of its own, which is no task's.",
    'step FAILED; JobEnd JobFailed without failed tasks',
  ),
  'executor-out-of-memory': row(
    OF_STEP,
    { share: share(0.3, WORK_BEFORE) },
    "YARN kills a task's executor for its memory, four times, and the stage is given up.",
    'TaskEnd ExecutorLostFailure, Exit Caused By App, exit status 137; ExecutorRemoved; JobEnd JobFailed',
  ),
  'driver-out-of-memory': row(
    OF_STEP,
    {
      share: share(0.6, WORK_BEFORE),
      form: z
        .enum(['result-size', 'heap'])
        .default('result-size')
        .describe('results larger than spark.driver.maxResultSize, or the JVM out of memory'),
    },
    'The driver has not enough memory for what it collects. With `heap` it dies without a word, both attempts.',
    'result-size: results of a stage above spark.driver.maxResultSize in TaskEnd, JobEnd JobFailed; heap: a log without JobEnd, its last part missing, for each of two attempts',
  ),
  'shuffle-disk-full': row(
    OF_STEP,
    { share: share(0.4, WORK_BEFORE) },
    'Tasks find no space for their shuffle files, four times, and the stage is given up.',
    'TaskEnd ExceptionFailure java.io.IOException, No space left on device (ENOSPC); JobEnd JobFailed',
  ),
  'lost-node': row(
    OF_STEP,
    { share: share(0.5, WORK_BEFORE) },
    'A worker with finished shuffle files is lost; readers cannot fetch them and they are computed again.',
    'TaskEnd FetchFailed; ExecutorRemoved; stage attempts above 0; MRLostNodes',
  ),
  's3-slow-down': row(
    OF_STEP,
    {
      factor: z.number().min(1).max(20).default(2).describe('how much longer tasks that read S3 take'),
      fails: z.boolean().default(false).describe('whether the retries are used up in the end'),
    },
    'S3 throttles the step: its reads take longer, and in the end fail if so told.',
    'longer tasks; failing, TaskEnd ExceptionFailure with Status Code 503, Error Code SlowDown; JobEnd JobFailed',
  ),
  'access-denied': row(
    OF_STEP,
    { service: z.enum(['s3', 'kms']).default('s3').describe('which one refuses') },
    'S3 or KMS refuses what the step reads, from its first tasks on.',
    'TaskEnd ExceptionFailure java.nio.file.AccessDeniedException with Error Code AccessDenied (s3) or AccessDeniedException (kms); JobEnd JobFailed',
  ),
  'skew-straggler': row(
    OF_STEP,
    { factor: z.number().min(1).max(100).default(8).describe('longest task over what it would have taken') },
    'One task of each stage takes many times as long.',
    'longest over median task time in the event log',
  ),
  starvation: row(
    OF_STEP,
    { minutes: minutes(30, 'until YARN gives the application containers') },
    'YARN gives the application nothing: it is pending, and nothing runs.',
    'AppsPending 1, AppsRunning 0, ContainerPendingRatio above 0',
  ),
  'hung-driver': row(
    OF_STEP,
    { share: share(0.5, WORK_BEFORE) },
    'The driver hangs for ever: no task starts any more, and the cluster does not count as idle.',
    'step RUNNING, IsIdle 0, AppsRunning 1; no progress',
  ),
  'output-missing': row(
    OF_STEP,
    {},
    'The step ends well and has written nothing.',
    'step COMPLETED; no objects below the output address',
  ),
  'event-log-damage': row(
    OF_STEP,
    {
      form: z
        .enum(['missing-last', 'missing-middle', 'truncated', 'garbled'])
        .default('missing-last')
        .describe('a part that is not there, one that ends within a line, or one that is no JSON'),
    },
    "The application's event log in S3 is damaged. With a single part, `missing-middle` takes that one.",
    'parts of the event log',
  ),
} as const;
