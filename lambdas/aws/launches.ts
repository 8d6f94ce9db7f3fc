import type { RunJobFlowCommandInput } from '@aws-sdk/client-emr';
import type { Run } from '../../core/contracts/run.ts';
import { leaseUntil } from '../../core/control/lease-end.ts';
import { TerminalError } from '../../core/errors.ts';
import { MILLISECONDS_PER_SECOND, secondsBetween } from '../../core/units.ts';
import { clustersNamed, hasTags, requestCluster, terminateClusters } from './clusters.ts';
import { LaunchOutcomeUnknownError } from './failures.ts';
import { claimLaunch, leaseEndOf, nameCluster, takeLease, type Lease } from './ledger-leases.ts';
import type { Ledger } from './ledger-table.ts';

/** An attempt was released while, or before, its cluster was asked for. */
class AttemptReleasedError extends TerminalError {
  override readonly name = 'AttemptReleasedError';
}

/** Nothing is reserved for the attempt, or people have forbidden launches since it was. */
class LaunchForbiddenError extends TerminalError {
  override readonly name = 'LaunchForbiddenError';
}

/** How long a cluster may take to show in ListClusters after a request whose answer was lost. */
export const LAUNCH_WINDOW_SECONDS = 120;
/** Clocks differ, ours and EMR's. */
export const CLOCK_SKEW_SECONDS = 300;

/**
 * Launches an attempt's cluster, once, whatever is lost on the way: the intent and the lease are written first,
 * then EMR is asked a single time. Whoever comes again finds the lease and looks the cluster up by its name
 * until the waiting window has passed; only then does it ask again. Surplus clusters are terminated.
 *
 * @param terms  for the one that asks first: hard end of the lease, plan and prices it is launched with
 * @param tags  of this deployment: another one's cluster may have the same name
 * @param barOf  asked immediately before EMR is: why nothing may be launched now; null: nothing stands against it
 * @returns the lease, which names the cluster
 * @throws LaunchOutcomeUnknownError  when it is too early to say; try again later
 * @throws LaunchForbiddenError  when something stands against it, or nothing is reserved for the attempt
 * @throws AttemptReleasedError  when the attempt is over
 */
export async function launchOnce(
  ledger: Ledger,
  run: Run,
  request: RunJobFlowCommandInput & { Name: string },
  terms: Pick<Lease, 'plan' | 'market'> & { readonly endsAt: string },
  tags: Readonly<Record<string, string>>,
  barOf: () => Promise<string | null>,
  now: Date,
): Promise<Lease & { clusterId: string }> {
  const clusterName = request.Name;
  const intent: Lease = {
    clusterName,
    runKey: run.runKey,
    job: run.job,
    attempt: run.attempt,
    requestedAt: now.toISOString(),
    leaseUntil: leaseUntil(now.toISOString(), terms.endsAt),
    ...terms,
    clusterId: null,
    releasedAt: null,
  };
  const standing = await takeLease(ledger, intent);
  if (standing === undefined) {
    throw new LaunchForbiddenError(`Nothing is reserved for ${clusterName}: it may spend nothing.`);
  }
  const { lease, taken } = standing;
  if (lease.releasedAt !== null) throw released(clusterName);
  if (lease.clusterId !== null) return { ...lease, clusterId: lease.clusterId };
  const earlier = taken ? undefined : await launchedEarlier(ledger, lease, tags, now);
  if (earlier !== undefined) return ours(ledger, clusterName, earlier);
  const bar = await barOf();
  if (bar !== null) throw new LaunchForbiddenError(bar);
  return ours(ledger, clusterName, await requestCluster(ledger.clients, request));
}

/**
 * The cluster that an earlier try launched; undefined once it is certain that there is none, and ours to ask again.
 * One that is over already was the attempt's cluster all the same: what ended it, the flight finds out.
 */
async function launchedEarlier(
  ledger: Ledger,
  lease: Lease,
  tags: Readonly<Record<string, string>>,
  now: Date,
): Promise<string | undefined> {
  const since = new Date(Date.parse(lease.requestedAt) - CLOCK_SKEW_SECONDS * MILLISECONDS_PER_SECOND);
  const alive: string[] = [];
  const over: string[] = [];
  for (const { clusterId, state } of await clustersNamed(ledger.clients, lease.clusterName, since)) {
    if (await hasTags(ledger.clients, clusterId, tags))
      (state.startsWith('TERMINAT') ? over : alive).push(clusterId);
  }
  const [first, ...surplus] = alive;
  await terminateClusters(ledger.clients, surplus);
  const found = first ?? over[0];
  if (found !== undefined) return found;
  const secondsSince = secondsBetween(lease.requestedAt, now.toISOString());
  if (secondsSince < LAUNCH_WINDOW_SECONDS) {
    throw new LaunchOutcomeUnknownError(
      `${lease.clusterName} was asked for ${Math.round(secondsSince)} s ago and is not listed yet; looked up again until ${LAUNCH_WINDOW_SECONDS} s have passed.`,
    );
  }
  const at = now.toISOString();
  const claimed = await claimLaunch(ledger, lease, at, leaseUntil(at, leaseEndOf(lease)));
  if (claimed === undefined)
    throw new LaunchOutcomeUnknownError(`${lease.clusterName} is being launched by another call.`);
  return undefined;
}

async function ours(
  ledger: Ledger,
  clusterName: string,
  clusterId: string,
): Promise<Lease & { clusterId: string }> {
  const lease = await nameCluster(ledger, clusterName, clusterId);
  if (lease !== undefined) return { ...lease, clusterId };
  await terminateClusters(ledger.clients, [clusterId]);
  throw released(clusterName);
}

function released(clusterName: string): AttemptReleasedError {
  return new AttemptReleasedError(`${clusterName} was released: its attempt launches nothing any more.`);
}
