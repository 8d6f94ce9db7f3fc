import type { AlarmPlace } from '../contracts/alarm.ts';

/** What runs where, and who reads what: as much of it as is known. */
export interface Topology {
  readonly jobs: ReadonlyMap<
    string,
    { readonly reads: readonly string[]; readonly writes: readonly string[] }
  >;
  readonly clusters: ReadonlyMap<string, { readonly job?: string; readonly runKey?: string }>;
  readonly instances: ReadonlyMap<
    string,
    {
      readonly clusterId?: string;
      readonly fleet?: string;
      readonly instanceType?: string;
      readonly zone?: string;
    }
  >;
}

/**
 * Completes a place upwards: a spot warning names an instance only; its cluster, type, zone, run and job follow. What
 * the alarm itself says is kept.
 */
export function completePlace(place: AlarmPlace, { clusters, instances }: Topology): AlarmPlace {
  const instance = place.instanceId === undefined ? undefined : instances.get(place.instanceId);
  const clusterId = place.clusterId ?? instance?.clusterId;
  const cluster = clusterId === undefined ? undefined : clusters.get(clusterId);
  return { ...cluster, ...instance, ...place };
}

/** The data sets that an alarm of a place touches: its own, and those that its job reads and writes. */
export function datasetsOf({ dataset, job }: AlarmPlace, { jobs }: Topology): string[] {
  const known = job === undefined ? undefined : jobs.get(job);
  const own = dataset === undefined ? [] : [dataset];
  return [...new Set([...own, ...(known?.reads ?? []), ...(known?.writes ?? [])])];
}
