import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { SpendLimits } from '../../core/control/spend-claim.ts';
import { countersOf } from '../../lambdas/aws/ledger-spend-sums.ts';
import {
  claimSpend,
  noteCollected,
  openReservations,
  raiseSpend,
  reservationOf,
} from '../../lambdas/aws/ledger-spend.ts';
import { takeLease } from '../../lambdas/aws/ledger-leases.ts';
import { settleAttempt } from '../../lambdas/aws/settlements.ts';
import { openAccount, type Account } from './account.ts';
import { claim, NO_LIMITS, NOW } from './reservations.ts';

let account: Account;
beforeEach(async () => {
  account = await openAccount();
});
const act = <T>(work: () => Promise<T>) => account.kernel.settle(work);
const counters = () => act(() => countersOf(account.ledger, claim()));
const reserved = (name: string) => act(() => reservationOf(account.ledger, name));
const lease = (clusterName: string) => ({
  clusterName,
  runKey: 'orders',
  job: 'orders',
  attempt: 1,
  requestedAt: NOW.toISOString(),
  leaseUntil: NOW.toISOString(),
  clusterId: null,
  releasedAt: null,
});

describe('a reservation', () => {
  it('counts over run, month, account, hour and vCPUs, once', async () => {
    expect(await act(() => claimSpend(account.ledger, claim(), NOW))).toEqual([]);
    expect(await act(() => claimSpend(account.ledger, claim(), NOW))).toEqual(['reservation']);
    const sum = { committedMicroUsd: 5_000_000, spentMicroUsd: 0 };
    expect(await counters()).toEqual({
      run: sum,
      jobMonth: sum,
      accountMonth: sum,
      launches: 1,
      onDemandVcpus: 8,
      spotVcpus: 16,
    });
    expect(await act(() => openReservations(account.ledger))).toEqual([claim().clusterName]);
  });

  it.each<[string, Partial<SpendLimits>]>([
    ['run', { runMicroUsd: 9_999_999 }],
    ['job-month', { jobMonthMicroUsd: 9_999_999 }],
    ['account-month', { accountMonthMicroUsd: 9_999_999 }],
    ['launches', { launchesPerHour: 1 }],
    ['vcpus', { onDemandVcpus: 15 }],
    ['vcpus', { spotVcpus: 31 }],
  ])('that passes the limit of %s takes nothing at all', async (counter, limit) => {
    const limits = { ...NO_LIMITS, ...limit };
    await act(() => claimSpend(account.ledger, claim({ limits }), NOW));
    const before = await counters();
    expect(await act(() => claimSpend(account.ledger, claim({ attempt: 2, limits }), NOW))).toEqual([
      counter,
    ]);
    expect(await counters()).toEqual(before);
  });

  it('remembers that people waived the month for it', async () => {
    await act(() => claimSpend(account.ledger, claim({ monthWaived: true }), NOW));
    await act(() => claimSpend(account.ledger, claim({ attempt: 2 }), NOW));
    expect((await reserved(claim().clusterName))?.monthWaived).toBe(true);
    expect((await reserved(claim({ attempt: 2 }).clusterName))?.monthWaived).toBe(false);
  });

  it('is settled once, with what was collected and the time until the cluster was gone', async () => {
    const { clusterName } = claim();
    await act(() => claimSpend(account.ledger, claim(), NOW));
    await act(() => takeLease(account.ledger, lease(clusterName)));
    const until = new Date(NOW.getTime() + 3_600_000).toISOString();
    await act(() => noteCollected(account.ledger, clusterName, { microUsd: 3_000_000, until }));
    const gone = new Date(NOW.getTime() + 3_690_000);
    await act(() => settleAttempt(account.ledger, clusterName, gone));
    await act(() => settleAttempt(account.ledger, clusterName, new Date(gone.getTime() + 9e6)));
    expect(await reserved(clusterName)).toMatchObject({
      settledMicroUsd: 3_100_000,
      settledByEstimate: false,
    });
    const spent = { committedMicroUsd: 3_100_000, spentMicroUsd: 3_100_000 };
    expect(await counters()).toMatchObject({
      run: spent,
      accountMonth: spent,
      onDemandVcpus: 0,
      spotVcpus: 0,
    });
    expect(await act(() => openReservations(account.ledger))).toEqual([]);
  });

  it('that nobody collected is settled with an upper bound, and says so', async () => {
    const { clusterName } = claim();
    await act(() => claimSpend(account.ledger, claim(), NOW));
    await act(() => takeLease(account.ledger, lease(clusterName)));
    await act(() => settleAttempt(account.ledger, clusterName, new Date(NOW.getTime() + 1_800_000)));
    expect(await reserved(clusterName)).toMatchObject({
      settledMicroUsd: 2_000_000,
      settledByEstimate: true,
    });
  });

  it('that was never used costs nothing, and can be used no more', async () => {
    const { clusterName } = claim();
    await act(() => claimSpend(account.ledger, claim(), NOW));
    await act(() => settleAttempt(account.ledger, clusterName, NOW));
    expect(await counters()).toMatchObject({ run: { committedMicroUsd: 0, spentMicroUsd: 0 } });
    expect(await act(() => takeLease(account.ledger, lease(clusterName)))).toBeUndefined();
  });
});

describe('runs side by side', () => {
  const limits: SpendLimits = {
    runMicroUsd: 12_000_000,
    jobMonthMicroUsd: 20_000_000,
    accountMonthMicroUsd: 30_000_000,
    launchesPerHour: 5,
    onDemandVcpus: 40,
    spotVcpus: 60,
  };
  interface Deed {
    what: string;
    job: string;
    attempt: number;
    microUsd: number;
    vcpus: number;
  }
  const deed: fc.Arbitrary<Deed> = fc.record({
    what: fc.constantFrom('claim', 'raise', 'settle', 'lease', 'collect'),
    job: fc.constantFrom('orders', 'clicks', 'returns'),
    attempt: fc.integer({ min: 1, max: 2 }),
    microUsd: fc.integer({ min: 1, max: 9_000_000 }),
    vcpus: fc.integer({ min: 0, max: 30 }),
  });

  const carryOut = async ({ what, job, attempt, microUsd, vcpus }: Deed) => {
    const { ledger } = account;
    const amounts = { microUsd, onDemandVcpus: vcpus, spotVcpus: 30 - vcpus, hourlyMicroUsd: 0 };
    const made = claim({ job, attempt, limits, ...amounts });
    if (what === 'claim') return claimSpend(ledger, made, NOW);
    if (what === 'lease') return takeLease(ledger, lease(made.clusterName));
    if (what === 'settle') return settleAttempt(ledger, made.clusterName, NOW).catch(() => undefined);
    const known = await reservationOf(ledger, made.clusterName);
    if (known === undefined) return undefined;
    if (what === 'raise') return raiseSpend(ledger, known, amounts, limits, NOW);
    // never more than was reserved: the pilot lands before
    const collected = { microUsd: Math.min(microUsd, known.reservedMicroUsd), until: NOW.toISOString() };
    return noteCollected(ledger, made.clusterName, collected);
  };

  it('never pass a limit together, in whatever order and however often they come, and add up', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(deed, { minLength: 1, maxLength: 5 }), { maxLength: 8 }),
        async (waves) => {
          account = await openAccount();
          for (const wave of waves) {
            // all at once, and every one of them delivered twice
            await act(() => Promise.all([...wave, ...wave].map(carryOut)));
            const sums = await counters();
            expect(sums.accountMonth.committedMicroUsd).toBeLessThanOrEqual(30_000_000);
            expect(sums.launches).toBeLessThanOrEqual(5);
            expect(sums.onDemandVcpus).toBeLessThanOrEqual(40);
            expect(sums.spotVcpus).toBeLessThanOrEqual(60);
            let committed = 0;
            let onDemand = 0;
            for (const job of ['orders', 'clicks', 'returns']) {
              const own = await act(() => countersOf(account.ledger, claim({ job })));
              expect(own.run.committedMicroUsd).toBeLessThanOrEqual(12_000_000);
              expect(own.jobMonth.committedMicroUsd).toBeLessThanOrEqual(20_000_000);
              for (const attempt of [1, 2]) {
                const item = await reserved(claim({ job, attempt }).clusterName);
                committed += item?.settledMicroUsd ?? item?.reservedMicroUsd ?? 0;
                onDemand += item === undefined || item.settledAt !== null ? 0 : item.onDemandVcpus;
              }
            }
            expect(sums.accountMonth.committedMicroUsd).toBe(committed);
            expect(sums.onDemandVcpus).toBe(onDemand);
          }
        },
      ),
      { numRuns: 8 },
    );
  });
});
