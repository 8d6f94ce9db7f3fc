import type { ClockEntry, Kernel } from '../../contracts.ts';
import { MS_PER_MINUTE, type Uniform } from '../../world/draws.ts';
import type { Purchase } from '../../world/market/market.ts';
import type { World } from '../../world/world.ts';
import { allocate } from './allocation.ts';
import type { EmrEvents } from './events.ts';
import { launchNodes } from './launch-nodes.ts';
import { nodesToRelease } from './nodes-to-release.ts';
import {
  faultSubject,
  liveUnits,
  provisionedUnits,
  type ClusterRecord,
  type Fleet,
  type FleetNode,
  type FleetType,
  type ResizeOrder,
} from './model.ts';

const RETRY_MS = MS_PER_MINUTE;
const REPEAT_EVENT_MS = 5 * MS_PER_MINUTE;
const DRAIN_MS = MS_PER_MINUTE;
/** an on-demand fleet that gets nothing at all is given up after this */
const LONGEST_LAUNCH_MS = 20 * MS_PER_MINUTE;

/** What a cluster wants to know of its fleets. */
export interface FleetListener {
  /** machines were launched, or a request was given up */
  changed(fleet: Fleet): void;
  ready(node: FleetNode): void;
  gone(fleet: Fleet, node: FleetNode, lost: boolean): void;
  spotTimedOut(fleet: Fleet): void;
}

/** Gets a fleet's machines, keeps them at the target, and resizes: one resize after another. */
export class FleetManager {
  readonly fleet: Fleet;
  readonly #kernel: Kernel;
  readonly #world: World;
  readonly #cluster: ClusterRecord;
  readonly #events: EmrEvents;
  readonly #listener: FleetListener;
  readonly #uniform: Uniform;
  /** at most this share of the target can be had: an injected fault */
  #limitShare = 1;
  #deadline: { spotMs: number; onDemandMs: number } = { spotMs: Infinity, onDemandMs: Infinity };
  #stuck = false;
  #retry: ClockEntry | null = null;
  #lastEventMs = -Infinity;
  #launched = false;
  #releasable: ReadonlySet<string> | undefined;

  constructor(
    kernel: Kernel,
    world: World,
    cluster: ClusterRecord,
    fleet: Fleet,
    events: EmrEvents,
    listener: FleetListener,
  ) {
    this.#kernel = kernel;
    this.#world = world;
    this.#cluster = cluster;
    this.fleet = fleet;
    this.#events = events;
    this.#listener = listener;
    this.#uniform = kernel.random(`emr/fleet/${cluster.input.Name}/${fleet.role}`);
  }

  /** Every unit asked for is launched, or no longer wanted. */
  get settled(): boolean {
    const launched = (purchase: Purchase) => provisionedUnits(this.fleet, purchase);
    const wants = (purchase: Purchase) =>
      this.#stillWanted(purchase) && launched(purchase) < this.#target(purchase);
    return !wants('on-demand') && !wants('spot');
  }

  launch(): void {
    const partial = this.#kernel.fault('partial-fleet', this.#subject());
    if (partial !== undefined) this.#limitShare = partial.share;
    const spot = this.fleet.config.LaunchSpecifications.SpotSpecification;
    const spotMs = spot === undefined ? Infinity : this.#nowMs + spot.TimeoutDurationMinutes * MS_PER_MINUTE;
    this.#deadline = { spotMs, onDemandMs: Infinity };
    this.#events.fleet(this.#cluster, this.fleet);
    if (this.#kernel.fault('fleet-timeout', this.#subject()) !== undefined) {
      this.#stuck = true;
      const atMs = Math.min(spotMs, this.#nowMs + LONGEST_LAUNCH_MS);
      this.#kernel.clock.at(atMs, 'fleet times out', () => this.#listener.spotTimedOut(this.fleet));
    }
    this.#fulfil();
  }

  /** The fleet's first nodes are at work: from now on what happens are resizes. */
  becomeRunning(): void {
    this.#launched = true;
    this.#limitShare = 1;
    this.fleet.readyMs = this.#nowMs;
    this.#setState('RUNNING');
    this.#nextResize();
  }

  /** @param instead  in place of the resize under way and of those that wait, as managed scaling does */
  resize(order: ResizeOrder, instead = false): void {
    if (instead) this.fleet.queue.length = 0;
    this.fleet.queue.push(order);
    if (instead || this.fleet.state === 'RUNNING') this.#nextResize();
  }

  /** A machine is gone, taken by the market or broken: EMR gets another, under the resize time-out. */
  lose(node: FleetNode, message = 'Instance was terminated by a spot interruption.'): void {
    this.#end(node, { code: 'INSTANCE_FAILURE', message }, true);
    if (this.#cluster.state === 'TERMINATING') return;
    if (this.#launched && this.fleet.role !== 'MASTER') {
      this.#startResize();
    } else {
      this.#fulfil();
    }
  }

  /** The cluster ends: nothing more is requested; machines go at once. */
  stop(): void {
    this.#retry?.cancel();
    this.fleet.queue.length = 0;
    for (const node of this.fleet.nodes) {
      if (node.state !== 'TERMINATED') {
        this.#end(node, { code: 'CLUSTER_TERMINATED', message: 'Job flow terminated' }, false);
      }
    }
    this.fleet.endMs = this.#nowMs;
    this.fleet.reason = { code: 'CLUSTER_TERMINATED', message: 'Cluster was terminated.' };
    this.#setState('TERMINATED');
  }

  get #nowMs(): number {
    return this.#kernel.clock.nowMs();
  }

  #nextResize(): void {
    const order = this.fleet.queue.shift();
    if (order === undefined) return;
    this.fleet.targetOnDemand = order.onDemand;
    this.fleet.targetSpot = order.spot;
    this.#releasable = order.releasable;
    this.#startResize();
  }

  #startResize(): void {
    const { SpotResizeSpecification: spot, OnDemandResizeSpecification: onDemand } =
      this.fleet.resizeSpecifications;
    const until = (minutes: number | undefined) =>
      minutes === undefined ? Infinity : this.#nowMs + minutes * MS_PER_MINUTE;
    this.#deadline = {
      spotMs: until(spot?.TimeoutDurationMinutes),
      onDemandMs: until(onDemand?.TimeoutDurationMinutes),
    };
    // what is lost meanwhile does not set a stuck resize free
    const stillStuck = this.fleet.state === 'RESIZING' && this.#stuck;
    this.#stuck = stillStuck || this.#kernel.fault('stuck-resize', this.#subject()) !== undefined;
    if (this.fleet.state !== 'RESIZING') this.#setState('RESIZING');
    this.#shrink('on-demand');
    this.#shrink('spot');
    this.#fulfil();
  }

  #endResizeIfSettled(): void {
    if (this.fleet.state !== 'RESIZING' || !this.settled) return;
    this.#setState('RUNNING');
    this.#nextResize();
  }

  /** Requests what is missing; what cannot be had is asked for again until the time-out. */
  #fulfil(): void {
    this.#retry?.cancel();
    this.#retry = null;
    if (this.fleet.state === 'TERMINATED') return;
    const missing = this.#request('on-demand') + this.#request('spot');
    if (missing > 0) {
      if (this.#nowMs - this.#lastEventMs >= REPEAT_EVENT_MS) {
        this.#lastEventMs = this.#nowMs;
        this.#events.insufficientCapacity(this.#cluster, this.fleet);
      }
      const nextMs = Math.min(this.#nowMs + RETRY_MS, this.#nextDeadlineMs());
      this.#retry = this.#kernel.clock.at(nextMs, 'emr waits for capacity', () => {
        this.#retryOrGiveUp();
      });
    }
    this.#listener.changed(this.fleet);
    this.#endResizeIfSettled();
  }

  #nextDeadlineMs(): number {
    const open = [this.#deadline.spotMs, this.#deadline.onDemandMs].filter((ms) => ms > this.#nowMs);
    return Math.min(...open, Infinity);
  }

  #retryOrGiveUp(): void {
    const spotMissing = liveUnits(this.fleet, 'spot') < this.fleet.targetSpot;
    if (!spotMissing || this.#deadline.spotMs > this.#nowMs || this.#launched) {
      if (this.#launched && Math.min(this.#deadline.spotMs, this.#deadline.onDemandMs) <= this.#nowMs) {
        this.#events.resizeTimedOut(this.#cluster, this.fleet);
      }
      this.#fulfil();
      return;
    }
    const action = this.fleet.config.LaunchSpecifications.SpotSpecification?.TimeoutAction;
    if (action === 'TERMINATE_CLUSTER') {
      this.#listener.spotTimedOut(this.fleet);
      return;
    }
    const missing = this.fleet.targetSpot - liveUnits(this.fleet, 'spot');
    this.fleet.targetSpot -= missing;
    this.fleet.targetOnDemand += missing;
    this.#limitShare = 1;
    this.#fulfil();
  }

  #target(purchase: Purchase): number {
    return purchase === 'spot' ? this.fleet.targetSpot : this.fleet.targetOnDemand;
  }

  #stillWanted(purchase: Purchase): boolean {
    const deadlineMs = purchase === 'spot' ? this.#deadline.spotMs : this.#deadline.onDemandMs;
    return !this.#launched || this.#nowMs < deadlineMs;
  }

  /** @returns units that could not be requested and are still wanted */
  #request(purchase: Purchase): number {
    const missing = this.#target(purchase) - liveUnits(this.fleet, purchase);
    if (missing <= 0 || !this.#stillWanted(purchase)) return 0;
    if (this.#stuck) return missing;
    const allowed = Math.ceil(this.#target(purchase) * this.#limitShare) - liveUnits(this.fleet, purchase);
    const units = Math.min(missing, Math.max(0, allowed));
    const place = { zone: this.#cluster.zone, nowMs: this.#nowMs };
    const free = (type: FleetType) => this.#free(type, purchase);
    const { chosen, missingUnits } = allocate(this.#world, this.fleet, purchase, units, place, free);
    for (const [type, count] of chosen) this.#launchBatch(type, count, purchase);
    return missing - units + missingUnits;
  }

  #free(type: FleetType, purchase: Purchase): number {
    const subject = {
      ...this.#subject(),
      instanceType: type.type.name,
      zone: this.#cluster.zone,
      market: purchase,
    };
    if (this.#kernel.fault('insufficient-capacity', subject) !== undefined) return 0;
    return this.#world.instances.available(type.type, this.#cluster.zone, purchase);
  }

  #launchBatch(type: FleetType, count: number, purchase: Purchase): void {
    launchNodes(
      this.#kernel,
      this.#world,
      this.#cluster,
      this.fleet,
      { type, count, purchase },
      this.#uniform,
      {
        launched: () => {
          this.#listener.changed(this.fleet);
          this.#endResizeIfSettled();
        },
        ready: (node) => {
          this.#listener.ready(node);
        },
      },
    );
  }

  /** Lets go of whole machines while the target stays covered. */
  #shrink(purchase: Purchase): void {
    for (const node of nodesToRelease(this.fleet, purchase, this.#target(purchase), this.#releasable)) {
      this.#end(node, { code: '', message: 'Instance was terminated by a resize.' }, false, DRAIN_MS);
    }
  }

  #end(node: FleetNode, reason: FleetNode['reason'], lost: boolean, paidMs = 0): void {
    node.state = 'TERMINATED';
    node.reason = reason;
    if (paidMs === 0) this.#world.instances.end(node.instance);
    else {
      this.#kernel.clock.after(paidMs, 'emr machine drained', () => {
        this.#world.instances.end(node.instance);
      });
    }
    this.#listener.gone(this.fleet, node, lost);
  }

  #subject() {
    return { ...faultSubject(this.#cluster), fleet: this.fleet.role };
  }

  #setState(state: Fleet['state']): void {
    this.fleet.state = state;
    this.#events.fleet(this.#cluster, this.fleet);
  }
}
