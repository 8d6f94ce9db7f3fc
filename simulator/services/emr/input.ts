import * as z from 'zod';
import { ignored } from '../known.ts';

/** Members of EMR's requests, as far as a simulated cluster depends on them. */

/** A time as a caller may hand it in: a Date, seconds since the epoch, or ISO 8601. @returns ms */
export const Moment = z.union([
  z.date().transform((date) => date.getTime()),
  z.number().transform((seconds) => seconds * 1000),
  z.string().transform((text) => Date.parse(text)),
]);

export const Tags = z.array(z.strictObject({ Key: z.string(), Value: z.string().default('') }));

const EbsConfiguration = z.strictObject({
  EbsOptimized: z.boolean().optional(),
  EbsBlockDeviceConfigs: z
    .array(
      z.strictObject({
        VolumeSpecification: z.strictObject({
          VolumeType: z.string(),
          SizeInGB: z.number().int().positive(),
          Iops: z.number().optional(),
          Throughput: z.number().optional(),
        }),
        VolumesPerInstance: z.number().int().positive().default(1),
      }),
    )
    .default([]),
});

const SpotStrategy = z.enum([
  'capacity-optimized',
  'price-capacity-optimized',
  'lowest-price',
  'diversified',
  'capacity-optimized-prioritized',
]);
const OnDemandStrategy = z.enum(['lowest-price', 'prioritized']);

const InstanceTypeConfig = z.strictObject({
  InstanceType: z.string(),
  WeightedCapacity: z.number().int().min(0).max(999).default(1),
  BidPrice: z.string().optional(),
  BidPriceAsPercentageOfOnDemandPrice: z.number().optional(),
  EbsConfiguration: EbsConfiguration.optional(),
  Configurations: ignored,
  Priority: z.number().min(0).optional(),
});

const LaunchSpecifications = z.strictObject({
  SpotSpecification: z
    .strictObject({
      TimeoutDurationMinutes: z.number().int(),
      TimeoutAction: z.enum(['SWITCH_TO_ON_DEMAND', 'TERMINATE_CLUSTER']),
      AllocationStrategy: SpotStrategy.optional(),
    })
    .optional(),
  OnDemandSpecification: z.strictObject({ AllocationStrategy: OnDemandStrategy }).optional(),
});

export const ResizeSpecifications = z.strictObject({
  SpotResizeSpecification: z
    .strictObject({
      TimeoutDurationMinutes: z.number().int().optional(),
      AllocationStrategy: SpotStrategy.optional(),
    })
    .optional(),
  OnDemandResizeSpecification: z
    .strictObject({
      TimeoutDurationMinutes: z.number().int().optional(),
      AllocationStrategy: OnDemandStrategy.optional(),
    })
    .optional(),
});
export type ResizeSpecifications = z.output<typeof ResizeSpecifications>;

export const InstanceFleetConfig = z.strictObject({
  Name: z.string().optional(),
  InstanceFleetType: z.enum(['MASTER', 'CORE', 'TASK']),
  TargetOnDemandCapacity: z.number().int().min(0).default(0),
  TargetSpotCapacity: z.number().int().min(0).default(0),
  InstanceTypeConfigs: z.array(InstanceTypeConfig).default([]),
  LaunchSpecifications: LaunchSpecifications.prefault({}),
  ResizeSpecifications: ResizeSpecifications.prefault({}),
  Context: z.string().optional(),
});
export type InstanceFleetConfig = z.output<typeof InstanceFleetConfig>;

const ActionOnFailure = z.enum(['TERMINATE_JOB_FLOW', 'TERMINATE_CLUSTER', 'CANCEL_AND_WAIT', 'CONTINUE']);

export const StepConfig = z.strictObject({
  Name: z.string(),
  ActionOnFailure: ActionOnFailure.default('CONTINUE'),
  HadoopJarStep: z.strictObject({
    Jar: z.string(),
    MainClass: z.string().optional(),
    Args: z.array(z.string()).default([]),
    Properties: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).default([]),
  }),
});
export type StepConfig = z.output<typeof StepConfig>;

const Classification = z.object({
  Classification: z.string().default(''),
  Properties: z.record(z.string(), z.string()).default({}),
  Configurations: ignored,
});

export const AutoTerminationPolicy = z.strictObject({
  IdleTimeout: z.number().int().min(60).max(604_800).optional(),
});

const units = z.number().int().min(0);

/** Advanced scaling is not simulated: AWS does not say what its index does to targets. */
export const ManagedScalingPolicy = z.strictObject({
  ComputeLimits: z.strictObject({
    UnitType: z.literal('InstanceFleetUnits'),
    MinimumCapacityUnits: units,
    MaximumCapacityUnits: units,
    MaximumOnDemandCapacityUnits: units.optional(),
    MaximumCoreCapacityUnits: units.optional(),
  }),
  ScalingStrategy: z.literal('DEFAULT').optional(),
});
export type ManagedScalingPolicy = z.output<typeof ManagedScalingPolicy>;

export const RunJobFlowInput = z.strictObject({
  Name: z.string().min(1).max(256),
  LogUri: z.string().optional(),
  LogEncryptionKmsKeyId: z.string().optional(),
  ReleaseLabel: z.string(),
  OSReleaseLabel: ignored,
  Instances: z.strictObject({
    InstanceFleets: z.array(InstanceFleetConfig),
    Ec2SubnetId: z.string().optional(),
    Ec2SubnetIds: z.array(z.string()).default([]),
    Ec2KeyName: z.string().optional(),
    KeepJobFlowAliveWhenNoSteps: z.boolean().default(false),
    TerminationProtected: z.boolean().default(false),
    UnhealthyNodeReplacement: z.boolean().optional(),
    EmrManagedMasterSecurityGroup: z.string().optional(),
    EmrManagedSlaveSecurityGroup: z.string().optional(),
    ServiceAccessSecurityGroup: z.string().optional(),
    AdditionalMasterSecurityGroups: z.array(z.string()).optional(),
    AdditionalSlaveSecurityGroups: z.array(z.string()).optional(),
  }),
  Steps: z.array(StepConfig).default([]),
  BootstrapActions: z
    .array(
      z.strictObject({
        Name: z.string(),
        ScriptBootstrapAction: z.strictObject({ Path: z.string(), Args: z.array(z.string()).default([]) }),
      }),
    )
    .default([]),
  Applications: z.array(z.object({ Name: z.string() })).default([]),
  Configurations: z.array(Classification).default([]),
  VisibleToAllUsers: z.boolean().default(true),
  JobFlowRole: z.string().optional(),
  ServiceRole: z.string().optional(),
  Tags: Tags.default([]),
  SecurityConfiguration: z.string().optional(),
  ScaleDownBehavior: z.enum(['TERMINATE_AT_INSTANCE_HOUR', 'TERMINATE_AT_TASK_COMPLETION']).optional(),
  EbsRootVolumeSize: z.number().optional(),
  StepConcurrencyLevel: z.number().int().min(1).max(256).default(1),
  AutoTerminationPolicy: AutoTerminationPolicy.optional(),
  ManagedScalingPolicy: ManagedScalingPolicy.optional(),
});
export type RunJobFlowInput = z.output<typeof RunJobFlowInput>;
