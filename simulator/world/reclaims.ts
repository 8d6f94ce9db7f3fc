import type { Kernel } from '../contracts.ts';
import type { ServiceEvent } from '../services/eventbridge/event.ts';
import { MS_PER_DAY, MS_PER_MINUTE, type Uniform } from './draws.ts';
import type { Instance, Instances } from './instances.ts';
import type { SpotMarket } from './market/market.ts';
import { poolKey } from './market/pool.ts';

const WARNING_MS = 2 * MS_PER_MINUTE;
const LOOK_AHEAD_MS = MS_PER_DAY;

/**
 * Takes spot machines back when the market wants a pool: recommendation, warning, end. Watches only pools in
 * which the account holds machines.
 */
export class Reclaims {
  readonly #kernel: Kernel;
  readonly #market: SpotMarket;
  readonly #instances: Instances;
  readonly #publish: (event: ServiceEvent) => void;
  readonly #uniform: Uniform;
  readonly #watched = new Set<string>();
  readonly #onReclaimed: ((instance: Instance) => void)[] = [];

  constructor(
    kernel: Kernel,
    market: SpotMarket,
    instances: Instances,
    publish: (event: ServiceEvent) => void,
  ) {
    this.#kernel = kernel;
    this.#market = market;
    this.#instances = instances;
    this.#publish = publish;
    this.#uniform = kernel.random('world/reclaims');
  }

  /** Calls back whenever a machine was taken. */
  whenReclaimed(callback: (instance: Instance) => void): void {
    this.#onReclaimed.push(callback);
  }

  /** Call after requesting spot machines in a pool. */
  watch(instanceType: string, zone: string): void {
    const key = poolKey(instanceType, zone);
    if (this.#watched.has(key)) return;
    this.#watched.add(key);
    this.#scheduleNext(instanceType, zone);
  }

  /** Reclaims a pool now: what an injected fault does. */
  reclaimNow(instanceType: string, zone: string): void {
    this.#reclaimPool(instanceType, zone);
  }

  /** Takes one machine without a warning: EC2 does not promise one. */
  takeNow(instance: Instance): void {
    if (instance.endedMs !== null) return;
    this.#kernel.trace('world.reclaim', { instanceType: instance.type.name, zone: instance.zone, nodes: 1 });
    this.#take(instance);
  }

  #scheduleNext(instanceType: string, zone: string): void {
    const nowMs = this.#kernel.clock.nowMs();
    const untilMs = nowMs + LOOK_AHEAD_MS;
    const next = this.#market.nextReclaim(instanceType, zone, nowMs, untilMs);
    const atMs = next?.atMs ?? untilMs;
    const rebalanceAtMs = next?.rebalanceAtMs ?? null;
    if (rebalanceAtMs !== null && rebalanceAtMs > nowMs) {
      this.#kernel.clock.at(rebalanceAtMs, 'spot rebalance', () => {
        for (const instance of this.#instances.livingIn(instanceType, zone, 'spot'))
          this.#recommend(instance);
      });
    }
    this.#kernel.clock.at(atMs, 'spot reclaim', () => {
      if (next !== null) this.#reclaimPool(instanceType, zone);
      if (this.#instances.livingIn(instanceType, zone, 'spot').length > 0) {
        this.#scheduleNext(instanceType, zone);
      } else {
        this.#watched.delete(poolKey(instanceType, zone));
      }
    });
  }

  #reclaimPool(instanceType: string, zone: string): void {
    const { togetherShare, spreadSeconds, stragglerSeconds } = this.#market.parameters.reclaims;
    const living = this.#instances
      .livingIn(instanceType, zone, 'spot')
      .filter((instance) => !instance.warned);
    if (living.length === 0) return;
    this.#kernel.trace('world.reclaim', { instanceType, zone, nodes: living.length });
    for (const instance of living) {
      const together = this.#uniform() < togetherShare;
      const delaySeconds = this.#uniform() * (together ? spreadSeconds : stragglerSeconds);
      this.#kernel.clock.after(Math.round(delaySeconds * 1000), 'spot warning', () => {
        this.#warn(instance);
      });
    }
  }

  #warn(instance: Instance): void {
    if (instance.endedMs !== null || instance.warned) return;
    instance.warned = true;
    this.#event(instance, 'EC2 Spot Instance Interruption Warning', {
      'instance-id': instance.ec2Id,
      'instance-action': 'terminate',
    });
    this.#kernel.clock.after(WARNING_MS, 'spot end', () => {
      if (instance.endedMs === null) this.#take(instance);
    });
  }

  #take(instance: Instance): void {
    this.#instances.end(instance);
    for (const callback of this.#onReclaimed) callback(instance);
  }

  #recommend(instance: Instance): void {
    this.#event(instance, 'EC2 Instance Rebalance Recommendation', { 'instance-id': instance.ec2Id });
  }

  #event(instance: Instance, detailType: string, detail: Record<string, unknown>): void {
    const arn = `arn:aws:ec2:${instance.zone}:instance/${instance.ec2Id}`;
    this.#publish({ source: 'aws.ec2', detailType, resources: [arn], detail });
  }
}
