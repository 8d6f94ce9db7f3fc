import type { Instance } from '@aws-sdk/client-emr';
import type { ClusterView } from '../../core/contracts/cluster.ts';
import { BilledInstance } from '../../core/ledger/billed-instance.ts';
import type { Clients } from '../runtime/clients.ts';
import { parseContract } from '../runtime/parse.ts';
import { listInstances } from './cluster-view.ts';

/**
 * Every instance that a cluster had, as it is billed.
 *
 * @param zone  where the cluster stands: EMR does not say it of an instance
 */
export async function billedInstances(
  clients: Clients,
  view: ClusterView,
  zone: string,
): Promise<BilledInstance[]> {
  const instances = await listInstances(clients, view.clusterId);
  return instances
    .filter((instance) => instance.Status?.State !== 'AWAITING_FULFILLMENT')
    .map((instance) =>
      parseContract(BilledInstance, billed(instance, view, zone), `EMR's instance ${instance.Id}`),
    );
}

function billed(instance: Instance, view: ClusterView, zone: string) {
  const timeline = instance.Status?.Timeline;
  const spot = instance.Market === 'SPOT';
  const failed = instance.Status?.StateChangeReason?.Code === 'INSTANCE_FAILURE';
  return {
    instanceType: instance.InstanceType,
    zone,
    role: view.fleets.find(({ fleetId }) => fleetId === instance.InstanceFleetId)?.role,
    market: spot ? 'spot' : 'on-demand',
    startedAt: (timeline?.CreationDateTime ?? timeline?.ReadyDateTime)?.toISOString() ?? view.createdAt,
    endedAt: timeline?.EndDateTime?.toISOString() ?? null,
    // EMR has no code for a reclaim: a spot instance that failed by itself is taken for one.
    reclaimed: spot && failed,
    failed,
  };
}
