import { subnetsOf } from './validate.ts';
import {
  provisionedUnits,
  type ClusterRecord,
  type Fleet,
  type FleetNode,
  type Reason,
  type Step,
} from './model.ts';

/** How EMR answers: the shapes of its API, from the simulation's own records. Times are Dates. */

export function clusterView(cluster: ClusterRecord): unknown {
  const { input } = cluster;
  const { Instances: instances } = input;
  return {
    ...clusterSummary(cluster),
    Ec2InstanceAttributes: {
      Ec2SubnetId: cluster.subnetId,
      RequestedEc2SubnetIds: subnetsOf(input),
      Ec2AvailabilityZone: cluster.zone,
      RequestedEc2AvailabilityZones: [],
      IamInstanceProfile: input.JobFlowRole,
      EmrManagedMasterSecurityGroup: instances.EmrManagedMasterSecurityGroup,
      EmrManagedSlaveSecurityGroup: instances.EmrManagedSlaveSecurityGroup,
      ServiceAccessSecurityGroup: instances.ServiceAccessSecurityGroup,
    },
    InstanceCollectionType: 'INSTANCE_FLEET',
    LogUri: input.LogUri,
    ReleaseLabel: input.ReleaseLabel,
    AutoTerminate: !instances.KeepJobFlowAliveWhenNoSteps,
    TerminationProtected: cluster.terminationProtected,
    VisibleToAllUsers: input.VisibleToAllUsers,
    Applications: input.Applications.map(({ Name }) => ({ Name })),
    Tags: [...cluster.tags].map(([Key, Value]) => ({ Key, Value })),
    ServiceRole: input.ServiceRole,
    Configurations: input.Configurations.map(({ Classification, Properties }) => ({
      Classification,
      Properties,
    })),
    ScaleDownBehavior: input.ScaleDownBehavior ?? 'TERMINATE_AT_TASK_COMPLETION',
    StepConcurrencyLevel: input.StepConcurrencyLevel,
  };
}

export function clusterSummary(cluster: ClusterRecord): Record<string, unknown> {
  return {
    Id: cluster.id,
    Name: cluster.input.Name,
    ClusterArn: cluster.arn,
    NormalizedInstanceHours: 0,
    Status: {
      State: cluster.state,
      StateChangeReason: reasonView(cluster.reason),
      Timeline: timeline(cluster.createdMs, { ReadyDateTime: cluster.readyMs, EndDateTime: cluster.endMs }),
      ErrorDetails: cluster.errors.map((error) => ({
        ErrorCode: error.code,
        ErrorData: [error.data],
        ErrorMessage: error.message,
      })),
    },
  };
}

export function fleetView(fleet: Fleet): unknown {
  return {
    Id: fleet.id,
    Name: fleet.config.Name,
    Status: {
      State: fleet.state,
      StateChangeReason: reasonView(fleet.reason),
      Timeline: timeline(fleet.createdMs, { ReadyDateTime: fleet.readyMs, EndDateTime: fleet.endMs }),
    },
    InstanceFleetType: fleet.role,
    TargetOnDemandCapacity: fleet.targetOnDemand,
    TargetSpotCapacity: fleet.targetSpot,
    ProvisionedOnDemandCapacity: provisionedUnits(fleet, 'on-demand'),
    ProvisionedSpotCapacity: provisionedUnits(fleet, 'spot'),
    InstanceTypeSpecifications: fleet.config.InstanceTypeConfigs.map((config) => ({
      InstanceType: config.InstanceType,
      WeightedCapacity: config.WeightedCapacity,
      BidPrice: config.BidPrice,
      BidPriceAsPercentageOfOnDemandPrice: config.BidPriceAsPercentageOfOnDemandPrice,
      Priority: config.Priority,
      EbsBlockDevices: (config.EbsConfiguration?.EbsBlockDeviceConfigs ?? []).flatMap((device) =>
        Array.from({ length: device.VolumesPerInstance }, () => ({
          VolumeSpecification: device.VolumeSpecification,
        })),
      ),
    })),
    LaunchSpecifications: fleet.config.LaunchSpecifications,
    ResizeSpecifications: fleet.resizeSpecifications,
  };
}

export function nodeView(fleet: Fleet, node: FleetNode): unknown {
  const { instance } = node;
  return {
    Id: node.id,
    Ec2InstanceId: instance.ec2Id,
    PrivateDnsName: `ip-${instance.privateIp.replaceAll('.', '-')}.ec2.internal`,
    PrivateIpAddress: instance.privateIp,
    Status: {
      State: node.state,
      StateChangeReason: reasonView(node.reason),
      Timeline: timeline(instance.requestedMs, {
        ReadyDateTime: node.readyMs,
        EndDateTime: instance.endedMs,
      }),
    },
    InstanceFleetId: fleet.id,
    Market: instance.purchase === 'spot' ? 'SPOT' : 'ON_DEMAND',
    InstanceType: instance.type.name,
    EbsVolumes: [],
  };
}

export function stepView(step: Step): Record<string, unknown> {
  const { HadoopJarStep: jar } = step.config;
  return {
    Id: step.id,
    Name: step.config.Name,
    Config: {
      Jar: jar.Jar,
      Properties: Object.fromEntries(jar.Properties.map(({ Key, Value }) => [Key, Value])),
      MainClass: jar.MainClass,
      Args: jar.Args,
    },
    ActionOnFailure: step.config.ActionOnFailure,
    Status: {
      State: step.state,
      StateChangeReason: {},
      ...(step.failure === null
        ? {}
        : { FailureDetails: { Reason: 'Unknown Error.', Message: step.failure } }),
      Timeline: timeline(step.createdMs, { StartDateTime: step.startMs, EndDateTime: step.endMs }),
    },
  };
}

function reasonView(reason: Reason): Record<string, string> {
  return reason.code === '' ? {} : { Code: reason.code, Message: reason.message };
}

function timeline(createdMs: number, others: Readonly<Record<string, number | null>>): Record<string, Date> {
  const reached = Object.entries(others).flatMap(([name, ms]) =>
    ms === null ? [] : [[name, new Date(ms)] as const],
  );
  return { CreationDateTime: new Date(createdMs), ...Object.fromEntries(reached) };
}
