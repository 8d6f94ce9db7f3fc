import * as z from 'zod';
import { Release } from '../core/contracts/cluster.ts';
import { releaseCluster } from './aws/releases.ts';
import { clusterTagsEnvironment, commonEnvironment, ledgerEnvironment } from './runtime/environment.ts';
import { stateHandler } from './runtime/state-handler.ts';

/**
 * Terminates a cluster that no run owns, and says whether it is gone; once it is, what was reserved for it is
 * settled. The reaper has this function, and its role, to itself: whatever keeps release-cluster from terminating
 * does not keep this one.
 *
 * Needs:
 * - dynamodb:GetItem, UpdateItem, DeleteItem on the ledger
 * - elasticmapreduce:DescribeCluster, TerminateJobFlows on this deployment's clusters
 */
export const Environment = z.object({
  ...commonEnvironment,
  ...ledgerEnvironment,
  ...clusterTagsEnvironment,
});

const Leaked = z.object({ clusterId: z.string(), reason: z.string() });

export const handler = stateHandler(
  { environment: Environment, input: Leaked, output: Release },
  async ({ clusterId, reason }, { clients, environment, now, log }) => {
    const ledger = { clients, table: environment.LEDGER_TABLE };
    const release = await releaseCluster(ledger, clusterId, environment.CLUSTER_TAGS, now());
    log.info('release', { reason, release });
    return release;
  },
);
