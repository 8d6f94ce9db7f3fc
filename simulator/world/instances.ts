import type { InstanceType } from '../../core/contracts/market.ts';
import type { Kernel } from '../contracts.ts';
import { randomText } from '../services/names.ts';
import { lognormal, type Uniform } from './draws.ts';
import type { Purchase, SpotMarket } from './market/market.ts';
import { poolKey } from './market/pool.ts';

export type NodeRole = 'MASTER' | 'CORE' | 'TASK';

/** A virtual machine, from request to end. */
export interface Instance {
  readonly ec2Id: string;
  readonly clusterId: string;
  readonly fleetId: string;
  readonly role: NodeRole;
  readonly type: InstanceType;
  readonly zone: string;
  readonly subnetId: string;
  readonly purchase: Purchase;
  readonly ebsGib: number;
  readonly privateIp: string;
  readonly tags: Readonly<Record<string, string>>;
  /** own speed relative to others of its type */
  readonly speedFactor: number;
  readonly requestedMs: number;
  /** when it began to cost money; null: not yet */
  launchedMs: number | null;
  endedMs: number | null;
  /** warned that it will be reclaimed */
  warned: boolean;
}

type InstanceRequest = Pick<
  Instance,
  'clusterId' | 'fleetId' | 'role' | 'type' | 'zone' | 'subnetId' | 'purchase' | 'ebsGib' | 'tags'
>;

/** Every machine of the account, and who holds how much of which pool. */
export class Instances {
  readonly #kernel: Kernel;
  readonly #market: SpotMarket;
  readonly #ids: Uniform;
  readonly #speeds: Uniform;
  readonly #byId = new Map<string, Instance>();
  readonly #byCluster = new Map<string, Instance[]>();
  readonly #live = new Map<string, Set<Instance>>();
  #addresses = 0;

  constructor(kernel: Kernel, market: SpotMarket) {
    this.#kernel = kernel;
    this.#market = market;
    this.#ids = kernel.random('world/instance-ids');
    this.#speeds = kernel.random('world/instance-speeds');
  }

  request(request: InstanceRequest): Instance {
    this.#addresses += 1;
    const address = this.#addresses % 60_000;
    const instance: Instance = {
      ...request,
      ec2Id: `i-0${randomText(this.#ids, '0123456789abcdef', 16)}`,
      privateIp: `10.0.${Math.floor(address / 250)}.${(address % 250) + 4}`,
      speedFactor: lognormal(this.#speeds, 1, this.#market.parameters.nodeSpeedSigma),
      requestedMs: this.#kernel.clock.nowMs(),
      launchedMs: null,
      endedMs: null,
      warned: false,
    };
    this.#byId.set(instance.ec2Id, instance);
    const cluster = this.#byCluster.get(instance.clusterId);
    if (cluster === undefined) this.#byCluster.set(instance.clusterId, [instance]);
    else cluster.push(instance);
    const pool = this.#poolOf(instance);
    const live = this.#live.get(pool);
    if (live === undefined) this.#live.set(pool, new Set([instance]));
    else live.add(instance);
    return instance;
  }

  launched(instance: Instance): void {
    if (instance.endedMs === null) instance.launchedMs = this.#kernel.clock.nowMs();
  }

  end(instance: Instance): void {
    if (instance.endedMs !== null) return;
    instance.endedMs = this.#kernel.clock.nowMs();
    this.#live.get(this.#poolOf(instance))?.delete(instance);
  }

  byId(ec2Id: string): Instance | undefined {
    return this.#byId.get(ec2Id);
  }

  all(): IterableIterator<Instance> {
    return this.#byId.values();
  }

  ofCluster(clusterId: string): readonly Instance[] {
    return this.#byCluster.get(clusterId) ?? [];
  }

  clusterIds(): string[] {
    return [...this.#byCluster.keys()];
  }

  /** Live machines of a pool, bought one way. */
  livingIn(instanceType: string, zone: string, purchase: Purchase): Instance[] {
    return [...(this.#live.get(`${poolKey(instanceType, zone)}/${purchase}`) ?? [])];
  }

  /** How many more machines of a type a pool would give now. */
  available(type: InstanceType, zone: string, purchase: Purchase): number {
    const capacity = this.#market.capacityVcpus(type.name, zone, purchase, this.#kernel.clock.nowMs());
    const held = this.livingIn(type.name, zone, purchase).length * type.vcpus;
    return Math.max(0, Math.floor((capacity - held) / type.vcpus));
  }

  #poolOf(instance: Instance): string {
    return `${poolKey(instance.type.name, instance.zone)}/${instance.purchase}`;
  }
}
