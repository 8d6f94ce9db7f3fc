import { secondsBetween } from '../units.ts';

interface LeaseState {
  readonly clusterId: string | null;
  /** ISO 8601 instant */
  readonly leaseUntil: string;
  readonly releasedAt: string | null;
}

interface ListedCluster {
  readonly clusterId: string;
  readonly state: string;
  /** ISO 8601 instant */
  readonly createdAt: string;
}

interface Leak {
  readonly reason: string;
  /** ISO 8601 instant since which nobody owns it */
  readonly since: string;
  /** worth a record: neither on its way down nor let go of a moment ago */
  readonly counts: boolean;
  /** on its way down, and whoever sent it there still looks after it */
  readonly lookedAfter: boolean;
}

/** Whoever releases a cluster ends its lease first, and terminates it next. */
const LETTING_GO_SECONDS = 300;
/** Whoever terminates a cluster looks after it for so long; then the reaper does. */
const TERMINATING_SECONDS = 2700;

/**
 * Whether a cluster that is not gone is nobody's, and why. One that is on its way down is left to whoever sent it
 * there, unless that takes too long.
 *
 * @param lease  the one under the cluster's name; undefined when there is none
 * @param now  ISO 8601 instant
 * @returns null for a cluster that a live lease covers
 */
export function whyLeaked(lease: LeaseState | undefined, cluster: ListedCluster, now: string): Leak | null {
  const found = endOf(lease, cluster, now);
  if (found === null) return null;
  const since = found.since > cluster.createdAt ? found.since : cluster.createdAt;
  const seconds = secondsBetween(since, now);
  const terminating = cluster.state === 'TERMINATING';
  const lookedAfter = terminating && seconds < TERMINATING_SECONDS;
  const released = lease !== undefined && lease.releasedAt !== null;
  const lettingGo = released && seconds < LETTING_GO_SECONDS;
  return { reason: found.reason, since, counts: !terminating && !lettingGo, lookedAfter };
}

function endOf(lease: LeaseState | undefined, { clusterId, createdAt }: ListedCluster, now: string) {
  if (lease === undefined) return { reason: 'no lease', since: createdAt };
  const { releasedAt, leaseUntil } = lease;
  if (releasedAt !== null) return { reason: `released ${releasedAt}`, since: releasedAt };
  if (Date.parse(leaseUntil) < Date.parse(now)) {
    return { reason: `lease ended ${leaseUntil}`, since: leaseUntil };
  }
  if (lease.clusterId !== null && lease.clusterId !== clusterId) {
    return { reason: `surplus beside ${lease.clusterId}`, since: createdAt };
  }
  return null;
}
