import type { InstanceType } from '../../../core/contracts/market.ts';
import { instanceTypeByName } from '../../../core/market/catalogue.ts';
import type { Kernel } from '../../contracts.ts';
import { MS_PER_DAY, MS_PER_MINUTE } from '../draws.ts';
import type { MarketParameters } from './market-parameters.ts';
import { poolKey, poolParameters, type PoolParameters } from './pool.ts';
import { ReclaimEvents, type ReclaimEvent } from './reclaim-events.ts';
import { SpotPriceSeries, type PriceChange } from './spot-price-series.ts';
import { Tightness } from './tightness.ts';

export type Purchase = 'on-demand' | 'spot';

interface PoolState {
  readonly parameters: PoolParameters;
  readonly tightness: Tightness;
  readonly price: SpotPriceSeries;
  readonly reclaims: ReclaimEvents;
}

/**
 * Prices, capacity and reclaims of every pool. Each pool has streams of its own and is generated forwards,
 * so that what one run asks never changes what another one sees.
 */
export class SpotMarket {
  readonly parameters: MarketParameters;
  readonly zones: readonly string[];
  readonly #kernel: Kernel;
  readonly #originMs: number;
  readonly #pools = new Map<string, PoolState>();

  constructor(kernel: Kernel, parameters: MarketParameters, zones: readonly string[], startMs: number) {
    this.#kernel = kernel;
    this.parameters = parameters;
    this.zones = zones;
    this.#originMs = startMs - parameters.price.historyDays * MS_PER_DAY;
  }

  /** Where the price history begins, ms since the epoch. */
  get historyFromMs(): number {
    return this.#originMs;
  }

  onDemandUsdPerHour(type: InstanceType): number {
    return type.onDemandUsdPerHour * this.parameters.onDemandFactor;
  }

  /** What EMR adds to an hour of an instance, to a tenth of a cent. */
  emrFeeUsdPerHour(type: InstanceType): number {
    const { shareOfOnDemand, capUsdPerHour, cappedUpToGeneration } = this.parameters.emrFee;
    const generation = Number(/\d+/.exec(type.family)?.[0] ?? 0);
    const share = this.onDemandUsdPerHour(type) * shareOfOnDemand;
    const fee = generation <= cappedUpToGeneration ? Math.min(share, capUsdPerHour) : share;
    return Math.round((fee + Number.EPSILON) * 1000) / 1000;
  }

  /** Whether a zone has an instance type at all. */
  offers(type: InstanceType, zone: string): boolean {
    const gaps = this.parameters.notOffered[zone] ?? [];
    return !gaps.includes(type.family) && !gaps.includes(type.name);
  }

  spotUsdPerHour(instanceType: string, zone: string, timeMs: number): number {
    return this.#pool(instanceType, zone).price.at(timeMs);
  }

  priceChanges(instanceType: string, zone: string, fromMs: number, untilMs: number): PriceChange[] {
    return this.#pool(instanceType, zone).price.between(fromMs, untilMs);
  }

  tightness(instanceType: string, zone: string, timeMs: number): number {
    return this.#pool(instanceType, zone).tightness.at(timeMs);
  }

  /**
   * vCPUs that a new request could get in a pool, before what the account already holds there.
   *
   * @returns vCPUs, 0 while the pool recovers from a reclaim
   */
  capacityVcpus(instanceType: string, zone: string, purchase: Purchase, timeMs: number): number {
    const pool = this.#pool(instanceType, zone);
    if (!this.offers(pool.parameters.type, zone)) return 0;
    const tightness = pool.tightness.at(timeMs);
    const { onDemandCapacityVcpus, onDemandGoneAbove } = this.parameters.capacity;
    if (purchase === 'on-demand') return tightness > onDemandGoneAbove ? 0 : onDemandCapacityVcpus;
    const last = pool.reclaims.lastBefore(timeMs);
    const cooldownMs = this.parameters.reclaims.cooldownMinutes * MS_PER_MINUTE;
    if (last !== null && timeMs - last.atMs < cooldownMs) return 0;
    return Math.floor(pool.parameters.spotCapacityVcpus * (1 - tightness));
  }

  nextReclaim(instanceType: string, zone: string, afterMs: number, untilMs: number): ReclaimEvent | null {
    return this.#pool(instanceType, zone).reclaims.nextAfter(afterMs, untilMs);
  }

  #pool(instanceType: string, zone: string): PoolState {
    const key = poolKey(instanceType, zone);
    const known = this.#pools.get(key);
    if (known !== undefined) return known;
    const type = instanceTypeByName(instanceType);
    if (type === undefined) throw new RangeError(`${instanceType} is not in the catalogue`);
    const priced = { ...type, onDemandUsdPerHour: this.onDemandUsdPerHour(type) };
    const pool = poolParameters(this.parameters, priced, zone);
    const stream = (what: string) => this.#kernel.random(`market/${what}/${key}`);
    const tightness = new Tightness(
      this.#originMs,
      stream('tightness'),
      this.parameters.capacity,
      pool.meanTightness,
    );
    const tightAt = (timeMs: number) => tightness.at(timeMs);
    const price = new SpotPriceSeries(this.#originMs, stream('price'), this.parameters.price, pool, tightAt);
    const reclaimsFromMs = this.#originMs + this.parameters.price.historyDays * MS_PER_DAY;
    const reclaims = new ReclaimEvents(
      reclaimsFromMs,
      stream('reclaim'),
      this.parameters.reclaims,
      pool.meanTightness,
      tightAt,
    );
    const state = { parameters: pool, tightness, price, reclaims };
    this.#pools.set(key, state);
    return state;
  }
}
