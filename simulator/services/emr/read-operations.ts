import * as z from 'zod';
import { CATALOGUE } from '../../../core/market/catalogue.ts';
import { emrSupports } from '../../../core/market/emr-support.ts';
import { MIB_PER_GIB } from '../../../core/units.ts';
import { AwsFailure, operation, type Operation } from '../../contracts.ts';
import { known } from '../known.ts';
import type { EmrAccount } from './account.ts';
import { Moment } from './input.ts';
import { onCluster } from './permissions.ts';
import { clusterSummary, clusterView, fleetView, nodeView, stepView } from './views.ts';

const CLUSTERS_PER_PAGE = 50;
const STEPS_PER_PAGE = 50;
const INSTANCES_PER_PAGE = 500;
const TYPES_PER_PAGE = 100;

const Marker = z.string().optional();
const ListClustersInput = z.strictObject({
  CreatedAfter: Moment.optional(),
  CreatedBefore: Moment.optional(),
  ClusterStates: z.array(z.string()).default([]),
  Marker,
});
const ListInstancesInput = z.strictObject({
  ClusterId: z.string(),
  InstanceFleetId: z.string().optional(),
  InstanceFleetType: z.enum(['MASTER', 'CORE', 'TASK']).optional(),
  InstanceStates: z.array(z.string()).default([]),
  Marker,
});
const ListStepsInput = z.strictObject({
  ClusterId: z.string(),
  StepStates: z.array(z.string()).default([]),
  StepIds: z.array(z.string()).default([]),
  Marker,
});
const SupportedTypesInput = z.strictObject({ ReleaseLabel: z.string(), Marker });
const OfCluster = z.strictObject({ ClusterId: z.string() });

/** EMR's operations that only look. */
export function readOperations(account: EmrAccount): Record<string, Operation> {
  return {
    DescribeCluster: operation(known('emr DescribeCluster', OfCluster), {
      permissions: (input) => [onCluster(account, 'DescribeCluster', input.ClusterId)],
      run: (input) => ({ Cluster: clusterView(account.run(input.ClusterId).cluster) }),
    }),
    ListClusters: operation(known('emr ListClusters', ListClustersInput), {
      permissions: () => [{ action: 'elasticmapreduce:ListClusters', resource: '*' }],
      run: (input) => listClusters(account, input),
    }),
    ListInstanceFleets: operation(
      known('emr ListInstanceFleets', z.strictObject({ ClusterId: z.string(), Marker })),
      {
        permissions: (input) => [onCluster(account, 'ListInstanceFleets', input.ClusterId)],
        run: (input) => ({ InstanceFleets: account.run(input.ClusterId).cluster.fleets.map(fleetView) }),
      },
    ),
    ListInstances: operation(known('emr ListInstances', ListInstancesInput), {
      permissions: (input) => [onCluster(account, 'ListInstances', input.ClusterId)],
      run: (input) => listInstances(account, input),
    }),
    ListSteps: operation(known('emr ListSteps', ListStepsInput), {
      permissions: (input) => [onCluster(account, 'ListSteps', input.ClusterId)],
      run: (input) => listSteps(account, input),
    }),
    DescribeStep: operation(
      known('emr DescribeStep', z.strictObject({ ClusterId: z.string(), StepId: z.string() })),
      {
        permissions: (input) => [onCluster(account, 'DescribeStep', input.ClusterId)],
        run: (input) => {
          const step = account
            .run(input.ClusterId)
            .cluster.steps.find((candidate) => candidate.id === input.StepId);
          if (step === undefined) {
            throw new AwsFailure('InvalidRequestException', `Step id '${input.StepId}' is not valid.`);
          }
          return { Step: stepView(step) };
        },
      },
    ),
    ListSupportedInstanceTypes: operation(known('emr ListSupportedInstanceTypes', SupportedTypesInput), {
      permissions: () => [{ action: 'elasticmapreduce:ListSupportedInstanceTypes', resource: '*' }],
      run: listSupportedTypes,
    }),
    GetManagedScalingPolicy: operation(known('emr GetManagedScalingPolicy', OfCluster), {
      permissions: (input) => [onCluster(account, 'GetManagedScalingPolicy', input.ClusterId)],
      run: (input) => {
        const policy = account.run(input.ClusterId).cluster.managedScaling;
        return policy === null ? {} : { ManagedScalingPolicy: policy };
      },
    }),
    GetAutoTerminationPolicy: operation(known('emr GetAutoTerminationPolicy', OfCluster), {
      permissions: (input) => [onCluster(account, 'GetAutoTerminationPolicy', input.ClusterId)],
      run: (input) => {
        const seconds = account.run(input.ClusterId).cluster.idleTimeoutSeconds;
        return seconds === null ? {} : { AutoTerminationPolicy: { IdleTimeout: seconds } };
      },
    }),
  };
}

function listClusters(account: EmrAccount, input: z.output<typeof ListClustersInput>): unknown {
  const states = new Set(input.ClusterStates);
  const matching = account
    .clusters()
    .filter((cluster) => cluster.listedFromMs <= account.kernel.clock.nowMs())
    .filter((cluster) => input.CreatedAfter === undefined || cluster.createdMs >= input.CreatedAfter)
    .filter((cluster) => input.CreatedBefore === undefined || cluster.createdMs <= input.CreatedBefore)
    .filter((cluster) => states.size === 0 || states.has(cluster.state));
  const { page, marker } = paged(matching, input.Marker, CLUSTERS_PER_PAGE);
  return { Clusters: page.map(clusterSummary), ...marker };
}

function listInstances(account: EmrAccount, input: z.output<typeof ListInstancesInput>): unknown {
  const states = new Set(input.InstanceStates);
  const matching = account
    .run(input.ClusterId)
    .cluster.fleets.filter(
      (fleet) => input.InstanceFleetId === undefined || fleet.id === input.InstanceFleetId,
    )
    .filter((fleet) => input.InstanceFleetType === undefined || fleet.role === input.InstanceFleetType)
    .flatMap((fleet) => fleet.nodes.map((node) => ({ fleet, node })))
    .filter(({ node }) => states.size === 0 || states.has(node.state));
  const { page, marker } = paged(matching, input.Marker, INSTANCES_PER_PAGE);
  return { Instances: page.map(({ fleet, node }) => nodeView(fleet, node)), ...marker };
}

/** Steps come the newest first, unless asked for by id. */
function listSteps(account: EmrAccount, input: z.output<typeof ListStepsInput>): unknown {
  const { steps } = account.run(input.ClusterId).cluster;
  const states = new Set(input.StepStates);
  const matching =
    input.StepIds.length > 0
      ? steps.filter((step) => input.StepIds.includes(step.id))
      : steps.filter((step) => states.size === 0 || states.has(step.state)).reverse();
  const { page, marker } = paged(matching, input.Marker, STEPS_PER_PAGE);
  return { Steps: page.map(stepView), ...marker };
}

function listSupportedTypes({ ReleaseLabel, Marker: from }: z.output<typeof SupportedTypesInput>): unknown {
  if (!/^emr-\d+\.\d+\.\d+$/.test(ReleaseLabel)) {
    throw new AwsFailure('InvalidRequestException', `Release label ${ReleaseLabel} is not valid.`);
  }
  const supported = CATALOGUE.filter(({ family }) => emrSupports(ReleaseLabel, family));
  const { page, marker } = paged(supported, from, TYPES_PER_PAGE);
  return {
    SupportedInstanceTypes: page.map((type) => ({
      Type: type.name,
      MemoryGB: type.memoryMib / MIB_PER_GIB,
      StorageGB: type.nvmeGb,
      VCPU: type.vcpus,
      Is64BitsOnly: true,
      InstanceFamilyId: type.family,
      EbsOptimizedAvailable: true,
      EbsOptimizedByDefault: true,
      NumberOfDisks: type.nvmeGb > 0 ? 1 : 0,
      EbsStorageOnly: type.nvmeGb === 0,
      Architecture: type.architecture,
    })),
    ...marker,
  };
}

function paged<Item>(
  items: readonly Item[],
  from: string | undefined,
  size: number,
): { page: Item[]; marker: { Marker?: string } } {
  const start = Number(from ?? 0);
  if (!Number.isInteger(start)) throw new AwsFailure('InvalidRequestException', 'The marker is not valid.');
  const next = start + size;
  return { page: items.slice(start, next), marker: next < items.length ? { Marker: String(next) } : {} };
}
