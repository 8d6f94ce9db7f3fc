import * as z from 'zod';
import { AwsFailure, operation, type Operation, type RequiredPermission } from '../../contracts.ts';
import { ignored, known } from '../known.ts';
import type { EmrAccount } from './account.ts';
import {
  AutoTerminationPolicy,
  InstanceFleetConfig,
  ManagedScalingPolicy,
  ResizeSpecifications,
  RunJobFlowInput,
  StepConfig,
  Tags,
} from './input.ts';
import { hasEnded, type ClusterRecord, type Fleet } from './model.ts';
import { onCluster, passRole, requestTags, roleArn } from './permissions.ts';
import { validateNewFleet, validateNewTypes, validateRunJobFlow, validateScaling } from './validate.ts';

const ModifyInstanceFleetInput = z.strictObject({
  ClusterId: z.string(),
  InstanceFleet: z.strictObject({
    InstanceFleetId: z.string(),
    TargetOnDemandCapacity: z.number().int().min(0).optional(),
    TargetSpotCapacity: z.number().int().min(0).optional(),
    ResizeSpecifications: ResizeSpecifications.optional(),
    InstanceTypeConfigs: InstanceFleetConfig.shape.InstanceTypeConfigs.optional(),
    Context: ignored,
  }),
});
const AddInstanceFleetInput = z.strictObject({ ClusterId: z.string(), InstanceFleet: InstanceFleetConfig });
const CancelStepsInput = z.strictObject({
  ClusterId: z.string(),
  StepIds: z.array(z.string()).min(1).max(256),
  StepCancellationOption: ignored,
});

/** EMR's operations that change something. */
export function changeOperations(account: EmrAccount): Record<string, Operation> {
  return {
    RunJobFlow: operation(known('emr RunJobFlow', RunJobFlowInput), {
      permissions: (input) => runJobFlowPermissions(account, input),
      run: (input) => {
        validateRunJobFlow(input, (subnet) => account.dependencies.zoneOfSubnet(subnet) !== undefined);
        const cluster = account.create(input);
        return { JobFlowId: cluster.id, ClusterArn: cluster.arn };
      },
    }),
    AddJobFlowSteps: operation(
      known(
        'emr AddJobFlowSteps',
        z.strictObject({ JobFlowId: z.string(), Steps: z.array(StepConfig).min(1) }),
      ),
      {
        permissions: (input) => [onCluster(account, 'AddJobFlowSteps', input.JobFlowId)],
        run: (input) => addSteps(account, input.JobFlowId, input.Steps),
      },
    ),
    CancelSteps: operation(known('emr CancelSteps', CancelStepsInput), {
      permissions: (input) => [onCluster(account, 'CancelSteps', input.ClusterId)],
      run: (input) => cancelSteps(account, input),
    }),
    ModifyInstanceFleet: operation(known('emr ModifyInstanceFleet', ModifyInstanceFleetInput), {
      permissions: (input) => [onCluster(account, 'ModifyInstanceFleet', input.ClusterId)],
      run: (input) => modifyInstanceFleet(account, input),
    }),
    TerminateJobFlows: operation(
      known('emr TerminateJobFlows', z.strictObject({ JobFlowIds: z.array(z.string()).min(1) })),
      {
        permissions: (input) => input.JobFlowIds.map((id) => onCluster(account, 'TerminateJobFlows', id)),
        run: (input) => terminate(account, input.JobFlowIds),
      },
    ),
    AddInstanceFleet: operation(known('emr AddInstanceFleet', AddInstanceFleetInput), {
      permissions: (input) => [onCluster(account, 'AddInstanceFleet', input.ClusterId)],
      run: (input) => addInstanceFleet(account, input),
    }),
    ...settingOperations(account),
    ...scalingOperations(account),
  };
}

/** Operations that give a cluster to managed scaling, and take it back. */
function scalingOperations(account: EmrAccount): Record<string, Operation> {
  const put = z.strictObject({ ClusterId: z.string(), ManagedScalingPolicy });
  const remove = z.strictObject({ ClusterId: z.string() });
  return {
    PutManagedScalingPolicy: operation(known('emr PutManagedScalingPolicy', put), {
      permissions: (input) => [onCluster(account, 'PutManagedScalingPolicy', input.ClusterId)],
      run: (input) => {
        const run = account.run(input.ClusterId);
        if (hasEnded(run.cluster)) refuse(`Cluster ${input.ClusterId} has ended.`);
        validateScaling(input.ManagedScalingPolicy);
        run.cluster.managedScaling = input.ManagedScalingPolicy;
        account.scale(run);
        return {};
      },
    }),
    RemoveManagedScalingPolicy: operation(known('emr RemoveManagedScalingPolicy', remove), {
      permissions: (input) => [onCluster(account, 'RemoveManagedScalingPolicy', input.ClusterId)],
      run: (input) => {
        account.run(input.ClusterId).cluster.managedScaling = null;
        return {};
      },
    }),
  };
}

/** Operations that change a cluster's settings and tags. */
function settingOperations(account: EmrAccount): Record<string, Operation> {
  const protection = z.strictObject({ JobFlowIds: z.array(z.string()), TerminationProtected: z.boolean() });
  const autoTermination = z.strictObject({
    ClusterId: z.string(),
    AutoTerminationPolicy: AutoTerminationPolicy.prefault({}),
  });
  return {
    SetTerminationProtection: operation(known('emr SetTerminationProtection', protection), {
      permissions: (input) =>
        input.JobFlowIds.map((id) => onCluster(account, 'SetTerminationProtection', id)),
      run: (input) => {
        for (const id of input.JobFlowIds)
          account.run(id).cluster.terminationProtected = input.TerminationProtected;
        return {};
      },
    }),
    PutAutoTerminationPolicy: operation(known('emr PutAutoTerminationPolicy', autoTermination), {
      permissions: (input) => [onCluster(account, 'PutAutoTerminationPolicy', input.ClusterId)],
      run: (input) => {
        account.run(input.ClusterId).cluster.idleTimeoutSeconds =
          input.AutoTerminationPolicy.IdleTimeout ?? null;
        return {};
      },
    }),
    AddTags: operation(known('emr AddTags', z.strictObject({ ResourceId: z.string(), Tags })), {
      permissions: (input) => {
        const permission = onCluster(account, 'AddTags', input.ResourceId);
        return [{ ...permission, context: { ...permission.context, ...requestTags(input.Tags) } }];
      },
      run: (input) => {
        const { tags } = account.run(input.ResourceId).cluster;
        for (const { Key, Value } of input.Tags) tags.set(Key, Value);
        return {};
      },
    }),
  };
}

function runJobFlowPermissions(account: EmrAccount, input: RunJobFlowInput): RequiredPermission[] {
  const { accountId } = account.kernel;
  const profile = input.JobFlowRole ?? '';
  const profileName = profile.split('/').at(-1) ?? profile;
  const instanceRole =
    account.dependencies.roleOfInstanceProfile?.(profile) ?? roleArn(accountId, profileName);
  return [
    { action: 'elasticmapreduce:RunJobFlow', resource: '*', context: requestTags(input.Tags) },
    passRole(roleArn(accountId, input.ServiceRole ?? ''), 'elasticmapreduce.amazonaws.com'),
    passRole(instanceRole, 'ec2.amazonaws.com'),
  ];
}

function addSteps(account: EmrAccount, clusterId: string, configs: readonly StepConfig[]): unknown {
  const run = account.run(clusterId);
  if (run.cluster.state === 'TERMINATING' || hasEnded(run.cluster)) {
    throw new AwsFailure(
      'ValidationException',
      'A job flow that is shutting down, terminated, or finished may not be modified.',
    );
  }
  const steps = configs.map((config) => account.newStep(config));
  run.cluster.steps.push(...steps);
  run.addSteps();
  return { StepIds: steps.map((step) => step.id) };
}

function cancelSteps(account: EmrAccount, input: z.output<typeof CancelStepsInput>): unknown {
  const run = account.run(input.ClusterId);
  return {
    CancelStepsInfoList: input.StepIds.map((StepId) => {
      const step = run.cluster.steps.find((candidate) => candidate.id === StepId);
      const cancelled = step !== undefined && run.cancelStep(step);
      return cancelled
        ? { StepId, Status: 'SUBMITTED' }
        : { StepId, Status: 'FAILED', Reason: 'The step is not in a state in which it can be cancelled.' };
    }),
  };
}

function addInstanceFleet(account: EmrAccount, input: z.output<typeof AddInstanceFleetInput>): unknown {
  const run = account.run(input.ClusterId);
  refuseUnlessAtWork(run.cluster);
  validateNewFleet(
    input.InstanceFleet,
    run.cluster.fleets.map((fleet) => fleet.config),
  );
  const fleet = account.newFleet(input.InstanceFleet);
  const { zone } = run.cluster;
  const missing = fleet.types.find(({ type }) => !account.dependencies.world.market.offers(type, zone));
  if (missing !== undefined) refuse(`Instance type '${missing.type.name}' is not supported in ${zone}.`);
  run.addFleet(fleet);
  return { ClusterId: run.cluster.id, InstanceFleetId: fleet.id, ClusterArn: run.cluster.arn };
}

function modifyInstanceFleet(account: EmrAccount, input: z.output<typeof ModifyInstanceFleetInput>): unknown {
  const run = account.run(input.ClusterId);
  const change = input.InstanceFleet;
  const fleet = run.cluster.fleets.find((candidate) => candidate.id === change.InstanceFleetId);
  if (fleet === undefined) refuse(`Instance fleet '${change.InstanceFleetId}' is not valid.`);
  refuseUnlessAtWork(run.cluster);
  if (fleet.role === 'MASTER') refuse('The MASTER instance fleet cannot be resized.');
  const last = fleet.queue.at(-1);
  const order = {
    onDemand: change.TargetOnDemandCapacity ?? last?.onDemand ?? fleet.targetOnDemand,
    spot: change.TargetSpotCapacity ?? last?.spot ?? fleet.targetSpot,
  };
  if (fleet.role === 'CORE' && order.onDemand + order.spot === 0) {
    refuse('The CORE instance fleet must have a target above 0.');
  }
  if (change.InstanceTypeConfigs !== undefined)
    giveTypes(account, run.cluster, fleet, change.InstanceTypeConfigs);
  if (change.ResizeSpecifications !== undefined) fleet.resizeSpecifications = change.ResizeSpecifications;
  account.kernel.trace('emr.resize', { clusterId: run.cluster.id, role: fleet.role, ...order });
  run.resize(fleet.id, order);
  return {};
}

/**
 * Types that a fleet is given while it runs: those named are added, or set anew; what it has already stays. EMR does
 * not document whether a type that is left out goes, so the product always names them all.
 */
function giveTypes(
  account: EmrAccount,
  { zone }: ClusterRecord,
  fleet: Fleet,
  configs: InstanceFleetConfig['InstanceTypeConfigs'],
): void {
  const named = new Set(configs.map(({ InstanceType }) => InstanceType));
  const kept = fleet.config.InstanceTypeConfigs.filter(({ InstanceType }) => !named.has(InstanceType));
  const all = [...kept, ...configs];
  validateNewTypes(fleet.config, all);
  const types = account.fleetTypes(all);
  const missing = types.find(({ type }) => !account.dependencies.world.market.offers(type, zone));
  if (missing !== undefined) refuse(`Instance type '${missing.type.name}' is not supported in ${zone}.`);
  fleet.config = { ...fleet.config, InstanceTypeConfigs: all };
  fleet.types = types;
}

function terminate(account: EmrAccount, clusterIds: readonly string[]): unknown {
  const runs = clusterIds.map((id) => account.run(id));
  if (runs.some((run) => run.cluster.terminationProtected)) {
    throw new AwsFailure(
      'ValidationException',
      'Could not shut down one or more job flows since they are termination protected.',
    );
  }
  for (const run of runs) run.terminate('USER_REQUEST', 'Terminated by user request', 'TERMINATED');
  return {};
}

function refuseUnlessAtWork(cluster: ClusterRecord): void {
  if (cluster.state === 'RUNNING' || cluster.state === 'WAITING') return;
  refuse(
    `Instance fleets of ${cluster.id} can change while it is RUNNING or WAITING; it is ${cluster.state}.`,
  );
}

function refuse(message: string): never {
  throw new AwsFailure('InvalidRequestException', message, 400, { ErrorCode: 'InvalidRequest' });
}
