import * as z from 'zod';
import { Reservation } from '../../../core/contracts/control.ts';
import { usdOf } from '../../../core/control/micro-usd.ts';
import { runHashOf } from '../../../core/ledger/run-key.ts';
import type { LedgerChange } from '../observe/ledger-mirror.ts';
import { concerns, type Outages } from '../observe/outages.ts';
import { HOUR_MS, MINUTE_MS, type Grounds, type Invariant } from './invariant.ts';

/** A fleet costs this long after somebody last looked, and while it goes. */
const TAIL_MS = 15 * MINUTE_MS;
const LAUNCHES_PER_HOUR = 60;
const QUOTA_VCPUS = 4000;
const VCPU_QUOTA_FAULT = 'vcpu-quota';

/** Whoever looks at a flight, ends it, or is started to. */
const UNSEEN = /look|fly|sleep|wake|collect|release|reap|leaked|run-?job/i;

const Sum = z.object({ committedMicroUsd: z.number().default(0) });
const Launches = z.object({ launches: z.number() });
const Vcpus = z.object({ onDemandVcpus: z.number(), spotVcpus: z.number() });

export const spendWithinLimits: Invariant = {
  name: 'spend-within-limits',
  promises:
    'What runs reserve and are charged stays within their limits, the account’s launches and vCPUs within theirs; no sum is ever negative, and all is settled at the end.',
  watch(grounds, broken) {
    const { observed, scenario } = grounds;
    const outages = observed.outages.of(concerns(UNSEEN, ['slow-termination']));
    const reservations = new Map<string, Reservation>();
    const limits = new Map(grounds.jobs.map(({ name, budget }) => [name, budget.perRun.limitUsd]));
    return {
      onLedger(change) {
        if (change.sk === 'RESERVATION' && change.after !== undefined)
          reservations.set(change.pk, Reservation.parse(change.after));
        const fault = faultOf(change, limits);
        if (fault !== null) broken(fault);
      },
      onTick() {
        if (scenario.faults.some(({ kind }) => kind === VCPU_QUOTA_FAULT)) return;
        const vcpus = { spot: 0, 'on-demand': 0 };
        for (const machine of observed.account.world.instances.all())
          if (machine.endedMs === null) vcpus[machine.purchase] += machine.type.vcpus;
        for (const [purchase, count] of Object.entries(vcpus))
          if (count > QUOTA_VCPUS) broken(`${count} ${purchase} vCPUs run; the quota is ${QUOTA_VCPUS}.`);
      },
      atEnd() {
        for (const { clusterName, settledAt } of reservations.values())
          if (settledAt === null) broken(`What ${clusterName} reserved was never settled.`);
        for (const runKey of observed.runs.keys()) {
          const fault = overcharged(grounds, outages, runKey, [...reservations.values()]);
          if (fault !== null) broken(fault);
        }
      },
    };
  },
};

/** What a write to a sum must not say. */
function faultOf({ pk, sk, after }: LedgerChange, limits: ReadonlyMap<string, number>): string | null {
  const what = `${pk} ${sk}`;
  const launches = sk.startsWith('HOUR#') ? Launches.safeParse(after).data?.launches : undefined;
  if (launches !== undefined && launches > LAUNCHES_PER_HOUR) return `${what}: ${launches} launches.`;
  const vcpus = sk === 'VCPUS' ? Vcpus.safeParse(after).data : undefined;
  for (const count of Object.values(vcpus ?? {}))
    if (count < 0 || count > QUOTA_VCPUS) return `${what}: ${count} vCPUs.`;
  const isSum = sk === 'SPEND' || pk.startsWith('SPEND#JOB#');
  const sum = isSum ? Sum.safeParse(after).data : undefined;
  if (sum === undefined) return null;
  const usd = usdOf(sum.committedMicroUsd);
  if (usd < 0) return `${what} stands at ${usd} USD.`;
  const limit = sk === 'SPEND' ? limits.get(pk.slice('RUN#'.length).split('@')[0] ?? '') : undefined;
  return limit !== undefined && usd > limit * 1.001 && !isSettled(after)
    ? `${what} has ${usd} USD committed; the run’s limit is ${limit}.`
    : null;
}

/** Actual costs may pass a limit by what a fleet costs while it goes: they are judged at the end. */
function isSettled(item: LedgerChange['after']): boolean {
  const spent = item?.['spentMicroUsd'];
  return typeof spent === 'number' && spent > 0;
}

/** What the market charged a run beyond its limit and what its fleets cost while they went. */
function overcharged(
  { observed, jobs }: Grounds,
  outages: ReturnType<Outages['of']>,
  runKey: string,
  reservations: readonly Reservation[],
): string | null {
  const own = reservations.filter((reservation) => reservation.runKey === runKey);
  const limitUsd = jobs.find(({ name }) => name === own[0]?.job)?.budget.perRun.limitUsd;
  if (limitUsd === undefined) return null;
  let chargedUsd = 0;
  let grantedUsd = limitUsd;
  for (const { clusterId, launchedMs, endedMs, name } of observed.clustersOf(runHashOf(runKey))) {
    const hourlyUsd = usdOf(own.find(({ clusterName }) => clusterName === name)?.hourlyMicroUsd ?? 0);
    const unseenMs = outages.within(launchedMs, endedMs ?? observed.nowMs()) + TAIL_MS;
    chargedUsd += observed.account.world.billing.ofCluster(clusterId).totalUsd;
    grantedUsd += (hourlyUsd * unseenMs) / HOUR_MS;
  }
  return chargedUsd > grantedUsd
    ? `${runKey} was charged ${chargedUsd.toFixed(4)} USD; its limit is ${limitUsd}.`
    : null;
}
