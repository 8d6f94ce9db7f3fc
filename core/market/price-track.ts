import { epochMilliseconds } from '../units.ts';
import type { SpotPrice } from './spot-price-history.ts';

export const MS_PER_MINUTE = 60_000;
export const MINUTES_PER_DAY = 1440;

/** The spot prices of one pool, oldest first: each holds from its minute until the next one's. */
export interface PriceTrack {
  readonly instanceType: string;
  readonly zone: string;
  /** the zone's name is the account's own, its id is the same for everybody; undefined where EC2 gave none */
  readonly zoneId: string | undefined;
  /** minutes since the epoch, ascending */
  readonly minutes: readonly number[];
  /** as long as `minutes` */
  readonly usdPerHour: readonly number[];
}

/** Minutes since the epoch of an ISO 8601 instant, whole. */
export function epochMinute(instant: string): number {
  return Math.floor(epochMilliseconds(instant) / MS_PER_MINUTE);
}

/**
 * Sorts spot prices by pool. Of several prices within one minute the last one given counts.
 *
 * @param prices  in any order
 */
export function priceTracks(prices: readonly SpotPrice[]): PriceTrack[] {
  const pools = new Map<string, { first: SpotPrice; byMinute: Map<number, number> }>();
  for (const price of prices) {
    const key = `${price.instanceType}@${price.zone}`;
    const pool = pools.get(key) ?? { first: price, byMinute: new Map<number, number>() };
    pool.byMinute.set(epochMinute(price.at), price.usdPerHour);
    pools.set(key, pool);
  }
  return [...pools.values()].map(({ first, byMinute }) => {
    const changes = [...byMinute].sort(([one], [other]) => one - other);
    return {
      instanceType: first.instanceType,
      zone: first.zone,
      zoneId: first.zoneId,
      minutes: changes.map(([minute]) => minute),
      usdPerHour: changes.map(([, usd]) => usd),
    };
  });
}
