import * as z from 'zod';
import { completeTask } from './aws/executions.ts';
import { clusterInstance } from './aws/instances.ts';
import { leaseOfCluster } from './aws/ledger-leases.ts';
import { countWakeUp } from './aws/ledger-wake.ts';
import { commonEnvironment, ledgerEnvironment } from './runtime/environment.ts';
import { stateHandler } from './runtime/state-handler.ts';

/**
 * Wakes the flight that an event concerns. Events are hints: one that concerns no flight, or comes twice, or
 * late, changes nothing but the time of the next look.
 *
 * Needs:
 * - dynamodb:GetItem, UpdateItem on the ledger
 * - ec2:DescribeInstances on *
 * - states:SendTaskSuccess on fly
 */
export const Environment = z.object({ ...commonEnvironment, ...ledgerEnvironment });

/** EMR's events name the cluster, EC2's spot events only the instance. */
const ClusterEvent = z.object({
  source: z.enum(['aws.emr', 'aws.ec2']),
  'detail-type': z.string(),
  detail: z.object({ clusterId: z.string().optional(), 'instance-id': z.string().optional() }),
});

export const handler = stateHandler(
  {
    environment: Environment,
    input: ClusterEvent,
    output: z.object({ woken: z.boolean(), reason: z.string() }),
  },
  async (event, { clients, environment, now, log }) => {
    const { detail } = event;
    const instanceId = detail['instance-id'];
    const clusterId =
      detail.clusterId ??
      (instanceId === undefined ? undefined : (await clusterInstance(clients, instanceId))?.clusterId);
    if (clusterId === undefined) return { woken: false, reason: 'The event concerns no cluster.' };
    const ledger = { clients, table: environment.LEDGER_TABLE };
    const lease = await leaseOfCluster(ledger, clusterId);
    if (lease === undefined || lease.releasedAt !== null) {
      return { woken: false, reason: `${clusterId} belongs to no run in flight.` };
    }
    const wokenBy = event['detail-type'];
    const taskToken = await countWakeUp(ledger, lease.runKey, now());
    const woken = taskToken !== null && (await completeTask(clients, taskToken, { wokenBy }));
    log.info('wake-up', { runKey: lease.runKey, wokenBy, woken });
    return { woken, reason: woken ? wokenBy : 'Nobody sleeps; the next sleep ends at once.' };
  },
);
