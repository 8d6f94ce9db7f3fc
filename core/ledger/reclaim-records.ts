import type { ReclaimRecord } from '../contracts/market.ts';
import { secondsBetween, SECONDS_PER_HOUR } from '../units.ts';
import type { BilledInstance } from './billed-instance.ts';

/**
 * What spot instances of an attempt suffered, by pool: the market's own record of interruptions.
 *
 * @param until  ISO 8601 instant at which instances that are still there are counted
 */
export function reclaimRecords(instances: readonly BilledInstance[], until: string): ReclaimRecord[] {
  const pools = new Map<string, ReclaimRecord>();
  for (const instance of instances) {
    if (instance.market !== 'spot') continue;
    const { instanceType, zone } = instance;
    const key = `${instanceType}@${zone}`;
    const known = pools.get(key) ?? { instanceType, zone, spotInstanceHours: 0, reclaims: 0 };
    const seconds = Math.max(0, secondsBetween(instance.startedAt, instance.endedAt ?? until));
    pools.set(key, {
      ...known,
      spotInstanceHours: known.spotInstanceHours + seconds / SECONDS_PER_HOUR,
      reclaims: known.reclaims + (instance.reclaimed ? 1 : 0),
    });
  }
  return [...pools.values()];
}
