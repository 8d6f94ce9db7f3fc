import { RUN_TAGS } from '../../../core/contracts/cluster.ts';
import type { InstanceType } from '../../../core/contracts/market.ts';
import type { Instance, NodeRole } from '../../world/instances.ts';
import type {
  InstanceFleetConfig,
  ManagedScalingPolicy,
  ResizeSpecifications,
  RunJobFlowInput,
  StepConfig,
} from './input.ts';

export type ClusterState =
  | 'STARTING'
  | 'BOOTSTRAPPING'
  | 'RUNNING'
  | 'WAITING'
  | 'TERMINATING'
  | 'TERMINATED'
  | 'TERMINATED_WITH_ERRORS';

export interface Reason {
  readonly code: string;
  readonly message: string;
}

/** A machine as a member of a fleet. */
export interface FleetNode {
  readonly id: string;
  readonly instance: Instance;
  readonly weight: number;
  state: 'PROVISIONING' | 'BOOTSTRAPPING' | 'RUNNING' | 'TERMINATED';
  reason: Reason;
  readyMs: number | null;
}

export interface FleetType {
  readonly type: InstanceType;
  readonly weight: number;
  readonly priority: number;
  readonly ebsGib: number;
}

export interface ResizeOrder {
  readonly onDemand: number;
  readonly spot: number;
  /** ids of the nodes that may be let go; any when left out */
  readonly releasable?: ReadonlySet<string>;
}

export interface Fleet {
  readonly id: string;
  readonly role: NodeRole;
  config: InstanceFleetConfig;
  types: readonly FleetType[];
  resizeSpecifications: ResizeSpecifications;
  targetOnDemand: number;
  targetSpot: number;
  state: 'PROVISIONING' | 'BOOTSTRAPPING' | 'RUNNING' | 'RESIZING' | 'TERMINATING' | 'TERMINATED';
  reason: Reason;
  readonly createdMs: number;
  readyMs: number | null;
  endMs: number | null;
  readonly nodes: FleetNode[];
  /** resizes that wait for the one under way */
  readonly queue: ResizeOrder[];
}

export interface Step {
  readonly id: string;
  readonly config: StepConfig;
  state: 'PENDING' | 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED' | 'INTERRUPTED';
  readonly createdMs: number;
  startMs: number | null;
  endMs: number | null;
  failure: string | null;
}

export interface ClusterRecord {
  readonly id: string;
  readonly arn: string;
  readonly input: RunJobFlowInput;
  readonly tags: Map<string, string>;
  state: ClusterState;
  reason: Reason;
  /** error code and data when it ended badly */
  errors: {
    readonly code: string;
    readonly data: Readonly<Record<string, string>>;
    readonly message: string;
  }[];
  readonly createdMs: number;
  /** ListClusters may lag behind */
  listedFromMs: number;
  readyMs: number | null;
  endMs: number | null;
  subnetId: string;
  zone: string;
  readonly fleets: Fleet[];
  readonly steps: Step[];
  idleTimeoutSeconds: number | null;
  terminationProtected: boolean;
  managedScaling: ManagedScalingPolicy | null;
}

export const NO_REASON: Reason = { code: '', message: '' };

/** Units of nodes that are there or on their way, bought one way. */
export function liveUnits(fleet: Fleet, purchase: Instance['purchase']): number {
  return sumUnits(fleet, (node) => node.state !== 'TERMINATED' && node.instance.purchase === purchase);
}

/** Units of nodes that have been launched and still live. */
export function provisionedUnits(fleet: Fleet, purchase: Instance['purchase']): number {
  return sumUnits(
    fleet,
    (node) =>
      (node.state === 'BOOTSTRAPPING' || node.state === 'RUNNING') && node.instance.purchase === purchase,
  );
}

function sumUnits(fleet: Fleet, counts: (node: FleetNode) => boolean): number {
  return fleet.nodes.filter(counts).reduce((sum, node) => sum + node.weight, 0);
}

/** What faults are told of a cluster. */
export function faultSubject({ id, input, tags }: ClusterRecord) {
  return { clusterId: id, clusterName: input.Name, job: tags.get(RUN_TAGS.job) ?? '' };
}

export function hasEnded(cluster: ClusterRecord): boolean {
  return cluster.state === 'TERMINATED' || cluster.state === 'TERMINATED_WITH_ERRORS';
}
