import * as z from 'zod';
import {
  clusterTagsEnvironment,
  commonEnvironment,
  documentsEnvironment,
  ledgerEnvironment,
  subnetsEnvironment,
} from './runtime/environment.ts';

/**
 * Launches the cluster of one attempt: intent and lease first, then one request.
 *
 * Needs:
 * - dynamodb:GetItem, PutItem, UpdateItem on the ledger
 * - s3:GetObject on DOCUMENTS_BUCKET/documents/*
 * - s3:PutObject on the event-log folder below EMR_LOGS_URI
 * - elasticmapreduce:RunJobFlow, AddTags, ListClusters on *; TerminateJobFlows on this deployment's clusters
 * - iam:PassRole on EMR_SERVICE_ROLE_ARN to elasticmapreduce.amazonaws.com and on the role of EMR_INSTANCE_PROFILE_ARN to ec2.amazonaws.com
 */
export const Environment = z.object({
  ...commonEnvironment,
  ...ledgerEnvironment,
  ...documentsEnvironment,
  ...subnetsEnvironment,
  ...clusterTagsEnvironment,
  ASSETS_BUCKET: z.string().min(3),
  EMR_SERVICE_ROLE_ARN: z.string().startsWith('arn:'),
  EMR_INSTANCE_PROFILE_ARN: z.string().startsWith('arn:'),
  /** `s3://bucket/prefix/` for EMR's logs and Spark's event logs */
  EMR_LOGS_URI: z.string().regex(/^s3:\/\/[^/]+\/.*\/$/),
  EMR_PRIMARY_SECURITY_GROUP: z.string().startsWith('sg-'),
  EMR_WORKER_SECURITY_GROUP: z.string().startsWith('sg-'),
  EMR_SERVICE_SECURITY_GROUP: z.string().startsWith('sg-'),
});
