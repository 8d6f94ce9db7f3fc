import {
  AddInstanceFleetCommand,
  type Cluster,
  type ClusterState,
  EMRClient,
  ListClustersCommand,
  type ListClustersCommandInput,
  ModifyInstanceFleetCommand,
  RunJobFlowCommand,
  TerminateJobFlowsCommand,
  DescribeClusterCommand,
  type Tag,
  type RunJobFlowCommandInput,
} from '@aws-sdk/client-emr';
import type { Fleet } from '../../core/contracts/fleet-plan.ts';
import { RetryableError } from '../../core/errors.ts';
import { oncePerClients, type Clients } from '../runtime/clients.ts';
import { fleetConfig, resizeSpecifications } from './cluster-request.ts';
import { AccessRefusedError, awsCall, LaunchOutcomeUnknownError } from './failures.ts';
import { sdkClient } from './settings.ts';

export const emrClient = oncePerClients((clients) => sdkClient(clients, EMRClient));

/** RunJobFlow has no token: whoever tries again may launch twice. Hence one attempt, and a look at what it did. */
const launchClient = oncePerClients((clients) => sdkClient(clients, EMRClient, { maxAttempts: 1 }));

/**
 * Asks for a cluster, once.
 *
 * @returns its id
 * @throws LaunchOutcomeUnknownError  when there may be a cluster all the same: throttled, or no answer
 * @throws TerminalError  when EMR refused
 */
export async function requestCluster(clients: Clients, request: RunJobFlowCommandInput): Promise<string> {
  try {
    const answer = await awsCall('elasticmapreduce:RunJobFlow', () =>
      launchClient(clients).send(new RunJobFlowCommand(request)),
    );
    if (answer.JobFlowId !== undefined) return answer.JobFlowId;
  } catch (error) {
    if (!(error instanceof RetryableError)) throw error;
    throw new LaunchOutcomeUnknownError(`${error.message} Whether ${request.Name} runs is looked up next.`, {
      cause: error,
    });
  }
  throw new LaunchOutcomeUnknownError(`EMR answered without the id of ${request.Name}.`);
}

interface ListedCluster {
  readonly clusterId: string;
  readonly name: string;
  readonly state: ClusterState;
  readonly createdAt: Date;
}

const ACTIVE: ClusterState[] = ['STARTING', 'BOOTSTRAPPING', 'RUNNING', 'WAITING', 'TERMINATING'];
/** Pages of 50 clusters. */
const PAGES_MAX = 200;

/**
 * Clusters of the account that are not terminated, by the beginning of their name, oldest first.
 *
 * @param createdAfter  undefined: however old
 */
export async function activeClusters(
  clients: Clients,
  namePrefix: string,
  createdAfter?: Date,
): Promise<ListedCluster[]> {
  return listClusters(clients, namePrefix, { ClusterStates: ACTIVE, CreatedAfter: createdAfter });
}

/** Clusters of the account of that very name, also those that are over, oldest first. */
export async function clustersNamed(
  clients: Clients,
  name: string,
  createdAfter: Date,
): Promise<ListedCluster[]> {
  const listed = await listClusters(clients, name, { CreatedAfter: createdAfter });
  return listed.filter((cluster) => cluster.name === name);
}

/** ListClusters knows neither names nor tags as a filter. */
async function listClusters(
  clients: Clients,
  namePrefix: string,
  filter: ListClustersCommandInput,
): Promise<ListedCluster[]> {
  const found: ListedCluster[] = [];
  let marker: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const answer = await awsCall('elasticmapreduce:ListClusters', () =>
      emrClient(clients).send(
        new ListClustersCommand({ ...filter, ...(marker === undefined ? {} : { Marker: marker }) }),
      ),
    );
    for (const { Id, Name, Status } of answer.Clusters ?? []) {
      if (Id === undefined || Name === undefined || !Name.startsWith(namePrefix)) continue;
      const createdAt = Status?.Timeline?.CreationDateTime ?? new Date(0);
      found.push({ clusterId: Id, name: Name, state: Status?.State ?? 'STARTING', createdAt });
    }
    marker = answer.Marker;
    if (marker === undefined) break;
  }
  return found.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
}

/** Terminates clusters. Terminating one again changes nothing. */
export async function terminateClusters(clients: Clients, clusterIds: readonly string[]): Promise<void> {
  if (clusterIds.length === 0) return;
  await awsCall('elasticmapreduce:TerminateJobFlows', () =>
    emrClient(clients).send(new TerminateJobFlowsCommand({ JobFlowIds: [...clusterIds] })),
  );
}

/**
 * Whether a cluster carries every one of these tags: whether this deployment launched it. A role may describe its
 * own deployment's clusters only, so a refusal says the same as other tags.
 */
export async function hasTags(
  clients: Clients,
  clusterId: string,
  tags: Readonly<Record<string, string>>,
): Promise<boolean> {
  const carried = await tagsOf(clients, clusterId);
  return Object.entries(tags).every(([key, value]) =>
    carried.some((tag) => tag.Key === key && tag.Value === value),
  );
}

async function tagsOf(clients: Clients, clusterId: string): Promise<Tag[]> {
  try {
    return (await describe(clients, clusterId))?.Tags ?? [];
  } catch (error) {
    if (error instanceof AccessRefusedError) return [];
    throw error;
  }
}

/**
 * Sets a cluster's task fleet to new absolute targets; adds the fleet where the plan had left it out.
 *
 * @param taskFleetId  undefined: there is none yet
 * @param fleet  what the task fleet should be
 * @param ebsGib  disk of each node, GiB
 */
export async function setTaskFleet(
  clients: Clients,
  clusterId: string,
  taskFleetId: string | undefined,
  fleet: Fleet,
  ebsGib: number,
  typesChange: boolean,
): Promise<void> {
  if (taskFleetId === undefined) {
    await awsCall('elasticmapreduce:AddInstanceFleet', () =>
      emrClient(clients).send(
        new AddInstanceFleetCommand({ ClusterId: clusterId, InstanceFleet: fleetConfig(fleet, ebsGib) }),
      ),
    );
    return;
  }
  await awsCall('elasticmapreduce:ModifyInstanceFleet', () =>
    emrClient(clients).send(
      new ModifyInstanceFleetCommand({
        ClusterId: clusterId,
        InstanceFleet: {
          InstanceFleetId: taskFleetId,
          TargetOnDemandCapacity: fleet.onDemandUnits,
          TargetSpotCapacity: fleet.spotUnits,
          ResizeSpecifications: resizeSpecifications(),
          ...(typesChange ? { InstanceTypeConfigs: fleetConfig(fleet, ebsGib).InstanceTypeConfigs } : {}),
        },
      }),
    ),
  );
}

/** A cluster's state as EMR says it, e.g. `RUNNING`. */
export async function clusterState(clients: Clients, clusterId: string): Promise<string> {
  return (await describe(clients, clusterId))?.Status?.State ?? 'STARTING';
}

/** ISO 8601 instant at which a cluster ended; null: not yet. */
export async function clusterEndedAt(clients: Clients, clusterId: string): Promise<string | null> {
  const ended = (await describe(clients, clusterId))?.Status?.Timeline?.EndDateTime;
  return ended?.toISOString() ?? null;
}

async function describe(clients: Clients, clusterId: string): Promise<Cluster | undefined> {
  const answer = await awsCall('elasticmapreduce:DescribeCluster', () =>
    emrClient(clients).send(new DescribeClusterCommand({ ClusterId: clusterId })),
  );
  return answer.Cluster;
}
