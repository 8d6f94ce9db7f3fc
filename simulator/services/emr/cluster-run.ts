import type { Kernel } from '../../contracts.ts';
import { delayMs } from '../../world/draws.ts';
import type { Instance } from '../../world/instances.ts';
import type { World } from '../../world/world.ts';
import { bootstrapError, breakLater, NO_DAMAGE, refusedByEc2, type ClusterDamage } from './cluster-faults.ts';
import type { EmrEvents } from './events.ts';
import { FleetManager, type FleetListener } from './fleet-manager.ts';
import {
  faultSubject,
  hasEnded,
  type ClusterRecord,
  type ClusterState,
  type Fleet,
  type FleetNode,
  type ResizeOrder,
  type Step,
} from './model.ts';
import { StepQueue } from './step-queue.ts';
import type { RunningStep } from './step-runner.ts';

/** A cluster's life, from request to end. */
export class ClusterRun implements FleetListener {
  readonly cluster: ClusterRecord;
  readonly #kernel: Kernel;
  readonly #world: World;
  readonly #events: EmrEvents;
  readonly #managers: FleetManager[];
  readonly #steps: StepQueue;
  #idleSinceMs: number | null = null;
  #bootstrapFails = false;
  #lostNodes = 0;
  /** its steps never begin */
  #stalled = false;
  readonly #damage = { ...NO_DAMAGE };

  constructor(kernel: Kernel, world: World, events: EmrEvents, cluster: ClusterRecord) {
    this.cluster = cluster;
    this.#kernel = kernel;
    this.#world = world;
    this.#events = events;
    this.#managers = cluster.fleets.map(
      (fleet) => new FleetManager(kernel, world, cluster, fleet, events, this),
    );
    this.#steps = new StepQueue(kernel, world, events, cluster, {
      instances: () => this.#workers(),
      allDone: () => {
        this.#stepsDone();
      },
      terminate: (reason) => {
        this.terminate('STEP_FAILURE', reason, 'TERMINATED_WITH_ERRORS');
      },
      lose: (instance) => {
        this.fail(instance);
      },
    });
  }

  get running(): readonly RunningStep[] {
    return this.#steps.running;
  }

  /** Nodes the market or a failure took so far. */
  get lostNodes(): number {
    return this.#lostNodes;
  }

  /** What is wrong with the cluster's disks. */
  get damage(): Readonly<ClusterDamage> {
    return this.#damage;
  }

  begin(): void {
    this.#events.cluster(this.cluster);
    const refusal = refusedByEc2(this.#kernel, this.cluster);
    if (refusal !== undefined) {
      this.cluster.errors.push(refusal);
      this.refuse(refusal.message);
      return;
    }
    this.#bootstrapFails = this.#kernel.fault('bootstrap-failure', faultSubject(this.cluster)) !== undefined;
    for (const manager of this.#managers) manager.launch();
  }

  /** The cluster is refused after it was asked for. */
  refuse(message: string): void {
    this.terminate('VALIDATION_ERROR', message, 'TERMINATED_WITH_ERRORS');
  }

  /** Types that were asked for and that its zone does not have. */
  get unsupportedTypes(): string[] {
    const types = this.cluster.fleets.flatMap((fleet) => fleet.types.map(({ type }) => type));
    return types
      .filter((type) => !this.#world.market.offers(type, this.cluster.zone))
      .map(({ name }) => name);
  }

  refuseTypes(names: readonly string[]): void {
    const message = `The requested instance type ${names.join(', ')} is not supported in the requested availability zone.`;
    this.cluster.errors.push({
      code: 'VALIDATION_ERROR_INSTANCE_TYPE_NOT_SUPPORTED',
      data: { 'instance-types': names.join(', '), 'availability-zones': this.cluster.zone },
      message,
    });
    this.refuse(message);
  }

  /** @param instead  in place of the resize under way */
  resize(fleetId: string, order: ResizeOrder, instead = false): void {
    this.#managers.find((manager) => manager.fleet.id === fleetId)?.resize(order, instead);
  }

  /** A fleet that the cluster did not have at its launch. */
  addFleet(fleet: Fleet): void {
    this.cluster.fleets.push(fleet);
    const manager = new FleetManager(this.#kernel, this.#world, this.cluster, fleet, this.#events, this);
    this.#managers.push(manager);
    manager.launch();
  }

  addSteps(): void {
    if (this.#ready && !this.#stalled) this.#runSteps();
  }

  cancelStep(step: Step): boolean {
    return this.#steps.cancel(step);
  }

  reclaimed(instance: Instance): void {
    const manager = this.#managers.find((candidate) => candidate.fleet.id === instance.fleetId);
    const node = manager?.fleet.nodes.find((candidate) => candidate.instance === instance);
    if (manager === undefined || node === undefined || node.state === 'TERMINATED') return;
    manager.lose(node);
  }

  /** A machine breaks. */
  fail(instance: Instance): void {
    const manager = this.#managers.find((candidate) => candidate.fleet.id === instance.fleetId);
    const node = manager?.fleet.nodes.find((candidate) => candidate.instance === instance);
    if (node?.state === 'RUNNING') manager?.lose(node, 'Instance failed.');
  }

  /** YARN gives a machine no more work and ends what runs there; the machine stays, and costs. */
  takeOutOfService(instance: Instance): void {
    this.#steps.nodeLeft(instance, true);
  }

  terminate(code: string, message: string, final: 'TERMINATED' | 'TERMINATED_WITH_ERRORS'): void {
    if (this.cluster.state === 'TERMINATING' || hasEnded(this.cluster)) return;
    this.cluster.reason = { code, message };
    this.#steps.stop(code === 'USER_REQUEST' ? 'CANCELLED' : 'INTERRUPTED');
    this.#setState('TERMINATING');
    const slow = this.#kernel.fault('slow-termination', faultSubject(this.cluster));
    const delayMs = (slow?.minutes ?? 0) * 60_000 || this.#world.market.parameters.terminationSeconds * 1000;
    this.#kernel.clock.after(delayMs, 'emr cluster ends', () => {
      for (const manager of this.#managers) manager.stop();
      this.cluster.endMs = this.#nowMs;
      this.#setState(final);
    });
  }

  /** Called every minute: progress, logs, idle time. */
  tick(): void {
    this.#steps.tick();
    const timeoutSeconds = this.cluster.idleTimeoutSeconds;
    if (timeoutSeconds === null || this.#idleSinceMs === null || this.cluster.state !== 'WAITING') return;
    if (this.#nowMs - this.#idleSinceMs < timeoutSeconds * 1000) return;
    this.terminate('ALL_STEPS_COMPLETED', 'Terminated by its auto-termination policy', 'TERMINATED');
  }

  changed(_fleet: Fleet): void {
    if (this.cluster.state !== 'STARTING' || !this.#managers.every((manager) => manager.settled)) return;
    this.#setState('BOOTSTRAPPING');
    for (const { fleet } of this.#managers) if (fleet.state === 'PROVISIONING') fleet.state = 'BOOTSTRAPPING';
    if (!this.#bootstrapFails) return;
    const seconds = delayMs(
      this.#kernel.random(`emr/bootstrap/${this.cluster.id}`),
      this.#world.market.parameters.bootstrap,
    );
    this.#kernel.clock.after(seconds, 'emr bootstrap fails', () => {
      this.cluster.errors.push(bootstrapError(this.cluster));
      this.terminate(
        'BOOTSTRAP_FAILURE',
        'Bootstrap action 1 returned a non-zero return code',
        'TERMINATED_WITH_ERRORS',
      );
    });
  }

  ready(node: FleetNode): void {
    if (this.#ready) {
      this.#steps.nodeJoined(node.instance);
      this.#fleetsThatAreReady();
      return;
    }
    this.#readyIfComplete();
  }

  gone(fleet: Fleet, node: FleetNode, lost: boolean): void {
    if (lost) this.#lostNodes += 1;
    if (this.cluster.state === 'TERMINATING' || hasEnded(this.cluster)) return;
    this.#steps.nodeLeft(node.instance, lost);
    if (lost && fleet.role === 'MASTER') {
      this.terminate('INSTANCE_FAILURE', 'The primary node was terminated', 'TERMINATED_WITH_ERRORS');
    } else if (lost && fleet.role === 'CORE' && this.#ready && !fleet.nodes.some(isRunning)) {
      this.terminate('INSTANCE_FAILURE', 'NO_SLAVE_LEFT', 'TERMINATED_WITH_ERRORS');
    }
  }

  spotTimedOut(fleet: Fleet): void {
    this.cluster.errors.push({
      code: 'INTERNAL_ERROR_EC2_INSUFFICIENT_CAPACITY_AZ',
      data: {
        'instance-type': fleet.types.map(({ type }) => type.name).join(', '),
        'availability-zone': this.cluster.zone,
      },
      message: 'The zone has insufficient capacity for the requested instance types',
    });
    const message = `Spot capacity for instance fleet ${fleet.id} could not be provisioned within its time-out`;
    this.terminate('INSTANCE_FLEET_TIMEOUT', message, 'TERMINATED_WITH_ERRORS');
  }

  get #nowMs(): number {
    return this.#kernel.clock.nowMs();
  }

  get #ready(): boolean {
    return this.cluster.state === 'RUNNING' || this.cluster.state === 'WAITING';
  }

  #workers(): Instance[] {
    const nodes = this.cluster.fleets.flatMap((fleet) => fleet.nodes);
    return nodes
      .filter((node) => isRunning(node) && node.instance.role !== 'MASTER')
      .map((node) => node.instance);
  }

  /** Steps begin when the primary and every core node are at work; task nodes join when they can. */
  #readyIfComplete(): void {
    if (this.cluster.state !== 'BOOTSTRAPPING' || this.#bootstrapFails) return;
    const needed = this.cluster.fleets
      .filter((fleet) => fleet.role !== 'TASK')
      .flatMap((fleet) => fleet.nodes);
    if (needed.some((node) => node.state === 'PROVISIONING' || node.state === 'BOOTSTRAPPING')) return;
    this.cluster.readyMs = this.#nowMs;
    this.#setState('RUNNING');
    this.#fleetsThatAreReady();
    breakLater(this.#kernel, this, this.#damage);
    this.#stalled = this.#kernel.fault('idle-cluster', faultSubject(this.cluster)) !== undefined;
    if (this.#stalled) this.#wait();
    else this.#runSteps();
  }

  #fleetsThatAreReady(): void {
    for (const manager of this.#managers) {
      const waiting = manager.fleet.nodes.some(
        (node) => node.state === 'PROVISIONING' || node.state === 'BOOTSTRAPPING',
      );
      if (manager.fleet.readyMs === null && !waiting) manager.becomeRunning();
    }
  }

  #runSteps(): void {
    this.#idleSinceMs = null;
    if (this.cluster.state === 'WAITING' && this.#steps.hasPending) this.#setState('RUNNING');
    this.#steps.startNext();
  }

  #stepsDone(): void {
    if (!this.#ready) return;
    if (!this.cluster.input.Instances.KeepJobFlowAliveWhenNoSteps) {
      this.terminate('ALL_STEPS_COMPLETED', 'Steps completed', 'TERMINATED');
      return;
    }
    this.#wait();
  }

  #wait(): void {
    this.#idleSinceMs = this.#nowMs;
    if (this.cluster.state !== 'WAITING') this.#setState('WAITING');
  }

  #setState(state: ClusterState): void {
    this.cluster.state = state;
    this.#kernel.trace('emr.cluster', { clusterId: this.cluster.id, state, code: this.cluster.reason.code });
    this.#events.cluster(this.cluster);
  }
}

function isRunning(node: FleetNode): boolean {
  return node.state === 'RUNNING';
}
