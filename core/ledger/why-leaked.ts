interface LeaseState {
  readonly clusterId: string | null;
  /** ISO 8601 instant */
  readonly leaseUntil: string;
  readonly releasedAt: string | null;
}

/**
 * Why a cluster that still runs is nobody's.
 *
 * @param lease  the one under the cluster's name; undefined when there is none
 * @param now  ISO 8601 instant
 * @returns null for a cluster that a live lease covers
 */
export function whyLeaked(lease: LeaseState | undefined, clusterId: string, now: string): string | null {
  if (lease === undefined) return 'no lease';
  if (lease.releasedAt !== null) return `released ${lease.releasedAt}`;
  if (Date.parse(lease.leaseUntil) < Date.parse(now)) return `lease ended ${lease.leaseUntil}`;
  if (lease.clusterId !== null && lease.clusterId !== clusterId) return `surplus beside ${lease.clusterId}`;
  return null;
}
