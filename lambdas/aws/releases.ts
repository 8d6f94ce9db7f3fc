import type { Release } from '../../core/contracts/cluster.ts';
import type { Run } from '../../core/contracts/run.ts';
import { clusterNamePrefixOf, runKeyOf } from '../../core/ledger/run-key.ts';
import { MILLISECONDS_PER_SECOND, secondsBetween } from '../../core/units.ts';
import { endAttempts, leasesOf } from './attempts.ts';
import { activeClusters, clusterState, hasTags, terminateClusters } from './clusters.ts';
import { CLOCK_SKEW_SECONDS, LAUNCH_WINDOW_SECONDS } from './launches.ts';
import { leaseOfCluster, releaseLease, type Lease } from './ledger-leases.ts';
import { findRun } from './ledger-runs.ts';
import type { Ledger } from './ledger-table.ts';
import { settleAttempt, settleRun } from './settlements.ts';

const LOOK_AGAIN_SECONDS = 30;

interface ReleasedRun {
  readonly job: string;
  readonly scheduledAt: string;
  /** null: whoever asks; else only if this execution has the run, and not a second start of it */
  readonly executionArn: string | null;
  /** the start is over: none of its attempts may follow */
  readonly final: boolean;
}

/**
 * Terminates every cluster that a run still has. Its leases end first, so that a launch that is still under way
 * terminates what it launched. Once all are gone, what the run reserved is settled.
 *
 * @param tags  of this deployment: another one's cluster may have the same name
 */
export async function releaseRun(
  ledger: Ledger,
  { job, scheduledAt, executionArn, final }: ReleasedRun,
  tags: Readonly<Record<string, string>>,
  now: Date,
): Promise<Release> {
  const runKey = runKeyOf(job, scheduledAt);
  const known = await findRun(ledger, runKey);
  const foreign = executionArn !== null && known?.run.executionArn !== executionArn;
  if (known === undefined || foreign) return answer('absent', []);
  const { run } = known;
  if (final) await endAttempts(ledger, run, run.firstAttempt, now);
  const leases = (await leasesOf(ledger, run)).filter(({ seal }) => seal !== true);
  if (leases.length === 0) {
    await settleRun(ledger, run, now);
    return answer('absent', []);
  }
  for (const lease of leases) {
    if (lease.releasedAt === null) await releaseLease(ledger, lease.clusterName, now);
  }
  const alive = await clustersAlive(ledger, run, leases, tags);
  const running = [...alive].filter(([, state]) => state !== 'TERMINATING').map(([clusterId]) => clusterId);
  await terminateClusters(ledger.clients, running);
  const unknown = leases.some((lease) => mayStillAppear(lease, now));
  if (alive.size > 0 || unknown) return answer('terminating', [...alive.keys()]);
  await settleRun(ledger, run, now);
  const gone = leases.flatMap(({ clusterId }) => clusterId ?? []);
  return answer(gone.length === 0 ? 'absent' : 'terminated', gone);
}

/** State by id of the run's clusters that are not over: those that its leases name, and what a lost answer left. */
async function clustersAlive(
  ledger: Ledger,
  run: Run,
  leases: readonly Lease[],
  tags: Readonly<Record<string, string>>,
): Promise<Map<string, string>> {
  const since = new Date(Date.parse(run.admittedAt) - CLOCK_SKEW_SECONDS * MILLISECONDS_PER_SECOND);
  const leased = new Set(leases.map(({ clusterId }) => clusterId));
  const alive = new Map<string, string>();
  for (const { clusterId, state } of await activeClusters(ledger.clients, clusterNamePrefixOf(run), since)) {
    if (leased.has(clusterId) || (await hasTags(ledger.clients, clusterId, tags)))
      alive.set(clusterId, state);
  }
  // A listing lags behind; what a lease names is asked for by its id.
  for (const clusterId of leased) {
    if (clusterId === null || alive.has(clusterId)) continue;
    const state = await clusterState(ledger.clients, clusterId);
    if (!isOver(state)) alive.set(clusterId, state);
  }
  return alive;
}

/** Terminates a cluster of this deployment; one without its tags is left alone. */
export async function releaseCluster(
  ledger: Ledger,
  clusterId: string,
  tags: Readonly<Record<string, string>>,
  now: Date,
): Promise<Release> {
  if (isOver(await clusterState(ledger.clients, clusterId))) {
    const lease = await leaseOfCluster(ledger, clusterId);
    if (lease?.clusterId === clusterId) await settleAttempt(ledger, lease.clusterName, now);
    return answer('terminated', [clusterId]);
  }
  if (!(await hasTags(ledger.clients, clusterId, tags))) return answer('absent', []);
  const lease = await leaseOfCluster(ledger, clusterId);
  if (lease?.clusterId === clusterId) await releaseLease(ledger, lease.clusterName, now);
  await terminateClusters(ledger.clients, [clusterId]);
  return answer('terminating', [clusterId]);
}

/** A cluster was asked for so lately, with an unknown outcome, that it may not be listed yet. */
function mayStillAppear(lease: Lease, now: Date): boolean {
  return (
    lease.clusterId === null && secondsBetween(lease.requestedAt, now.toISOString()) < LAUNCH_WINDOW_SECONDS
  );
}

function isOver(state: string): boolean {
  return state === 'TERMINATED' || state === 'TERMINATED_WITH_ERRORS';
}

function answer(decision: Release['decision'], clusterIds: string[]): Release {
  return { decision, clusterIds, retryAfterSeconds: LOOK_AGAIN_SECONDS };
}
