import { concerns } from '../observe/outages.ts';
import type { ObservedCluster } from '../observe/observed.ts';
import { at, MINUTE_MS, minutes, type Invariant } from './invariant.ts';

/** A surplus cluster is found by the next look-up, or by the reaper's next pass. */
const SURPLUS_MS = 25 * MINUTE_MS;

export const oneAttemptAtATime: Invariant = {
  name: 'one-attempt-at-a-time',
  promises:
    'No attempt starts before its predecessor’s clusters are gone; two clusters of a run live side by side no longer than it takes to find the surplus one.',
  watch({ observed }, broken) {
    const hinder = concerns(/launch|find-?leaked|release|reap/i, ['slow-termination']);
    const outages = observed.outages.of(hinder);
    const others = (cluster: ObservedCluster): ObservedCluster[] =>
      [...observed.clusters.values()].filter(
        (other) => other !== cluster && other.runHash === cluster.runHash && other.endedMs === null,
      );
    return {
      onLaunch(cluster) {
        for (const other of others(cluster)) {
          if (other.attempt === cluster.attempt) continue;
          broken(
            `${cluster.name} (${cluster.clusterId}) was launched while ${other.name} (${other.clusterId}) was ${other.state}.`,
          );
        }
      },
      onTick() {
        const nowMs = observed.nowMs();
        for (const cluster of observed.clusters.values()) {
          if (cluster.endedMs !== null) continue;
          const sinceMs = Math.max(
            0,
            ...others(cluster).map((other) => Math.max(other.launchedMs, cluster.launchedMs)),
          );
          if (sinceMs === 0 || outages.workingTime(sinceMs, nowMs) <= SURPLUS_MS) continue;
          broken(
            `${cluster.name} (${cluster.clusterId}) is not its run’s only cluster since ${at(sinceMs)}, ${minutes(nowMs - sinceMs)} ago.`,
          );
        }
      },
    };
  },
};
