import * as z from 'zod';
import { concerns } from '../observe/outages.ts';
import type { ObservedCluster } from '../observe/observed.ts';
import { at, MINUTE_MS, minutes, type Invariant } from './invariant.ts';

/** the reaper's interval, and what it takes to search, terminate and prove it */
const REAPER_PASS_MS = 15 * MINUTE_MS;
const TERMINATION_MS = 10 * MINUTE_MS;

const Bounded = z.object({ leaseUntil: z.string(), endsAt: z.string() });

export const noClusterOutlivesItsLease: Invariant = {
  name: 'no-cluster-outlives-its-lease',
  promises:
    'A cluster that no live lease covers is gone after the next pass of the reaper; no lease lives beyond the hard end that its launch gave it; at the end no machine runs.',
  watch({ observed }, broken) {
    const outages = observed.outages.of(concerns(/find-?leaked|release|reap/i, ['slow-termination']));
    const uncoveredSince = new Map<string, number>();
    const coveredUntilMs = (cluster: ObservedCluster): number => {
      const lease = observed.leases.get(cluster.name);
      if (lease === undefined || (lease.clusterId ?? cluster.clusterId) !== cluster.clusterId)
        return cluster.launchedMs;
      const untilMs = Date.parse(lease.leaseUntil);
      return lease.releasedAt === null ? untilMs : Math.min(untilMs, Date.parse(lease.releasedAt));
    };
    return {
      onLedger({ pk, sk, before, after }) {
        if (sk !== 'LEASE') return;
        const lease = Bounded.safeParse(after).data;
        if (lease === undefined) return;
        if (Date.parse(lease.leaseUntil) > Date.parse(lease.endsAt))
          broken(`${pk} lives until ${lease.leaseUntil}; its hard end is ${lease.endsAt}.`);
        const given = Bounded.safeParse(before).data?.endsAt ?? lease.endsAt;
        if (lease.endsAt !== given) broken(`${pk} was to end at ${given}, and now ends at ${lease.endsAt}.`);
      },
      onTick() {
        const nowMs = observed.nowMs();
        for (const cluster of observed.clusters.values()) {
          if (cluster.endedMs !== null) continue;
          const coveredMs = coveredUntilMs(cluster);
          if (coveredMs >= nowMs) {
            uncoveredSince.delete(cluster.clusterId);
            continue;
          }
          const sinceMs = uncoveredSince.get(cluster.clusterId) ?? Math.max(coveredMs, cluster.launchedMs);
          uncoveredSince.set(cluster.clusterId, sinceMs);
          const workingMs = outages.workingTime(sinceMs, nowMs);
          if (workingMs <= REAPER_PASS_MS + TERMINATION_MS) continue;
          broken(
            `${cluster.name} (${cluster.clusterId}) is ${cluster.state}; no lease covers it since ${at(sinceMs)}, ${minutes(nowMs - sinceMs)} ago.`,
          );
        }
      },
      atEnd() {
        for (const { name, clusterId, state, endedMs } of observed.clusters.values())
          if (endedMs === null) broken(`${name} (${clusterId}) is ${state} when everything is over.`);
        for (const machine of observed.account.world.instances.all())
          if (machine.endedMs === null) broken(`${machine.ec2Id} of ${machine.clusterId} still runs.`);
      },
    };
  },
};
