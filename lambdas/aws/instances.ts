import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { oncePerClients, type Clients } from '../runtime/clients.ts';
import { awsCallOr } from './failures.ts';
import { sdkClient } from './settings.ts';

export const ec2Client = oncePerClients((clients) => sdkClient(clients, EC2Client));

/** The tag that EMR gives every instance of a cluster. */
const CLUSTER_TAG = 'aws:elasticmapreduce:job-flow-id';

/** Of which cluster an instance is, and where it runs. */
export interface ClusterInstance {
  readonly clusterId: string;
  readonly instanceType: string | undefined;
  readonly zone: string | undefined;
}

/**
 * The cluster that an instance belongs to: EC2's spot events name the instance only.
 *
 * @returns null for an instance of no cluster, or of none that EC2 still knows
 */
export async function clusterInstance(clients: Clients, instanceId: string): Promise<ClusterInstance | null> {
  const unknown = ['InvalidInstanceID.NotFound', 'InvalidInstanceID.Malformed'];
  return awsCallOr('ec2:DescribeInstances', unknown, null, async () => {
    const answer = await ec2Client(clients).send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }));
    const instance = answer.Reservations?.[0]?.Instances?.[0];
    const clusterId = instance?.Tags?.find(({ Key }) => Key === CLUSTER_TAG)?.Value;
    if (clusterId === undefined) return null;
    return { clusterId, instanceType: instance?.InstanceType, zone: instance?.Placement?.AvailabilityZone };
  });
}
