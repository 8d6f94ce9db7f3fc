import type { Market, Pool } from '../../../core/contracts/market.ts';
import type { SpotMarket } from '../../../simulator/world/market/market.ts';

/** A pool that cannot give this much is not planned with. */
const LEAST_VCPUS = 128;

/**
 * A market as it will be until an instant: spot at the mean price that will be charged, in the pools that will
 * take nothing back and have room now; no other pool is sold on spot.
 */
export function foreseeMarket(market: Market, truth: SpotMarket, nowMs: number, untilMs: number): Market {
  return { ...market, pools: market.pools.map((pool) => foreseePool(pool, truth, nowMs, untilMs)) };
}

function foreseePool(pool: Pool, truth: SpotMarket, nowMs: number, untilMs: number): Pool {
  const { zone, instanceType, spotUsdPerHour } = pool;
  if (spotUsdPerHour === null) return pool;
  const roomVcpus = truth.capacityVcpus(instanceType.name, zone, 'spot', nowMs);
  const reclaim = truth.nextReclaim(instanceType.name, zone, nowMs, untilMs);
  if (reclaim !== null || roomVcpus < LEAST_VCPUS) {
    return { ...pool, spotUsdPerHour: null, spotHighUsdPerHour: null };
  }
  const usdPerHour = meanUsdPerHour(truth, instanceType.name, zone, nowMs, untilMs);
  return { ...pool, spotUsdPerHour: usdPerHour, spotHighUsdPerHour: usdPerHour, reclaimsPerHour: 0 };
}

function meanUsdPerHour(
  truth: SpotMarket,
  name: string,
  zone: string,
  fromMs: number,
  untilMs: number,
): number {
  const changes = truth.priceChanges(name, zone, fromMs, untilMs);
  const weighted = changes.reduce((sum, change, i) => {
    const endMs = Math.min(changes[i + 1]?.atMs ?? untilMs, untilMs);
    return sum + change.usdPerHour * Math.max(0, endMs - Math.max(change.atMs, fromMs));
  }, 0);
  return untilMs > fromMs ? weighted / (untilMs - fromMs) : truth.spotUsdPerHour(name, zone, fromMs);
}
