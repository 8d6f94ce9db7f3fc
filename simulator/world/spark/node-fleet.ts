import type { Instance } from '../instances.ts';
import {
  driverContainerMib,
  executorsOn,
  memoryPerCoreGib,
  type ExecutorLayout,
  type SparkConf,
} from './executors.ts';
import type { SparkNode } from './model.ts';
import type { SparkParameters } from './program.ts';

const BYTES_PER_SECOND_PER_MBPS = 1e6 / 8;

interface Membership {
  readonly cores: number;
  readonly joinedMs: number;
  leftMs: number | null;
}

/** The nodes an application has, the executors YARN puts on them, and the driver's place. */
export class NodeFleet {
  readonly #conf: SparkConf;
  readonly #layout: ExecutorLayout;
  readonly #clusterMode: boolean;
  readonly #parameters: SparkParameters;
  readonly #nodes = new Map<string, { instance: Instance; node: SparkNode | null; membership: Membership }>();
  readonly #past: Membership[] = [];
  #driverNode: string | null = null;
  #executorIds = 0;
  #firstTaskMs: number | null = null;

  constructor(conf: SparkConf, layout: ExecutorLayout, deployMode: string, parameters: SparkParameters) {
    this.#conf = conf;
    this.#layout = layout;
    this.#clusterMode = deployMode === 'cluster';
    this.#parameters = parameters;
  }

  /** Machine that the driver runs on; null in client mode, where it runs on the primary. */
  get driverNode(): string | null {
    return this.#driverNode;
  }

  get executors(): number {
    return [...this.#nodes.values()].reduce((sum, { node }) => sum + (node?.executors.length ?? 0), 0);
  }

  /** Cores of all executors that the configuration allows. */
  get mostCores(): number {
    const { maxExecutors, cores } = this.#layout;
    return maxExecutors === null ? Infinity : maxExecutors * cores;
  }

  taskStarted(atMs: number): void {
    this.#firstTaskMs = Math.min(this.#firstTaskMs ?? Infinity, atMs);
  }

  /** @returns the node with its executors, or null when none fits */
  join(instance: Instance, nowMs: number): SparkNode | null {
    if (this.#nodes.has(instance.ec2Id)) return null;
    const hostsDriver = this.#clusterMode && this.#driverNode === null && instance.role === 'CORE';
    if (hostsDriver) this.#driverNode = instance.ec2Id;
    const fits = executorsOn(instance.type, this.#layout, hostsDriver ? driverContainerMib(this.#conf) : 0);
    const free =
      this.#layout.maxExecutors === null ? fits : Math.max(0, this.#layout.maxExecutors - this.executors);
    const count = Math.min(fits, free);
    const node = count === 0 ? null : this.#node(instance, count);
    const membership = { cores: count * this.#layout.cores, joinedMs: nowMs, leftMs: null };
    this.#nodes.set(instance.ec2Id, { instance, node, membership });
    return node;
  }

  leave(ec2Id: string, nowMs: number): SparkNode | null {
    const member = this.#nodes.get(ec2Id);
    if (member === undefined) return null;
    this.#nodes.delete(ec2Id);
    this.#past.push({ ...member.membership, leftMs: nowMs });
    return member.node;
  }

  /** Forgets executors and driver, for the application's next attempt. @returns the machines that are left */
  restart(): Instance[] {
    const instances = [...this.#nodes.values()].map((member) => member.instance);
    this.#nodes.clear();
    this.#past.length = 0;
    this.#driverNode = null;
    this.#firstTaskMs = null;
    return instances;
  }

  /** Core-seconds of executors from the first task on. */
  executorCoreSeconds(nowMs: number): number {
    const fromMs = this.#firstTaskMs;
    if (fromMs === null) return 0;
    const all = [...this.#past, ...[...this.#nodes.values()].map((member) => member.membership)];
    return all.reduce((sum, { cores, joinedMs, leftMs }) => {
      const milliseconds = Math.max(0, (leftMs ?? nowMs) - Math.max(fromMs, joinedMs));
      return sum + (cores * milliseconds) / 1000;
    }, 0);
  }

  #node(instance: Instance, executors: number): SparkNode {
    const cores = executors * this.#layout.cores;
    const networkBytesPerSecond =
      instance.type.networkMbps * BYTES_PER_SECOND_PER_MBPS * this.#parameters.networkEfficiency;
    return {
      id: instance.ec2Id,
      host: `ip-${instance.privateIp.replaceAll('.', '-')}.ec2.internal`,
      speed: instance.type.coreSpeed * instance.speedFactor,
      networkBytesPerSecondPerCore: Math.max(1e6, networkBytesPerSecond) / cores,
      memoryPerCoreGib: memoryPerCoreGib(this.#conf, this.#layout),
      coresPerExecutor: this.#layout.cores,
      executors: Array.from({ length: executors }, () => {
        this.#executorIds += 1;
        return String(this.#executorIds);
      }),
    };
  }
}
