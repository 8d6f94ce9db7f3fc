import * as z from 'zod';
import { CLUSTER_NAME_PREFIX } from '../core/ledger/run-key.ts';
import { whyLeaked } from '../core/ledger/why-leaked.ts';
import { activeClusters, hasTags } from './aws/clusters.ts';
import { noteLeak } from './aws/leaks.ts';
import { leaseEndOf, leaseOf } from './aws/ledger-leases.ts';
import { settleAbandoned } from './aws/settlements.ts';
import {
  clusterTagsEnvironment,
  commonEnvironment,
  documentsEnvironment,
  ledgerEnvironment,
  messagesEnvironment,
} from './runtime/environment.ts';
import { stateHandler } from './runtime/state-handler.ts';

/**
 * Finds clusters of this deployment that no live lease covers, and tells once of each what it cost and would have
 * cost. A cluster without this deployment's tags is somebody else's, whatever its name. What clusters that are gone
 * have reserved, and nobody settled, is settled.
 *
 * Needs:
 * - dynamodb:GetItem, Query, PutItem, UpdateItem, DeleteItem, ConditionCheckItem on the ledger
 * - s3:GetObject on DOCUMENTS_BUCKET/documents/*
 * - elasticmapreduce:ListClusters on *; DescribeCluster, ListSteps, ListInstanceFleets, ListInstances on this
 *   deployment's clusters
 * - sns:Publish on the messages topic
 */
export const Environment = z.object({
  ...commonEnvironment,
  ...ledgerEnvironment,
  ...documentsEnvironment,
  ...clusterTagsEnvironment,
  ...messagesEnvironment,
});

const Leaked = z.object({ clusters: z.array(z.object({ clusterId: z.string(), reason: z.string() })) });
/** A pass hands on so many, the next pass the rest. */
const CLUSTERS_MAX = 100;

export const handler = stateHandler(
  { environment: Environment, input: z.looseObject({}), output: Leaked },
  async (_request, { clients, environment, now, log, metrics }) => {
    const ledger = { clients, table: environment.LEDGER_TABLE };
    const documents = { clients, bucket: environment.DOCUMENTS_BUCKET };
    const clusters: z.output<typeof Leaked>['clusters'] = [];
    const active = await activeClusters(clients, CLUSTER_NAME_PREFIX);
    for (const { clusterId, name, state, createdAt } of active) {
      if (clusters.length === CLUSTERS_MAX) break;
      const lease = await leaseOf(ledger, name);
      const listed = { clusterId, state, createdAt: createdAt.toISOString() };
      const leak = whyLeaked(lease, listed, now().toISOString());
      if (leak === null || !(await hasTags(clients, clusterId, environment.CLUSTER_TAGS))) continue;
      const { reason, since, counts } = leak;
      clusters.push({ clusterId, reason: `${name}: ${reason}` });
      if (!counts) continue;
      const found = {
        ...{ clusterId, clusterName: name, runKey: lease?.runKey ?? null, reason, leakedSince: since },
        leaseEndsAt: lease === undefined ? null : leaseEndOf(lease),
      };
      const noted = await noteLeak(ledger, documents, environment.MESSAGES_TOPIC_ARN, found, lease, now());
      log.warn('leaked cluster', { leak: noted.leak });
      if (!noted.first) continue;
      metrics().addMetric('ClustersLeaked', 'Count', 1);
      metrics().addMetric('LeakedUsd', 'None', noted.leak.leakedUsd ?? 0);
      metrics().addMetric('LeakAvertedUsd', 'None', noted.leak.avertedUsd ?? 0);
    }
    const settled = await settleAbandoned(ledger, new Set(active.map(({ name }) => name)), now());
    if (settled.length > 0) log.warn('abandoned reservations settled', { settled });
    return { clusters };
  },
);
