import * as z from 'zod';
import { CLUSTER_NAME_PREFIX } from '../core/ledger/run-key.ts';
import { whyLeaked } from '../core/ledger/why-leaked.ts';
import { activeClusters, hasTags } from './aws/clusters.ts';
import { leaseOf } from './aws/ledger-leases.ts';
import { settleAbandoned } from './aws/settlements.ts';
import { clusterTagsEnvironment, commonEnvironment, ledgerEnvironment } from './runtime/environment.ts';
import { stateHandler } from './runtime/state-handler.ts';

/**
 * Finds clusters of this deployment that no live lease covers. A cluster without this deployment's tags is
 * somebody else's, whatever its name. What clusters that are gone have reserved, and nobody settled, is settled.
 *
 * Needs:
 * - dynamodb:GetItem, Query, UpdateItem, DeleteItem, ConditionCheckItem on the ledger
 * - elasticmapreduce:ListClusters on *; DescribeCluster on this deployment's clusters
 */
export const Environment = z.object({
  ...commonEnvironment,
  ...ledgerEnvironment,
  ...clusterTagsEnvironment,
});

const Leaked = z.object({ clusters: z.array(z.object({ clusterId: z.string(), reason: z.string() })) });
/** A pass hands on so many, the next pass the rest. */
const CLUSTERS_MAX = 100;

export const handler = stateHandler(
  { environment: Environment, input: z.looseObject({}), output: Leaked },
  async (_request, { clients, environment, now, log }) => {
    const ledger = { clients, table: environment.LEDGER_TABLE };
    const clusters: z.output<typeof Leaked>['clusters'] = [];
    const active = await activeClusters(clients, CLUSTER_NAME_PREFIX);
    for (const { clusterId, name, state } of active) {
      if (state === 'TERMINATING' || clusters.length === CLUSTERS_MAX) continue;
      const reason = whyLeaked(await leaseOf(ledger, name), clusterId, now().toISOString());
      if (reason === null || !(await hasTags(clients, clusterId, environment.CLUSTER_TAGS))) continue;
      clusters.push({ clusterId, reason: `${name}: ${reason}` });
    }
    if (clusters.length > 0) log.warn('leaked clusters', { clusters });
    const settled = await settleAbandoned(ledger, new Set(active.map(({ name }) => name)), now());
    if (settled.length > 0) log.warn('abandoned reservations settled', { settled });
    return { clusters };
  },
);
