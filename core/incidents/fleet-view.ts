import type { DeployedJob } from '../contracts/job.ts';
import type { ReclaimRecord } from '../contracts/market.ts';
import type { FleetView } from './apply-alarms.ts';

/**
 * What is known of the fleet when alarms are put together: who reads and writes what, by the job files, and how common
 * pools are, by the spot instances of the newest attempts. Both change with deployments and landings only, so that
 * those who put alarms together at the same time weigh them alike. Clusters and instances are not in it: alarms come
 * with their whole place.
 *
 * @param pools  of the newest attempts of all jobs
 */
export function fleetView(jobs: readonly DeployedJob[], pools: readonly ReclaimRecord[]): FleetView {
  const byJob = new Map(
    jobs.map(({ name, inputs, outputs }) => [
      name,
      { reads: inputs.map(({ uri }) => uri), writes: outputs.map(({ uri }) => uri) },
    ]),
  );
  const hours = pools.filter(({ spotInstanceHours }) => spotInstanceHours > 0);
  return {
    topology: { jobs: byJob, clusters: new Map(), instances: new Map() },
    population: {
      instances: hours.reduce((sum, { spotInstanceHours }) => sum + spotInstanceHours, 0),
      byType: summed(hours, ({ instanceType }) => instanceType),
      byZone: summed(hours, ({ zone }) => zone),
      jobs: jobs.length,
      jobsByDataset: counted(
        [...byJob.values()].flatMap(({ reads, writes }) => [...new Set([...reads, ...writes])]),
      ),
      // nobody has counted usual hours yet: every rule is taken for rare
      jobsByRule: new Map(),
    },
  };
}

function summed(pools: readonly ReclaimRecord[], nameOf: (pool: ReclaimRecord) => string) {
  const sums = new Map<string, number>();
  for (const pool of pools) {
    const name = nameOf(pool);
    sums.set(name, (sums.get(name) ?? 0) + pool.spotInstanceHours);
  }
  return sums;
}

function counted(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
