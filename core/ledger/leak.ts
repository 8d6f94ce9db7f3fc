import type { ClusterView } from '../contracts/cluster.ts';
import type { FleetPlan } from '../contracts/fleet-plan.ts';
import type { LeakRecord } from '../contracts/leak.ts';
import type { Market } from '../contracts/market.ts';
import {
  afterSeconds,
  secondsBetween,
  SECONDS_PER_MINUTE,
  SECONDS_PER_HOUR,
  SECONDS_PER_DAY,
} from '../units.ts';
import type { BilledInstance } from './billed-instance.ts';
import { estimateCost } from './estimate-cost.ts';

/** A net for a cluster that nobody releases: EMR ends it after this long without a step. */
export const IDLE_TIMEOUT_SECONDS = 30 * SECONDS_PER_MINUTE;
/** When a running step keeps a cluster from being idle and nothing bounds it: until somebody looks. */
const UNNOTICED_SECONDS = SECONDS_PER_DAY;
const NOTES_MAX = 20;

/** A cluster that nobody owns, as it was found. */
export interface FoundLeak {
  readonly clusterId: string;
  readonly clusterName: string;
  readonly runKey: string | null;
  readonly reason: string;
  /** ISO 8601 instant */
  readonly leakedSince: string;
  /** ISO 8601 instant: hard end of its lease; null: it has none */
  readonly leaseEndsAt: string | null;
}

/** What its prices are taken from. */
/** What of a cluster tells when EMR would have ended it. */
type LeakView = Pick<ClusterView, 'createdAt' | 'readyAt' | 'steps'>;

export interface LeakEvidence {
  readonly view: LeakView;
  readonly instances: readonly BilledInstance[];
  readonly plan: Pick<FleetPlan, 'ebsGib'>;
  /** as surveyed for its plan */
  readonly market: Pick<Market, 'pools'>;
}

/**
 * What a cluster of no run cost since nobody owned it, what it costs an hour, and what it would have cost further,
 * had nobody looked: until EMR's auto-termination where no step runs; else until the hard end of its lease and the
 * idle half hour after it; past that, a day.
 *
 * @param evidence  a text: why nothing is known of its instances or prices
 * @param now  ISO 8601 instant at which it is found
 */
export function assessLeak(found: FoundLeak, evidence: LeakEvidence | string, now: string): LeakRecord {
  const { clusterId, clusterName, runKey, reason, leakedSince } = found;
  const known = { clusterId, clusterName, runKey, reason, leakedSince, foundAt: now, toldAt: null };
  if (typeof evidence === 'string') {
    const unknown = { runningInstances: null, usdPerHour: null, leakedUsd: null, avertedUsd: null };
    return { ...known, ...unknown, wouldHaveEndedAt: null, assumption: 'none', notes: [evidence] };
  }
  const { view, instances, plan, market } = evidence;
  const upTo = (until: string) => estimateCost({ instances, market, ebsGibPerNode: plan.ebsGib, until });
  const running = instances.filter(({ endedAt }) => endedAt === null);
  const types = new Set(market.pools.map(({ instanceType }) => instanceType.name));
  // a figure that leaves some out says so in a note; one that leaves out all of them is none
  if (!instances.some(({ instanceType }) => types.has(instanceType)))
    return assessLeak(found, 'No price is known of any of its instances.', now);
  const usdNow = upTo(now).totalUsd;
  const usdPerHour = upTo(afterSeconds(now, SECONDS_PER_HOUR)).totalUsd - usdNow;
  const { endsAt, assumption } = endOf(view, found.leaseEndsAt, now);
  return {
    ...known,
    runningInstances: running.length,
    usdPerHour,
    leakedUsd: Math.max(usdNow - upTo(leakedSince).totalUsd, 0),
    avertedUsd: (usdPerHour * Math.max(secondsBetween(now, endsAt), 0)) / SECONDS_PER_HOUR,
    wouldHaveEndedAt: endsAt,
    assumption,
    notes: upTo(now).notes.slice(0, NOTES_MAX),
  };
}

/** When a cluster would have ended, had nobody ended it. */
function endOf(view: LeakView, leaseEndsAt: string | null, now: string) {
  const idleText = `EMR ends it after ${IDLE_TIMEOUT_SECONDS / SECONDS_PER_MINUTE} min without a step`;
  if (!view.steps.some(({ state }) => state === 'RUNNING' || state === 'CANCEL_PENDING')) {
    const idleSince = [view.createdAt, view.readyAt, ...view.steps.map(({ endedAt }) => endedAt)]
      .flatMap((instant) => instant ?? [])
      .reduce((latest, instant) => (instant > latest ? instant : latest));
    const endsAt = afterSeconds(idleSince, IDLE_TIMEOUT_SECONDS);
    return { endsAt: endsAt > now ? endsAt : now, assumption: `No step runs: ${idleText}.` };
  }
  if (leaseEndsAt !== null && leaseEndsAt > now) {
    const assumption = `Its step runs until the hard end of its lease; then ${idleText}.`;
    return { endsAt: afterSeconds(leaseEndsAt, IDLE_TIMEOUT_SECONDS), assumption };
  }
  const assumption = 'A step that runs keeps EMR from ending it: nobody looks for a day.';
  return { endsAt: afterSeconds(now, UNNOTICED_SECONDS), assumption };
}
