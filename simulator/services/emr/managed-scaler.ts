import type { Kernel } from '../../contracts.ts';
import type { Demand } from '../../world/spark/demand.ts';
import type { ClusterRun } from './cluster-run.ts';
import type { ManagedScalingPolicy } from './input.ts';
import { scalingOrders } from './managed-scaling.ts';
import { hasEnded, type Fleet, type FleetNode } from './model.ts';

/** AWS: metrics are evaluated every 5 to 10 seconds. */
const EVALUATION_MS = 10_000;
/** Spark gives up an executor without a task after this long (spark.dynamicAllocation.executorIdleTimeout). */
const EXECUTOR_IDLE_MS = 60_000;

/**
 * EMR managed scaling of one cluster, as far as AWS documents it: every ten seconds the cores that running and
 * waiting tasks could use are turned into units, and the fleets' targets follow. Upwards at once; downwards when
 * less was wanted for a minute, and only by machines that no task and no needed shuffle file holds. An order takes
 * the place of the resize under way. How AWS damps its estimate is not published; here only Spark's own minute does.
 *
 * @see https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-scale-on-demand.html (how often it evaluates)
 * @see https://docs.aws.amazon.com/emr/latest/ManagementGuide/managed-scaling-allocation-strategy.html (order of
 *   purchase, shuffle-aware scale-down, orders that are cancelled when the load changes)
 */
export class ManagedScaler {
  readonly #kernel: Kernel;
  readonly #run: ClusterRun;
  readonly #onEnd: () => void;
  /** since when a machine is without a task, by its EC2 id */
  readonly #idleSinceMs = new Map<string, number>();
  #wishes: { units: number; atMs: number }[] = [];

  /** @param onEnd  called when there is nothing more to scale */
  constructor(kernel: Kernel, run: ClusterRun, onEnd: () => void) {
    this.#kernel = kernel;
    this.#run = run;
    this.#onEnd = onEnd;
  }

  begin(): void {
    this.#kernel.clock.after(EVALUATION_MS, 'emr managed scaling', () => {
      const { cluster } = this.#run;
      const policy = cluster.managedScaling;
      if (policy === null || hasEnded(cluster)) {
        this.#onEnd();
        return;
      }
      if (cluster.state === 'RUNNING' || cluster.state === 'WAITING') this.#evaluate(policy);
      this.begin();
    });
  }

  #evaluate(policy: ManagedScalingPolicy): void {
    const { cluster } = this.#run;
    const demands = this.#run.running.flatMap((step) => step.application?.demand() ?? []);
    if (hasEnded(cluster) || cluster.state === 'TERMINATING') return;
    this.#noteIdleness(new Set(demands.flatMap(({ busy }) => [...busy])));
    const held = new Set(demands.flatMap(({ holdingShuffle }) => [...holdingShuffle]));
    const mayGo = (node: FleetNode) =>
      node.state !== 'RUNNING' || (!held.has(node.instance.ec2Id) && this.#isIdle(node.instance.ec2Id));
    const wanted = this.#mostWantedLately(this.#wantedUnits(demands));
    for (const order of scalingOrders(policy, cluster.fleets, wanted, mayGo)) {
      const { fleet, onDemand, spot } = order;
      if (fleet.state !== 'RUNNING' && fleet.state !== 'RESIZING') continue;
      this.#kernel.trace('emr.scale', { clusterId: cluster.id, role: fleet.role, onDemand, spot });
      const releasable = new Set(fleet.nodes.filter(mayGo).map(({ id }) => id));
      this.#run.resize(fleet.id, { onDemand, spot, releasable }, true);
    }
  }

  /** Units that the tasks could use; an application without any executor counts a unit as a core. */
  #wantedUnits(demands: readonly Demand[]): number {
    const cores = sum(demands.map((demand) => demand.cores));
    const allocatedCores = sum(demands.map((demand) => demand.allocatedCores));
    const units = sum(this.#run.cluster.fleets.map(runningUnits));
    return allocatedCores === 0 ? cores : Math.ceil((cores * units) / allocatedCores);
  }

  #mostWantedLately(units: number): number {
    const nowMs = this.#kernel.clock.nowMs();
    this.#wishes = [
      ...this.#wishes.filter((wish) => nowMs - wish.atMs < EXECUTOR_IDLE_MS),
      { units, atMs: nowMs },
    ];
    return Math.max(...this.#wishes.map((wish) => wish.units));
  }

  #noteIdleness(busy: ReadonlySet<string>): void {
    const nowMs = this.#kernel.clock.nowMs();
    for (const node of this.#run.cluster.fleets.flatMap((fleet) => fleet.nodes)) {
      const { ec2Id } = node.instance;
      if (node.state !== 'RUNNING' || busy.has(ec2Id)) this.#idleSinceMs.delete(ec2Id);
      else if (!this.#idleSinceMs.has(ec2Id)) this.#idleSinceMs.set(ec2Id, nowMs);
    }
  }

  #isIdle(ec2Id: string): boolean {
    const sinceMs = this.#idleSinceMs.get(ec2Id);
    return sinceMs !== undefined && this.#kernel.clock.nowMs() - sinceMs >= EXECUTOR_IDLE_MS;
  }
}

function runningUnits(fleet: Fleet): number {
  if (fleet.role === 'MASTER') return 0;
  return sum(fleet.nodes.map((node) => (node.state === 'RUNNING' ? node.weight : 0)));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
