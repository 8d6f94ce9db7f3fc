import * as z from 'zod';
import {
  commonEnvironment,
  documentsEnvironment,
  jobsEnvironment,
  ledgerEnvironment,
} from './runtime/environment.ts';

/**
 * Forecasts what the run has to process.
 *
 * Needs:
 * - dynamodb:Query on the ledger
 * - s3:GetObject on DOCUMENTS_BUCKET/documents/*
 * - s3:GetObject on the deployed jobs (ASSETS_BUCKET, JOBS_KEY)
 */
export const Environment = z.object({
  ...commonEnvironment,
  ...ledgerEnvironment,
  ...documentsEnvironment,
  ...jobsEnvironment,
});
