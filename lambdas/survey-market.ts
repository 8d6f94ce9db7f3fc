import * as z from 'zod';
import {
  commonEnvironment,
  documentsEnvironment,
  ledgerEnvironment,
  subnetsEnvironment,
} from './runtime/environment.ts';

/**
 * Surveys what the pools that a job may use cost now, and how likely they vanish.
 *
 * Needs:
 * - dynamodb:Query on the ledger
 * - s3:GetObject, s3:PutObject on DOCUMENTS_BUCKET/documents/*
 * - ec2:DescribeSpotPriceHistory on *
 * - servicequotas:GetServiceQuota on *
 */
export const Environment = z.object({
  ...commonEnvironment,
  ...ledgerEnvironment,
  ...documentsEnvironment,
  ...subnetsEnvironment,
});
