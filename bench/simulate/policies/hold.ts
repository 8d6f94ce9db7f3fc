import * as z from 'zod';
import { Cluster } from '../../../core/contracts/cluster.ts';
import { Look } from '../../../core/contracts/flight.ts';
import { Run } from '../../../core/contracts/run.ts';
import { latestLeaseEnd, leaseUntil } from '../../../core/control/lease-end.ts';
import { landingOf } from '../../../core/pilot/landing.ts';
import { viewCluster } from '../../../lambdas/aws/cluster-view.ts';
import { jobOfRun } from '../../../lambdas/aws/job-of-run.ts';
import { extendLease } from '../../../lambdas/aws/ledger-leases.ts';
import { wakeCount } from '../../../lambdas/aws/ledger-wake.ts';
import { Environment } from '../../../lambdas/look-and-steer.ts';
import { stateHandler } from '../../../lambdas/runtime/state-handler.ts';

const LookRequest = z.object({ run: Run, cluster: Cluster, look: z.number().int().nonnegative() });
const NEXT_LOOK_SECONDS = 300;

/** A pilot that sees whether the flight is over, and touches nothing. */
export const hold = stateHandler(
  { environment: Environment, input: LookRequest, output: Look },
  async ({ run, cluster, look }, { clients, environment, now }): Promise<Look> => {
    const ledger = { clients, table: environment.LEDGER_TABLE };
    const woken = await wakeCount(ledger, run.runKey);
    const job = await jobOfRun(clients, environment, run);
    const at = now();
    const view = await viewCluster(clients, cluster.clusterId, at);
    const endsAt = cluster.leaseEndsAt ?? latestLeaseEnd(cluster.launchedAt);
    const ours = await extendLease(ledger, cluster.name, leaseUntil(view.observedAt, endsAt));
    const released = { outcome: 'failed' as const, reason: 'Released.', look, retryable: false };
    const landing = ours
      ? landingOf(view, { look, attempt: run.attempt, maxAttempts: job.maxAttempts })
      : released;
    return { landing, look, wakeCount: woken, nextLookSeconds: NEXT_LOOK_SECONDS };
  },
);
