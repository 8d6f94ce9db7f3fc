import * as z from 'zod';
import { clusterTagsEnvironment, commonEnvironment, ledgerEnvironment } from './runtime/environment.ts';

/**
 * Finds clusters of this deployment that no live lease covers.
 *
 * Needs:
 * - dynamodb:GetItem on the ledger
 * - elasticmapreduce:ListClusters on *; DescribeCluster on this deployment's clusters
 */
export const Environment = z.object({
  ...commonEnvironment,
  ...ledgerEnvironment,
  ...clusterTagsEnvironment,
});
