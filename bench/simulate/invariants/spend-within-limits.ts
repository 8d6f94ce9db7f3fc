import * as z from 'zod';
import { Reservation } from '../../../core/contracts/control.ts';
import { microUsdOf, usdOf } from '../../../core/control/micro-usd.ts';
import { runHashOf } from '../../../core/ledger/run-key.ts';
import type { LedgerChange } from '../observe/ledger-mirror.ts';
import { concerns, type Outages } from '../observe/outages.ts';
import { HOUR_MS, MINUTE_MS, type Grounds, type Invariant } from './invariant.ts';

/** A fleet costs this long after somebody last looked, and while it goes. */
const TAIL_MS = 15 * MINUTE_MS;
const VCPU_QUOTA_FAULT = 'vcpu-quota';

/** Whoever looks at a flight, ends it, or is started to. */
const UNSEEN = /look|fly|sleep|wake|collect|release|reap|leaked|run-?job/i;

const Sum = z.object({ committedMicroUsd: z.number().default(0), spentMicroUsd: z.number().default(0) });
const Launches = z.object({ launches: z.number() });
const Vcpus = z.object({ onDemandVcpus: z.number(), spotVcpus: z.number() });

/** A sum of money, what it may not pass, and which reservations count in it. */
interface Purse {
  readonly name: string;
  readonly limitUsd: number | null;
  readonly of: (reservation: Reservation) => boolean;
}

export const spendWithinLimits: Invariant = {
  name: 'spend-within-limits',
  promises:
    'What a run, a job’s month and the account’s month reserve and are charged stays within their limits, the account’s launches and vCPUs within theirs; no sum is ever negative, and all is settled at the end.',
  watch(grounds, broken) {
    const { observed, scenario } = grounds;
    const outages = observed.outages.of(concerns(UNSEEN, ['slow-termination']));
    const reservations = new Map<string, Reservation>();
    const waivedMonths = new Set<string>();
    const { quotas } = observed.account.world.file;
    return {
      onLedger(change) {
        if (change.sk === 'RESERVATION' && change.after !== undefined) {
          const reservation = Reservation.parse(change.after);
          reservations.set(change.pk, reservation);
          if (reservation.monthWaived === true) waivedMonths.add(jobMonth(reservation));
        }
        const fault =
          faultOfCount(change, grounds) ?? faultOfSum(change, purseOfItem(change, grounds, waivedMonths));
        if (fault !== null) broken(fault);
      },
      onTick() {
        if (scenario.faults.some(({ kind }) => kind === VCPU_QUOTA_FAULT)) return;
        const vcpus = { spot: 0, 'on-demand': 0 };
        for (const machine of observed.account.world.instances.all())
          if (machine.endedMs === null) vcpus[machine.purchase] += machine.type.vcpus;
        if (vcpus.spot > quotas.spotVcpus)
          broken(`${vcpus.spot} spot vCPUs run; the quota is ${quotas.spotVcpus}.`);
        // what spot that does not come turns into is bought on demand, whatever is reserved
        if (vcpus['on-demand'] > quotas.onDemandVcpus + quotas.spotVcpus)
          broken(`${vcpus['on-demand']} on-demand vCPUs run; the quota is ${quotas.onDemandVcpus}.`);
      },
      atEnd() {
        for (const { clusterName, settledAt } of reservations.values())
          if (settledAt === null) broken(`What ${clusterName} reserved was never settled.`);
        for (const purse of pursesOf(grounds, [...reservations.values()], waivedMonths)) {
          const fault = overcharged(grounds, outages, purse, [...reservations.values()]);
          if (fault !== null) broken(fault);
        }
      },
    };
  },
};

/** What a write to the launches of an hour, or to the vCPUs in flight, must not say. */
function faultOfCount({ pk, sk, after }: LedgerChange, { limits, observed }: Grounds): string | null {
  const launches = sk.startsWith('HOUR#') ? Launches.safeParse(after).data?.launches : undefined;
  if (launches !== undefined && launches > limits.launchesPerHour)
    return `${pk} ${sk}: ${launches} launches; the limit is ${limits.launchesPerHour}.`;
  const vcpus = sk === 'VCPUS' ? Vcpus.safeParse(after).data : undefined;
  if (vcpus === undefined) return null;
  const { quotas } = observed.account.world.file;
  for (const [count, quota] of [
    [vcpus.onDemandVcpus, quotas.onDemandVcpus] as const,
    [vcpus.spotVcpus, quotas.spotVcpus] as const,
  ])
    if (count < 0 || count > quota) return `${pk} ${sk}: ${count} vCPUs; the quota is ${quota}.`;
  return null;
}

/** The purse that an item of the ledger is about; null: none. */
function purseOfItem(
  { pk, sk }: LedgerChange,
  grounds: Grounds,
  waivedMonths: ReadonlySet<string>,
): Pick<Purse, 'name' | 'limitUsd'> | null {
  const budgetOf = (name: string) => grounds.jobs.find((job) => job.name === name)?.budget;
  if (sk === 'SPEND') {
    const runKey = pk.slice('RUN#'.length);
    return { name: runKey, limitUsd: budgetOf(runKey.split('@')[0] ?? '')?.perRun.limitUsd ?? null };
  }
  if (pk.startsWith('SPEND#JOB#')) {
    const job = pk.slice('SPEND#JOB#'.length);
    const name = `${job} in ${sk}`;
    return { name, limitUsd: waivedMonths.has(name) ? null : (budgetOf(job)?.monthlyLimitUsd ?? null) };
  }
  if (pk === 'SPEND#ACCOUNT' && /^\d{4}-\d\d$/.test(sk))
    return { name: `the account in ${sk}`, limitUsd: grounds.limits.accountMonthUsd };
  return null;
}

/**
 * What a write to a sum of money must not say. Actual costs may pass a limit by what a fleet costs while it goes, so a
 * settlement is judged at the end; whatever reserves more must have room.
 */
function faultOfSum(
  { before, after }: LedgerChange,
  purse: Pick<Purse, 'name' | 'limitUsd'> | null,
): string | null {
  const sum = purse === null ? undefined : Sum.safeParse(after).data;
  if (purse === null || sum === undefined) return null;
  const { name, limitUsd } = purse;
  const { committedMicroUsd, spentMicroUsd } = Sum.parse(before ?? {});
  if (sum.committedMicroUsd < 0) return `What ${name} has committed stands at ${sum.committedMicroUsd}.`;
  const reservesMore = sum.committedMicroUsd - sum.spentMicroUsd > committedMicroUsd - spentMicroUsd;
  return reservesMore && limitUsd !== null && sum.committedMicroUsd > microUsdOf(limitUsd)
    ? `${name} has ${usdOf(sum.committedMicroUsd)} USD committed; the limit is ${limitUsd}.`
    : null;
}

function jobMonth({ job, month }: Reservation): string {
  return `${job} in ${month}`;
}

/** Every purse that some reservation counts in. */
function pursesOf(
  { jobs, limits }: Grounds,
  reservations: readonly Reservation[],
  waivedMonths: ReadonlySet<string>,
): Purse[] {
  const purses = new Map<string, Purse>();
  for (const { runKey, job, month } of reservations) {
    const budget = jobs.find(({ name }) => name === job)?.budget;
    const ofMonth = `${job} in ${month}`;
    const ofAccount = `the account in ${month}`;
    const monthUsd = waivedMonths.has(ofMonth) ? null : (budget?.monthlyLimitUsd ?? null);
    purses.set(runKey, {
      name: runKey,
      limitUsd: budget?.perRun.limitUsd ?? null,
      of: (other) => other.runKey === runKey,
    });
    purses.set(ofMonth, {
      name: ofMonth,
      limitUsd: monthUsd,
      of: (other) => jobMonth(other) === ofMonth,
    });
    purses.set(ofAccount, {
      name: ofAccount,
      limitUsd: limits.accountMonthUsd,
      of: (other) => other.month === month,
    });
  }
  return [...purses.values()];
}

/** What the market charged beyond a limit and what the fleets cost while they went. */
function overcharged(
  { observed }: Grounds,
  outages: ReturnType<Outages['of']>,
  { name: purse, limitUsd, of }: Purse,
  reservations: readonly Reservation[],
): string | null {
  if (limitUsd === null) return null;
  let chargedUsd = 0;
  let grantedUsd = limitUsd;
  const own = reservations.filter(of);
  for (const runHash of new Set(own.map(({ runKey }) => runHashOf(runKey)))) {
    for (const { clusterId, launchedMs, endedMs, name } of observed.clustersOf(runHash)) {
      const hourlyUsd = usdOf(own.find(({ clusterName }) => clusterName === name)?.hourlyMicroUsd ?? 0);
      const unseenMs = outages.within(launchedMs, endedMs ?? observed.nowMs()) + TAIL_MS;
      chargedUsd += observed.account.world.billing.ofCluster(clusterId).totalUsd;
      grantedUsd += (hourlyUsd * unseenMs) / HOUR_MS;
    }
  }
  return chargedUsd > grantedUsd
    ? `${purse} was charged ${chargedUsd.toFixed(4)} USD; the limit is ${limitUsd}.`
    : null;
}
