import { instanceTypeByName } from '../../../core/market/catalogue.ts';
import { AwsFailure } from '../../contracts.ts';
import type { InstanceFleetConfig, ManagedScalingPolicy, RunJobFlowInput } from './input.ts';

const MOST_TYPES = 5;
const MOST_TYPES_WITH_STRATEGY = 30;
const MOST_STEPS = 256;
const MOST_BOOTSTRAP_ACTIONS = 16;

/** @param known  whether a subnet exists */
export function validateRunJobFlow(input: RunJobFlowInput, known: (subnetId: string) => boolean): void {
  const { Instances: instances } = input;
  if (!/^emr-\d+\.\d+\.\d+$/.test(input.ReleaseLabel)) {
    refuse(`The supplied release label is invalid: ${input.ReleaseLabel}.`);
  }
  if (input.ServiceRole === undefined) refuse('ServiceRole is required.');
  if (input.JobFlowRole === undefined) refuse('InstanceProfile is required for creating cluster.');
  validateFleets(instances.InstanceFleets);
  if (input.ManagedScalingPolicy !== undefined) validateScaling(input.ManagedScalingPolicy);
  const subnets = subnetsOf(input);
  const strange = subnets.find((subnet) => !known(subnet));
  if (strange !== undefined)
    refuse(`The subnet configuration was invalid: The subnet ID '${strange}' does not exist`);
  if (input.Steps.length > MOST_STEPS) refuse('Maximum number of steps for job exceeded');
  if (input.BootstrapActions.length > MOST_BOOTSTRAP_ACTIONS)
    refuse('Too many bootstrap actions: at most 16.');
  if (input.Steps.length === 0 && !instances.KeepJobFlowAliveWhenNoSteps) {
    refuse('A cluster that does not stay alive without steps needs at least one step.');
  }
  if (input.StepConcurrencyLevel > 1 && input.Steps.some((step) => step.ActionOnFailure !== 'CONTINUE')) {
    refuse('Steps that run at the same time must have the action on failure CONTINUE.');
  }
}

/** The limits of a managed scaling policy must not contradict one another. */
export function validateScaling({ ComputeLimits: limits }: ManagedScalingPolicy): void {
  const { MinimumCapacityUnits: least, MaximumCapacityUnits: most } = limits;
  if (least > most) refuse(`MinimumCapacityUnits ${least} must not be above MaximumCapacityUnits ${most}.`);
  const parts = [limits.MaximumOnDemandCapacityUnits ?? 0, limits.MaximumCoreCapacityUnits ?? 0];
  if (parts.some((part) => part > most)) {
    refuse(`On-demand and core limits must not be above MaximumCapacityUnits ${most}.`);
  }
}

export function subnetsOf(input: RunJobFlowInput): string[] {
  const { Ec2SubnetId, Ec2SubnetIds } = input.Instances;
  return Ec2SubnetId === undefined ? Ec2SubnetIds : [Ec2SubnetId, ...Ec2SubnetIds];
}

/** @param present  fleets that the cluster has */
export function validateNewFleet(fleet: InstanceFleetConfig, present: readonly InstanceFleetConfig[]): void {
  validateFleets([...present, fleet]);
}

/** Types that a running fleet is given: with those it has, they must be such as a new fleet may have. */
export function validateNewTypes(
  fleet: InstanceFleetConfig,
  configs: InstanceFleetConfig['InstanceTypeConfigs'],
): void {
  validateTypes(configs, fleet.InstanceFleetType, mostTypes(fleet));
}

function validateFleets(fleets: readonly InstanceFleetConfig[]): void {
  for (const role of ['MASTER', 'CORE', 'TASK'] as const) {
    const count = fleets.filter((fleet) => fleet.InstanceFleetType === role).length;
    if (count > 1) refuse(`Only one instance fleet of type ${role} is allowed, found ${count}.`);
    if (role === 'MASTER' && count === 0) refuse('A MASTER instance fleet is required.');
  }
  const strategies = fleets.filter(hasStrategy).length;
  if (strategies > 0 && strategies < fleets.length) {
    refuse('An allocation strategy must be set on every instance fleet when it is set on one.');
  }
  for (const fleet of fleets) validateFleet(fleet);
}

function hasStrategy(fleet: InstanceFleetConfig): boolean {
  const { SpotSpecification: spot, OnDemandSpecification: onDemand } = fleet.LaunchSpecifications;
  return spot?.AllocationStrategy !== undefined || onDemand !== undefined;
}

function mostTypes(fleet: InstanceFleetConfig): number {
  return hasStrategy(fleet) ? MOST_TYPES_WITH_STRATEGY : MOST_TYPES;
}

function validateFleet(fleet: InstanceFleetConfig): void {
  const role = fleet.InstanceFleetType;
  const { TargetOnDemandCapacity: onDemand, TargetSpotCapacity: spot } = fleet;
  if (role === 'MASTER' && onDemand + spot !== 1) {
    refuse('The MASTER instance fleet must have a target of exactly one unit, on demand or spot.');
  }
  if (role === 'CORE' && onDemand + spot === 0) refuse('The CORE instance fleet must have a target above 0.');
  validateTypes(fleet.InstanceTypeConfigs, role, mostTypes(fleet));
  const timeout = fleet.LaunchSpecifications.SpotSpecification?.TimeoutDurationMinutes;
  if (timeout !== undefined && (timeout < 5 || timeout > 1440)) {
    refuse('The spot time-out of an instance fleet must be between 5 and 1440 minutes.');
  }
  const resize = fleet.ResizeSpecifications;
  for (const minutes of [
    resize.SpotResizeSpecification?.TimeoutDurationMinutes,
    resize.OnDemandResizeSpecification?.TimeoutDurationMinutes,
  ]) {
    if (minutes !== undefined && (minutes < 5 || minutes > 10_080)) {
      refuse('The resize time-out of an instance fleet must be between 5 and 10080 minutes.');
    }
  }
}

function validateTypes(
  configs: InstanceFleetConfig['InstanceTypeConfigs'],
  role: string,
  most: number,
): void {
  if (configs.length === 0) refuse(`The ${role} instance fleet names no instance type.`);
  if (configs.length > most) {
    refuse(`The ${role} instance fleet names ${configs.length} instance types; at most ${most} are allowed.`);
  }
  const names = configs.map((config) => config.InstanceType);
  if (new Set(names).size < names.length) refuse(`The ${role} instance fleet names an instance type twice.`);
  const strange = names.find((name) => instanceTypeByName(name) === undefined);
  if (strange !== undefined) refuse(`Instance type '${strange}' is not supported.`);
  const architectures = new Set(names.map((name) => instanceTypeByName(name)?.architecture));
  if (architectures.size > 1) refuse(`The ${role} instance fleet mixes x86_64 and arm64 instance types.`);
  if (role === 'MASTER' && configs.some((config) => config.WeightedCapacity !== 1)) {
    refuse('Instance types of the MASTER instance fleet must have a weighted capacity of 1.');
  }
}

function refuse(message: string): never {
  throw new AwsFailure('ValidationException', message);
}
