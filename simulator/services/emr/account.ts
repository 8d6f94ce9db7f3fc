import { instanceTypeByName } from '../../../core/market/catalogue.ts';
import { AwsFailure, type Kernel } from '../../contracts.ts';
import { MS_PER_MINUTE } from '../../world/draws.ts';
import type { World } from '../../world/world.ts';
import type { PutMetric } from '../cloudwatch.ts';
import type { ServiceEvent } from '../eventbridge/event.ts';
import { measure } from './cluster-metrics.ts';
import { ClusterRun } from './cluster-run.ts';
import { EmrEvents } from './events.ts';
import { nextId } from './ids.ts';
import { ManagedScaler } from './managed-scaler.ts';
import type { InstanceFleetConfig, RunJobFlowInput, StepConfig } from './input.ts';
import {
  faultSubject,
  hasEnded,
  NO_REASON,
  type ClusterRecord,
  type Fleet,
  type FleetType,
  type Step,
} from './model.ts';
import { ProgressReporter, type WrittenReport } from './progress-reporter.ts';
import { subnetsOf } from './validate.ts';

const MANAGED_POLICY_TAG = 'for-use-with-amazon-emr-managed-policies';

/** What EMR needs of the rest of the account. */
export interface EmrDependencies {
  readonly world: World;
  /** EventBridge's entry for events of AWS services */
  publish(event: ServiceEvent): void;
  /** CloudWatch's entry for measurements */
  putMetric: PutMetric;
  /** zone of a subnet; undefined when there is no such subnet */
  zoneOfSubnet(subnetId: string): string | undefined;
  /** ARN of the role in an instance profile, by the profile's name or ARN */
  roleOfInstanceProfile?(nameOrArn: string): string | undefined;
  /** whether a role's policy lets EMR touch only what carries the managed-policies tag */
  needsManagedTag?(serviceRole: string): boolean;
}

/** Every cluster of the account, and the minute hand that measures them. */
export class EmrAccount {
  readonly kernel: Kernel;
  readonly dependencies: EmrDependencies;
  readonly #events: EmrEvents;
  readonly #runs = new Map<string, ClusterRun>();
  readonly #reporters = new Map<string, ProgressReporter>();
  readonly #scalers = new Map<string, ManagedScaler>();

  constructor(kernel: Kernel, dependencies: EmrDependencies) {
    this.kernel = kernel;
    this.dependencies = dependencies;
    this.#events = new EmrEvents((event) => {
      dependencies.publish(event);
    });
    dependencies.world.reclaims.whenReclaimed((instance) =>
      this.#runs.get(instance.clusterId)?.reclaimed(instance),
    );
  }

  /** Clusters, the newest first. */
  clusters(): ClusterRecord[] {
    return [...this.#runs.values()].map((run) => run.cluster).reverse();
  }

  /** @throws AwsFailure InvalidRequestException when there is no such cluster */
  run(clusterId: string): ClusterRun {
    const run = this.#runs.get(clusterId);
    if (run !== undefined) return run;
    throw new AwsFailure('InvalidRequestException', `Cluster id '${clusterId}' is not valid.`, 400, {
      ErrorCode: 'NoSuchCluster',
    });
  }

  /** What the reporter of a cluster has written since this was last asked; null: nothing. */
  takeReport(clusterId: string): WrittenReport | null {
    return this.#reporters.get(clusterId)?.takeWritten() ?? null;
  }

  find(clusterId: string): ClusterRecord | undefined {
    return this.#runs.get(clusterId)?.cluster;
  }

  clusterArn(clusterId: string): string {
    return `arn:aws:elasticmapreduce:${this.kernel.region}:${this.kernel.accountId}:cluster/${clusterId}`;
  }

  create(input: RunJobFlowInput): ClusterRecord {
    const id = nextId(this.kernel, 'j');
    const nowMs = this.kernel.clock.nowMs();
    const subnetId = this.#bestSubnet(input);
    const cluster: ClusterRecord = {
      id,
      arn: this.clusterArn(id),
      input,
      tags: new Map(input.Tags.map(({ Key, Value }) => [Key, Value])),
      state: 'STARTING',
      reason: NO_REASON,
      errors: [],
      createdMs: nowMs,
      listedFromMs: nowMs,
      readyMs: null,
      endMs: null,
      subnetId,
      zone: this.dependencies.zoneOfSubnet(subnetId) ?? '',
      fleets: input.Instances.InstanceFleets.map((config) => this.newFleet(config)),
      steps: input.Steps.map((config) => this.newStep(config)),
      idleTimeoutSeconds: input.AutoTerminationPolicy?.IdleTimeout ?? null,
      terminationProtected: input.Instances.TerminationProtected,
      managedScaling: input.ManagedScalingPolicy ?? null,
    };
    const lag = this.kernel.fault('listing-lag', faultSubject(cluster));
    cluster.listedFromMs += (lag?.seconds ?? 0) * 1000;
    const { world } = this.dependencies;
    const run = new ClusterRun(this.kernel, world, this.#events, cluster);
    this.#runs.set(id, run);
    this.kernel.trace('emr.launch', { clusterId: id, name: input.Name, zone: cluster.zone });
    this.kernel.clock.after(0, 'emr cluster begins', () => {
      this.#begin(run);
    });
    return cluster;
  }

  newStep(config: StepConfig): Step {
    const createdMs = this.kernel.clock.nowMs();
    const id = nextId(this.kernel, 's');
    return { id, config, state: 'PENDING', createdMs, startMs: null, endMs: null, failure: null };
  }

  #begin(run: ClusterRun): void {
    const { cluster } = run;
    const role = cluster.input.ServiceRole ?? '';
    const tagged = cluster.tags.get(MANAGED_POLICY_TAG) === 'true';
    const unsupported = run.unsupportedTypes;
    if (unsupported.length > 0) {
      run.refuseTypes(unsupported);
      return;
    }
    run.begin();
    if (this.dependencies.needsManagedTag?.(role) === true && !tagged) {
      run.refuse(`The service role may only use resources tagged ${MANAGED_POLICY_TAG}=true`);
      return;
    }
    const reports = this.dependencies.world.file.spark.progressReported;
    const reporter = reports ? ProgressReporter.of(this.kernel, cluster) : null;
    if (reporter !== null) this.#reporters.set(cluster.id, reporter);
    this.#everyMinute(run, 1);
    if (cluster.managedScaling !== null) this.scale(run);
  }

  /** Managed scaling begins to look after a cluster, unless it does already. */
  scale(run: ClusterRun): void {
    if (this.#scalers.has(run.cluster.id)) return;
    const scaler = new ManagedScaler(this.kernel, run, () => this.#scalers.delete(run.cluster.id));
    this.#scalers.set(run.cluster.id, scaler);
    scaler.begin();
  }

  #everyMinute(run: ClusterRun, minute: number): void {
    this.kernel.clock.after(MS_PER_MINUTE, 'emr minute', () => {
      if (hasEnded(run.cluster)) return;
      run.tick();
      const nowMs = this.kernel.clock.nowMs();
      measure(run, minute, nowMs, this.dependencies.putMetric);
      this.#reporters.get(run.cluster.id)?.look(run, nowMs, this.dependencies.putMetric);
      this.#injectedReclaims(run.cluster);
      this.#everyMinute(run, minute + 1);
    });
  }

  #injectedReclaims(cluster: ClusterRecord): void {
    const nodes = cluster.fleets.flatMap((fleet) => fleet.nodes).filter((node) => node.state === 'RUNNING');
    const types = new Set(
      nodes.filter((node) => node.instance.purchase === 'spot').map((node) => node.instance.type.name),
    );
    for (const instanceType of types) {
      const subject = { ...faultSubject(cluster), instanceType, zone: cluster.zone };
      if (this.kernel.fault('reclaim', subject) === undefined) continue;
      this.dependencies.world.reclaims.reclaimNow(instanceType, cluster.zone);
    }
  }

  fleetTypes(configs: InstanceFleetConfig['InstanceTypeConfigs']): FleetType[] {
    return configs.flatMap((entry) => {
      const type = instanceTypeByName(entry.InstanceType);
      const devices = entry.EbsConfiguration?.EbsBlockDeviceConfigs ?? [];
      const ebsGib = devices.reduce(
        (sum, device) => sum + device.VolumesPerInstance * device.VolumeSpecification.SizeInGB,
        0,
      );
      const weight = Math.max(1, entry.WeightedCapacity);
      return type === undefined ? [] : [{ type, weight, priority: entry.Priority ?? Infinity, ebsGib }];
    });
  }

  newFleet(config: InstanceFleetConfig): Fleet {
    return {
      id: nextId(this.kernel, 'if'),
      role: config.InstanceFleetType,
      config,
      types: this.fleetTypes(config.InstanceTypeConfigs),
      resizeSpecifications: config.ResizeSpecifications,
      targetOnDemand: config.TargetOnDemandCapacity,
      targetSpot: config.TargetSpotCapacity,
      state: 'PROVISIONING',
      reason: NO_REASON,
      createdMs: this.kernel.clock.nowMs(),
      readyMs: null,
      endMs: null,
      nodes: [],
      queue: [],
    };
  }

  /** EMR takes the subnet whose zone has the most of what is asked for; here: of spot capacity. */
  #bestSubnet(input: RunJobFlowInput): string {
    const { world } = this.dependencies;
    const types = input.Instances.InstanceFleets.flatMap((fleet) => fleet.InstanceTypeConfigs);
    const nowMs = this.kernel.clock.nowMs();
    const room = (subnetId: string) => {
      const zone = this.dependencies.zoneOfSubnet(subnetId) ?? '';
      return types.reduce(
        (sum, type) => sum + world.market.capacityVcpus(type.InstanceType, zone, 'spot', nowMs),
        0,
      );
    };
    const subnets = subnetsOf(input);
    if (subnets.length === 1) return subnets[0] ?? '';
    const ranked = subnets
      .map((subnetId) => ({ subnetId, room: room(subnetId) }))
      .sort((a, b) => b.room - a.room);
    return ranked[0]?.subnetId ?? '';
  }
}
