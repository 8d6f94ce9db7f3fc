import * as z from 'zod';
import { commonEnvironment, documentsEnvironment, ledgerEnvironment } from './runtime/environment.ts';

/**
 * Collects what came of an attempt.
 *
 * Needs:
 * - dynamodb:PutItem on the ledger
 * - s3:GetObject, s3:PutObject on DOCUMENTS_BUCKET/documents/*
 * - s3:ListBucket and s3:GetObject on the event-log folder below EMR_LOGS_URI
 * - s3:ListBucket on the jobs' output buckets
 * - elasticmapreduce:DescribeCluster, ListSteps, ListInstanceFleets, ListInstances on this deployment's clusters
 */
export const Environment = z.object({
  ...commonEnvironment,
  ...ledgerEnvironment,
  ...documentsEnvironment,
  /** `s3://bucket/prefix/` below which Spark's event logs lie */
  EMR_LOGS_URI: z.string().regex(/^s3:\/\/[^/]+\/.*\/$/),
});
