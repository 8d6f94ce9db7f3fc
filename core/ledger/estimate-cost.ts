import type { Market, Pool } from '../contracts/market.ts';
import { MINIMUM_BILLED_SECONDS, storageUsdPerHour } from '../market/billing-rates.ts';
import { SECONDS_PER_HOUR, secondsBetween } from '../units.ts';
import type { BilledInstance } from './billed-instance.ts';

interface CostEstimate {
  readonly totalUsd: number;
  readonly computeUsd: number;
  readonly emrFeeUsd: number;
  readonly storageUsd: number;
  readonly spotInstanceHours: number;
  /** what the estimate had to assume; empty when every price was known */
  readonly notes: readonly string[];
}

interface CostRequest {
  readonly instances: readonly BilledInstance[];
  /** prices as surveyed for the plan; spot is taken at its price of then */
  readonly market: Pick<Market, 'pools'>;
  /** data volume of core and task nodes; every node has a root volume besides */
  readonly ebsGibPerNode: number;
  /** ISO 8601 instant at which instances without an end are taken to end */
  readonly until: string;
}

/**
 * Estimates what a cluster's instances cost: EC2 at the plan's prices, the EMR fee and disks, by the second.
 * An estimate until billing data reconciles it. Adding instances adds their costs.
 *
 * An instance in a pool the market does not know is priced as the same type elsewhere; a type it does not know
 * costs nothing here, and a note says so.
 */
export function estimateCost({ instances, market, ebsGibPerNode, until }: CostRequest): CostEstimate {
  const sum = { computeUsd: 0, emrFeeUsd: 0, storageUsd: 0, spotInstanceHours: 0 };
  const notes = new Set<string>();
  for (const instance of instances) {
    const hours = billedHours(instance, until);
    if (hours === 0) continue;
    const diskGib = instance.role === 'primary' ? 0 : ebsGibPerNode;
    // one region, one price of disks
    sum.storageUsd += hours * storageUsdPerHour(diskGib, market.pools[0]?.storageUsdPerGibMonth);
    if (instance.market === 'spot') sum.spotInstanceHours += hours;
    const pool = poolFor(instance, market.pools, notes);
    if (pool === undefined) continue;
    sum.computeUsd += hours * usdPerHour(instance, pool, notes);
    sum.emrFeeUsd += hours * pool.emrFeeUsdPerHour;
    if (pool.emrFeeEstimated) notes.add(`The EMR fee of ${instance.instanceType} is itself an estimate.`);
  }
  return { ...sum, totalUsd: sum.computeUsd + sum.emrFeeUsd + sum.storageUsd, notes: [...notes] };
}

/** Hours an instance is paid for; 0 when it never started before its end. */
export function billedHours(instance: Pick<BilledInstance, 'startedAt' | 'endedAt'>, until: string): number {
  const seconds = secondsBetween(instance.startedAt, instance.endedAt ?? until);
  return seconds <= 0 ? 0 : Math.max(seconds, MINIMUM_BILLED_SECONDS) / SECONDS_PER_HOUR;
}

function poolFor(instance: BilledInstance, pools: readonly Pool[], notes: Set<string>): Pool | undefined {
  const ofType = pools.filter((pool) => pool.instanceType.name === instance.instanceType);
  const here = ofType.find((pool) => pool.zone === instance.zone);
  if (here !== undefined) return here;
  const elsewhere = ofType[0];
  notes.add(
    elsewhere === undefined
      ? `No price is known for ${instance.instanceType}: its hours are left out.`
      : `No price is known for ${instance.instanceType} in ${instance.zone}: taken from ${elsewhere.zone}.`,
  );
  return elsewhere;
}

function usdPerHour(instance: BilledInstance, pool: Pool, notes: Set<string>): number {
  if (instance.market === 'on-demand') return pool.onDemandUsdPerHour;
  if (pool.spotUsdPerHour !== null) return pool.spotUsdPerHour;
  notes.add(
    `No spot price is known for ${instance.instanceType} in ${instance.zone}: on-demand price taken.`,
  );
  return pool.onDemandUsdPerHour;
}
