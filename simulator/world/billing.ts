import { SECONDS_PER_DAY, SECONDS_PER_HOUR } from '../../core/units.ts';
import type { Clock } from '../contracts.ts';
import type { Instance, Instances } from './instances.ts';
import type { SpotMarket } from './market/market.ts';

const HOURS_PER_MONTH = (365.25 / 12) * (SECONDS_PER_DAY / SECONDS_PER_HOUR);
/** EMR's default root volume, GiB. */
const ROOT_VOLUME_GIB = 15;
const MINIMUM_SECONDS = 60;

/** What the market charged, and what was done with it. */
interface Bill {
  readonly computeUsd: number;
  readonly emrFeeUsd: number;
  readonly storageUsd: number;
  readonly totalUsd: number;
  readonly spotInstanceHours: number;
  readonly onDemandInstanceHours: number;
  /** core-seconds of core and task nodes from launch to end */
  readonly paidCoreSeconds: number;
  /** core-seconds that tasks ran, failed attempts included */
  readonly busyCoreSeconds: number;
  /** core-seconds of executors, first task to last */
  readonly executorCoreSeconds: number;
}

/** Adds up the bills of clusters from the machines they had. */
export class Billing {
  readonly #clock: Clock;
  readonly #market: SpotMarket;
  readonly #instances: Instances;
  readonly #busy = new Map<string, { busyCoreSeconds: number; executorCoreSeconds: number }>();

  constructor(clock: Clock, market: SpotMarket, instances: Instances) {
    this.#clock = clock;
    this.#market = market;
    this.#instances = instances;
  }

  /** Called once for each finished Spark application. */
  recordWork(clusterId: string, busyCoreSeconds: number, executorCoreSeconds: number): void {
    const before = this.#busy.get(clusterId);
    this.#busy.set(clusterId, {
      busyCoreSeconds: (before?.busyCoreSeconds ?? 0) + busyCoreSeconds,
      executorCoreSeconds: (before?.executorCoreSeconds ?? 0) + executorCoreSeconds,
    });
  }

  /** Bill of one cluster up to now. A cluster nobody knows costs nothing. */
  ofCluster(clusterId: string): Bill {
    const work = this.#busy.get(clusterId) ?? { busyCoreSeconds: 0, executorCoreSeconds: 0 };
    const lines = this.#instances.ofCluster(clusterId).map((instance) => this.#line(instance));
    return lines.reduce(add, { ...NOTHING, ...work });
  }

  /** Bill of the account up to now. */
  overall(): Bill {
    return this.#instances
      .clusterIds()
      .map((id) => this.ofCluster(id))
      .reduce(add, NOTHING);
  }

  #line(instance: Instance): Bill {
    if (instance.launchedMs === null) return NOTHING;
    const endMs = Math.max(
      instance.endedMs ?? this.#clock.nowMs(),
      instance.launchedMs + MINIMUM_SECONDS * 1000,
    );
    const seconds = (endMs - instance.launchedMs) / 1000;
    const hours = seconds / SECONDS_PER_HOUR;
    const spot = instance.purchase === 'spot';
    const computeUsd = spot
      ? this.#spotUsd(instance, instance.launchedMs, endMs)
      : hours * this.#market.onDemandUsdPerHour(instance.type);
    const emrFeeUsd = hours * this.#market.emrFeeUsdPerHour(instance.type);
    const gib = instance.ebsGib + ROOT_VOLUME_GIB;
    const storageUsd = (hours / HOURS_PER_MONTH) * gib * this.#market.parameters.gp3UsdPerGibMonth;
    return {
      ...NOTHING,
      computeUsd,
      emrFeeUsd,
      storageUsd,
      totalUsd: computeUsd + emrFeeUsd + storageUsd,
      spotInstanceHours: spot ? hours : 0,
      onDemandInstanceHours: spot ? 0 : hours,
      paidCoreSeconds: instance.role === 'MASTER' ? 0 : seconds * instance.type.vcpus,
    };
  }

  #spotUsd(instance: Instance, fromMs: number, untilMs: number): number {
    const changes = this.#market.priceChanges(instance.type.name, instance.zone, fromMs, untilMs);
    return changes.reduce((usd, change, i) => {
      const startMs = Math.max(fromMs, change.atMs);
      const endMs = Math.min(untilMs, changes[i + 1]?.atMs ?? untilMs);
      return usd + (Math.max(0, endMs - startMs) / 1000 / SECONDS_PER_HOUR) * change.usdPerHour;
    }, 0);
  }
}

const NOTHING: Bill = {
  computeUsd: 0,
  emrFeeUsd: 0,
  storageUsd: 0,
  totalUsd: 0,
  spotInstanceHours: 0,
  onDemandInstanceHours: 0,
  paidCoreSeconds: 0,
  busyCoreSeconds: 0,
  executorCoreSeconds: 0,
};

function add(a: Bill, b: Bill): Bill {
  return {
    computeUsd: a.computeUsd + b.computeUsd,
    emrFeeUsd: a.emrFeeUsd + b.emrFeeUsd,
    storageUsd: a.storageUsd + b.storageUsd,
    totalUsd: a.totalUsd + b.totalUsd,
    spotInstanceHours: a.spotInstanceHours + b.spotInstanceHours,
    onDemandInstanceHours: a.onDemandInstanceHours + b.onDemandInstanceHours,
    paidCoreSeconds: a.paidCoreSeconds + b.paidCoreSeconds,
    busyCoreSeconds: a.busyCoreSeconds + b.busyCoreSeconds,
    executorCoreSeconds: a.executorCoreSeconds + b.executorCoreSeconds,
  };
}
