import * as z from 'zod';
import {
  commonEnvironment,
  documentsEnvironment,
  ledgerEnvironment,
  messagesEnvironment,
} from './runtime/environment.ts';

/**
 * One look of the pilot: what EMR says, what to do about it, and when to look again.
 *
 * Needs:
 * - dynamodb:GetItem, PutItem, UpdateItem, DeleteItem on the ledger
 * - s3:GetObject on DOCUMENTS_BUCKET/documents/*
 * - elasticmapreduce:DescribeCluster, ListSteps, ListInstanceFleets, ModifyInstanceFleet, AddInstanceFleet on this deployment's clusters
 * - cloudwatch:GetMetricData on *
 * - sns:Publish on the messages topic
 */
export const Environment = z.object({
  ...commonEnvironment,
  ...ledgerEnvironment,
  ...documentsEnvironment,
  ...messagesEnvironment,
});
