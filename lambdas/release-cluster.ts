import * as z from 'zod';
import { Release } from '../core/contracts/cluster.ts';
import { releaseRun } from './aws/releases.ts';
import { clusterTagsEnvironment, commonEnvironment, ledgerEnvironment } from './runtime/environment.ts';
import { stateHandler } from './runtime/state-handler.ts';

/**
 * Terminates whatever cluster a run still has, and says whether it is gone. Once it is, what was reserved for it is
 * settled. Asked again it answers what is the case by then.
 *
 * Needs:
 * - dynamodb:GetItem, Query, PutItem, UpdateItem, DeleteItem, ConditionCheckItem on the ledger
 * - elasticmapreduce:ListClusters on *; DescribeCluster, TerminateJobFlows on this deployment's clusters
 */
export const Environment = z.object({
  ...commonEnvironment,
  ...ledgerEnvironment,
  ...clusterTagsEnvironment,
});

const ReleaseRequest = z.object({
  job: z.string(),
  scheduledAt: z.iso.datetime(),
  executionArn: z.string().nullable().default(null),
  /** the start is over: none of its attempts may follow */
  final: z.boolean().default(false),
  reason: z.string(),
});

export const handler = stateHandler(
  { environment: Environment, input: ReleaseRequest, output: Release },
  async (request, { clients, environment, now, log }) => {
    const ledger = { clients, table: environment.LEDGER_TABLE };
    const release = await releaseRun(ledger, request, environment.CLUSTER_TAGS, now());
    log.info('release', { reason: request.reason, release });
    return release;
  },
);
