/** Claims of spend as tests make them. */
import type { SpendClaim, SpendLimits } from '../../core/control/spend-claim.ts';
import { claimSpend } from '../../lambdas/aws/ledger-spend.ts';
import type { Ledger } from '../../lambdas/aws/ledger-table.ts';

export const NO_LIMITS: SpendLimits = {
  runMicroUsd: 1e9,
  jobMonthMicroUsd: null,
  accountMonthMicroUsd: null,
  launchesPerHour: 1000,
  onDemandVcpus: null,
  spotVcpus: null,
};

export const NOW = new Date('2026-01-05T01:00:00.000Z');

export function claim(changes: Partial<SpendClaim> & { job?: string; attempt?: number; run?: never } = {}) {
  const { job = 'orders', attempt = 1, ...rest } = changes;
  const made: SpendClaim = {
    clusterName: `flarepath-${job}-0123456789ab-${attempt}`,
    run: { runKey: `${job}@${NOW.toISOString()}`, job, attempt },
    month: '2026-01',
    hour: '2026-01-05T01',
    microUsd: 5_000_000,
    onDemandVcpus: 8,
    spotVcpus: 16,
    hourlyMicroUsd: 4_000_000,
    limits: NO_LIMITS,
    ...rest,
  };
  return made;
}

/** Reserves for a cluster whatever a test does not care about. */
export async function reserve(
  ledger: Ledger,
  lease: { clusterName: string; runKey: string; job: string; attempt: number },
): Promise<void> {
  const { clusterName, ...run } = lease;
  const failed = await claimSpend(ledger, { ...claim(), clusterName, run }, NOW);
  if (failed.length > 0) throw new Error(`Not reserved: ${failed.join(', ')}`);
}
