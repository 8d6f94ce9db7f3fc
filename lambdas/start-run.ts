import * as z from 'zod';
import { commonEnvironment, jobsEnvironment, runJobEnvironment } from './runtime/environment.ts';

/**
 * Turns the tick of a schedule, or the arrival of an object, into an execution of run-job.
 *
 * Needs:
 * - states:StartExecution on run-job
 * - s3:GetObject on the deployed jobs (ASSETS_BUCKET, JOBS_KEY)
 */
export const Environment = z.object({ ...commonEnvironment, ...runJobEnvironment, ...jobsEnvironment });
