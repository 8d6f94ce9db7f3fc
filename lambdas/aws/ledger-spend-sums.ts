import * as z from 'zod';
import type { Reservation } from '../../core/contracts/control.ts';
import type { Counters, SpendSum } from '../../core/control/launch-permit.ts';
import type { Counter, SpendAmounts, SpendClaim, SpendLimits } from '../../core/control/spend-claim.ts';
import { getItem, type ItemKey, type Ledger } from './ledger-table.ts';
import type { TransactionPart } from './ledger-transactions.ts';

const ACCOUNT = 'SPEND#ACCOUNT';
export const VCPUS = { pk: ACCOUNT, sk: 'VCPUS' };

const runSpendKey = (runKey: string) => ({ pk: `RUN#${runKey}`, sk: 'SPEND' });
const jobMonthKey = (job: string, month: string) => ({ pk: `SPEND#JOB#${job}`, sk: month });
const accountMonthKey = (month: string) => ({ pk: ACCOUNT, sk: month });
export const hourKey = (hour: string) => ({ pk: ACCOUNT, sk: `HOUR#${hour}` });

const Sum = z.object({ committedMicroUsd: z.number().default(0), spentMicroUsd: z.number().default(0) });
const NOTHING: SpendSum = { committedMicroUsd: 0, spentMicroUsd: 0 };

/** What a run's attempts have reserved and spent. */
export async function runSpend(ledger: Ledger, runKey: string): Promise<SpendSum> {
  return (await getItem(ledger, runSpendKey(runKey), Sum)) ?? NOTHING;
}

/** What a job's runs of a month have reserved and spent; job null: all jobs'. */
export async function monthSpend(ledger: Ledger, job: string | null, month: string): Promise<SpendSum> {
  const key = job === null ? accountMonthKey(month) : jobMonthKey(job, month);
  return (await getItem(ledger, key, Sum)) ?? NOTHING;
}

/** vCPUs of the clusters in flight, and launches of an hour. */
export async function inFlight(
  ledger: Ledger,
  hour: string,
): Promise<Pick<Counters, 'launches' | 'onDemandVcpus' | 'spotVcpus'>> {
  const launched = await getItem(ledger, hourKey(hour), z.object({ launches: z.number() }));
  const vcpus = await getItem(ledger, VCPUS, z.object({ onDemandVcpus: z.number(), spotVcpus: z.number() }));
  return {
    launches: launched?.launches ?? 0,
    onDemandVcpus: vcpus?.onDemandVcpus ?? 0,
    spotVcpus: vcpus?.spotVcpus ?? 0,
  };
}

/** Every sum that a claim is held to. */
export async function countersOf(ledger: Ledger, { run, month, hour }: SpendClaim): Promise<Counters> {
  return {
    run: await runSpend(ledger, run.runKey),
    jobMonth: await monthSpend(ledger, run.job, month),
    accountMonth: await monthSpend(ledger, null, month),
    ...(await inFlight(ledger, hour)),
  };
}

type Paying = Pick<Reservation, 'runKey' | 'job' | 'month'>;
type MoneyCounter = 'run' | 'job-month' | 'account-month';

export function moneyKeys({ runKey, job, month }: Paying): [MoneyCounter, ItemKey][] {
  return [
    ['run', runSpendKey(runKey)],
    ['job-month', jobMonthKey(job, month)],
    ['account-month', accountMonthKey(month)],
  ];
}

/** The parts of a transaction that add to sums of money and vCPUs, as far as their limits allow. */
export function spendParts(
  paying: Paying,
  amounts: Pick<SpendAmounts, 'microUsd' | 'onDemandVcpus' | 'spotVcpus'>,
  limits: SpendLimits,
  expiresAt: number,
): [Counter, TransactionPart][] {
  const limitOf: Record<MoneyCounter, number | null> = {
    run: limits.runMicroUsd,
    'job-month': limits.jobMonthMicroUsd,
    'account-month': limits.accountMonthMicroUsd,
  };
  const { onDemandVcpus, spotVcpus } = amounts;
  const vcpus = { onDemandVcpus: limits.onDemandVcpus, spotVcpus: limits.spotVcpus };
  return [
    ...moneyKeys(paying).map(([counter, key]): [Counter, TransactionPart] => [
      counter,
      addition(
        key,
        { committedMicroUsd: amounts.microUsd },
        { committedMicroUsd: limitOf[counter] },
        expiresAt,
      ),
    ]),
    ['vcpus', addition(VCPUS, { onDemandVcpus, spotVcpus }, vcpus, null)],
  ];
}

/** Adds to attributes of an item unless one of them would pass its limit. */
export function addition(
  key: ItemKey,
  amounts: Readonly<Record<string, number>>,
  limits: { readonly [attribute: string]: number | null },
  expiresAt: number | null,
): TransactionPart {
  const names = Object.keys(amounts);
  const values: Record<string, number> = expiresAt === null ? {} : { ':expires': expiresAt };
  const conditions: string[] = [];
  for (const name of names) {
    const amount = amounts[name] ?? 0;
    const limit = limits[name] ?? null;
    values[`:${name}`] = amount;
    if (limit === null || amount <= 0) continue;
    values[`:${name}Room`] = limit - amount;
    // Conditions know no arithmetic, and nothing stands in an item that is not there.
    const none = limit >= amount ? `attribute_not_exists(${name}) OR ` : '';
    conditions.push(`(${none}${name} <= :${name}Room)`);
  }
  const add = `ADD ${names.map((name) => `${name} :${name}`).join(', ')}`;
  return {
    update: key,
    change: expiresAt === null ? add : `${add} SET expiresAt = :expires`,
    values,
    ...(conditions.length === 0 ? {} : { condition: conditions.join(' AND ') }),
  };
}
