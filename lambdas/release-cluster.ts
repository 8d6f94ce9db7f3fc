import * as z from 'zod';
import { clusterTagsEnvironment, commonEnvironment, ledgerEnvironment } from './runtime/environment.ts';

/**
 * Terminates whatever cluster a run still has, and says whether it is gone.
 *
 * Needs:
 * - dynamodb:GetItem, Query, UpdateItem on the ledger
 * - elasticmapreduce:ListClusters on *; DescribeCluster, TerminateJobFlows on this deployment's clusters
 */
export const Environment = z.object({
  ...commonEnvironment,
  ...ledgerEnvironment,
  ...clusterTagsEnvironment,
});
