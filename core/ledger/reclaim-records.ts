import type { ReclaimRecord } from '../contracts/market.ts';
import { ONE_EVENT_SECONDS } from '../market/zone-reclaims.ts';
import { secondsBetween, SECONDS_PER_HOUR } from '../units.ts';
import type { BilledInstance } from './billed-instance.ts';

/** While an instance stood: ISO 8601 instants. */
interface Span {
  readonly from: string;
  readonly until: string;
  readonly reclaimed: boolean;
}

/**
 * What spot instances of an attempt suffered, by pool: the market's own record of interruptions. Instances of a pool
 * that were taken within a quarter of an hour are one event of the pool.
 *
 * @param until  ISO 8601 instant at which instances that are still there are counted
 */
export function reclaimRecords(instances: readonly BilledInstance[], until: string): ReclaimRecord[] {
  const pools = new Map<string, { instanceType: string; zone: string; spans: Span[] }>();
  for (const { market, instanceType, zone, startedAt, endedAt, reclaimed } of instances) {
    if (market !== 'spot') continue;
    const key = `${instanceType}@${zone}`;
    const pool = pools.get(key) ?? { instanceType, zone, spans: [] };
    const end = endedAt ?? until;
    pool.spans.push({ from: startedAt, until: end < startedAt ? startedAt : end, reclaimed });
    pools.set(key, pool);
  }
  return [...pools.values()].map(({ instanceType, zone, spans }) => ({
    instanceType,
    zone,
    spotInstanceHours: spans.reduce((sum, span) => sum + hoursOf(span), 0),
    reclaims: spans.filter(({ reclaimed }) => reclaimed).length,
    ...standing(spans),
    eventsAt: eventsOf(spans),
  }));
}

function hoursOf({ from, until }: Pick<Span, 'from' | 'until'>): number {
  return secondsBetween(from, until) / SECONDS_PER_HOUR;
}

/** For how long at least one instance stood, and between which instants. */
function standing(spans: readonly Span[]): Pick<ReclaimRecord, 'poolHours' | 'fromAt' | 'untilAt'> {
  const ordered = [...spans].sort((one, other) => (one.from < other.from ? -1 : 1));
  let poolHours = 0;
  let reached = '';
  for (const { from, until } of ordered) {
    if (until <= reached) continue;
    poolHours += hoursOf({ from: from < reached ? reached : from, until });
    reached = until;
  }
  return { poolHours, fromAt: ordered[0]?.from, untilAt: reached === '' ? undefined : reached };
}

function eventsOf(spans: readonly Span[]): string[] {
  const ends = spans.flatMap(({ reclaimed, until }) => (reclaimed ? [until] : [])).sort();
  const events: string[] = [];
  for (const end of ends) {
    const last = events.at(-1);
    if (last === undefined || secondsBetween(last, end) > ONE_EVENT_SECONDS) events.push(end);
  }
  return events;
}
