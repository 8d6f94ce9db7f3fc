import * as z from 'zod';
import {
  commonEnvironment,
  documentsEnvironment,
  jobsEnvironment,
  ledgerEnvironment,
} from './runtime/environment.ts';

/**
 * Writes the run key once, applies the overlap policy and freezes the job file.
 *
 * Needs:
 * - dynamodb:GetItem, PutItem, UpdateItem on the ledger
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
