import {
  DescribeClusterCommand,
  type ErrorDetail,
  type Instance,
  type InstanceFleet,
  ListInstanceFleetsCommand,
  ListInstancesCommand,
  ListStepsCommand,
  type StepSummary,
} from '@aws-sdk/client-emr';
import { ClusterView } from '../../core/contracts/cluster.ts';
import type { Clients } from '../runtime/clients.ts';
import { parseContract } from '../runtime/parse.ts';
import { emrClient } from './clusters.ts';
import { awsCall } from './failures.ts';

const PAGES_MAX = 100;
const ROLES = { MASTER: 'primary', CORE: 'core', TASK: 'task' } as const;

/**
 * What EMR says of a cluster now: its state, its steps in their order, its fleets.
 *
 * @throws InvalidInputError  when EMR answers with a state that is not known here
 */
export async function viewCluster(clients: Clients, clusterId: string, now: Date): Promise<ClusterView> {
  const described = await awsCall('elasticmapreduce:DescribeCluster', () =>
    emrClient(clients).send(new DescribeClusterCommand({ ClusterId: clusterId })),
  );
  const status = described.Cluster?.Status;
  const view = {
    observedAt: now.toISOString(),
    clusterId,
    state: status?.State,
    stateReasonCode: status?.StateChangeReason?.Code ?? null,
    stateReasonMessage: status?.StateChangeReason?.Message ?? null,
    errors: (status?.ErrorDetails ?? []).map(errorView),
    createdAt: instant(status?.Timeline?.CreationDateTime),
    readyAt: instant(status?.Timeline?.ReadyDateTime),
    endedAt: instant(status?.Timeline?.EndDateTime),
    steps: (await listSteps(clients, clusterId)).map(stepView),
    fleets: (await listFleets(clients, clusterId)).map(fleetView),
  };
  return parseContract(ClusterView, view, `EMR's view of ${clusterId}`);
}

function instant(date: Date | undefined): string | null {
  return date?.toISOString() ?? null;
}

/** EMR gives the data as a list of records, each with a key or a few. */
function errorView({ ErrorCode: code = 'unknown', ErrorData: data = [] }: ErrorDetail) {
  return { code, data: Object.fromEntries(data.flatMap((entry) => Object.entries(entry))) };
}

function stepView(step: StepSummary) {
  // EMR's reason is often just "Unknown Error."; what happened stands in the message, or in the state's reason.
  const { FailureDetails: details, StateChangeReason: change } = step.Status ?? {};
  const reasons = [details?.Reason, details?.Message ?? change?.Message].filter(
    (text) => text !== undefined && text !== '',
  );
  return {
    stepId: step.Id,
    name: step.Name,
    state: step.Status?.State,
    startedAt: instant(step.Status?.Timeline?.StartDateTime),
    endedAt: instant(step.Status?.Timeline?.EndDateTime),
    failureReason: reasons.length === 0 ? null : reasons.join(' '),
    failureCode: details?.Reason ?? null,
  };
}

function fleetView(fleet: InstanceFleet) {
  return {
    fleetId: fleet.Id,
    role: fleet.InstanceFleetType === undefined ? undefined : ROLES[fleet.InstanceFleetType],
    state: fleet.Status?.State,
    targetOnDemandUnits: fleet.TargetOnDemandCapacity ?? 0,
    targetSpotUnits: fleet.TargetSpotCapacity ?? 0,
    runningOnDemandUnits: fleet.ProvisionedOnDemandCapacity ?? 0,
    runningSpotUnits: fleet.ProvisionedSpotCapacity ?? 0,
  };
}

/** Steps in the order in which they run; EMR lists the newest first. */
async function listSteps(clients: Clients, clusterId: string): Promise<StepSummary[]> {
  const steps = await allPages('elasticmapreduce:ListSteps', async (marker) => {
    const answer = await emrClient(clients).send(new ListStepsCommand({ ClusterId: clusterId, ...marker }));
    return { items: answer.Steps ?? [], marker: answer.Marker };
  });
  return steps.reverse();
}

async function listFleets(clients: Clients, clusterId: string): Promise<InstanceFleet[]> {
  return allPages('elasticmapreduce:ListInstanceFleets', async (marker) => {
    const answer = await emrClient(clients).send(
      new ListInstanceFleetsCommand({ ClusterId: clusterId, ...marker }),
    );
    return { items: answer.InstanceFleets ?? [], marker: answer.Marker };
  });
}

/** Every instance that a cluster ever had, also the reclaimed ones. */
export async function listInstances(clients: Clients, clusterId: string): Promise<Instance[]> {
  return allPages('elasticmapreduce:ListInstances', async (marker) => {
    const answer = await emrClient(clients).send(
      new ListInstancesCommand({ ClusterId: clusterId, ...marker }),
    );
    return { items: answer.Instances ?? [], marker: answer.Marker };
  });
}

async function allPages<T>(
  what: string,
  page: (marker: { Marker?: string }) => Promise<{ items: T[]; marker: string | undefined }>,
): Promise<T[]> {
  const items: T[] = [];
  let marker: { Marker?: string } = {};
  for (let read = 0; read < PAGES_MAX; read += 1) {
    const answer = await awsCall(what, () => page(marker));
    items.push(...answer.items);
    if (answer.marker === undefined) break;
    marker = { Marker: answer.marker };
  }
  return items;
}
