import type { FleetPlan } from '../contracts/fleet-plan.ts';
import type { Market } from '../contracts/market.ts';
import type { Run } from '../contracts/run.ts';
import { monthOf } from '../ledger/month-cost.ts';
import { clusterNameOf } from '../ledger/run-key.ts';
import { storageUsdPerHour } from '../market/billing-rates.ts';
import { nodeUsdPerHour } from '../market/node-prices.ts';
import type { Limits } from './limits.ts';
import { microUsdOf } from './micro-usd.ts';

/** Sums that a launch adds to. Each has a limit, and none may be passed. */
export type Counter = 'run' | 'job-month' | 'account-month' | 'launches' | 'vcpus';

/** What keeps a launch from being reserved: a sum without room, a reservation it had before, an attempt that is over. */
export type Refusal = Counter | 'reservation' | 'attempt';

/** What a flight may come to at most. */
export interface SpendAmounts {
  readonly microUsd: number;
  readonly onDemandVcpus: number;
  readonly spotVcpus: number;
  /** see Reservation */
  readonly hourlyMicroUsd: number;
}

/** Limits in the units of the counters. Null: no such limit. */
export interface SpendLimits {
  readonly runMicroUsd: number;
  readonly jobMonthMicroUsd: number | null;
  readonly accountMonthMicroUsd: number | null;
  readonly launchesPerHour: number;
  readonly onDemandVcpus: number | null;
  readonly spotVcpus: number | null;
}

/** What one attempt asks for: all of it, or nothing. */
export interface SpendClaim extends SpendAmounts {
  readonly clusterName: string;
  readonly run: Pick<Run, 'runKey' | 'job' | 'attempt'>;
  /** `yyyy-mm`, UTC */
  readonly month: string;
  /** the job's month does not bind this attempt */
  readonly monthWaived?: boolean;
  /** `yyyy-mm-ddThh`, UTC */
  readonly hour: string;
  readonly limits: SpendLimits;
}

const HOUR = 'yyyy-mm-ddThh'.length;

/** The hour of an instant in UTC, by which launches are counted: `2026-01-05T02`. */
export function hourOf(now: string): string {
  return new Date(now).toISOString().slice(0, HOUR);
}

/**
 * What the launch of a plan asks for: its high cost within what is left of the run's limit, one launch, its vCPUs.
 *
 * @param runRoomMicroUsd  what is left of the run's limit
 */
export function claimFor(
  run: Run,
  plan: FleetPlan,
  limits: SpendLimits,
  runRoomMicroUsd: number,
  now: string,
): SpendClaim {
  return {
    clusterName: clusterNameOf(run),
    run,
    month: monthOf(run.scheduledAt),
    hour: hourOf(now),
    microUsd: Math.min(microUsdOf(plan.forecast.costHighUsd), runRoomMicroUsd),
    ...fleetAmounts(plan, plan.fleets),
    limits,
  };
}

/** @param market  brings the account's vCPU quotas as the survey saw them; null: not known, EC2 refuses what passes them */
export function spendLimits(
  limits: Limits,
  market: Pick<Market, 'vcpuQuotaOnDemand' | 'vcpuQuotaSpot'> | null,
): SpendLimits {
  const { jobMonthUsd, accountMonthUsd } = limits;
  return {
    runMicroUsd: microUsdOf(limits.runUsd),
    jobMonthMicroUsd: jobMonthUsd === null ? null : microUsdOf(jobMonthUsd),
    accountMonthMicroUsd: accountMonthUsd === null ? null : microUsdOf(accountMonthUsd),
    launchesPerHour: limits.launchesPerHour,
    onDemandVcpus: market?.vcpuQuotaOnDemand ?? null,
    spotVcpus: market?.vcpuQuotaSpot ?? null,
  };
}

/** vCPUs and the highest hourly price of these fleets. A unit of a fleet is a vCPU. */
export function fleetAmounts(plan: Priced, fleets: FleetPlan['fleets']): Omit<SpendAmounts, 'microUsd'> {
  const sum = (of: (fleet: FleetPlan['fleets'][number]) => number) =>
    fleets.reduce((total, fleet) => total + of(fleet), 0);
  return {
    onDemandVcpus: sum(({ onDemandUnits }) => onDemandUnits),
    spotVcpus: sum(({ spotUnits }) => spotUnits),
    hourlyMicroUsd: microUsdOf(sum((fleet) => highestUsdPerHour(plan, fleet))),
  };
}

type Priced = Pick<FleetPlan, 'ebsGib' | 'nodeUsdPerHour' | 'storageUsdPerGibMonth'>;

/** Every unit at the dearest type's price on demand: what spot that does not come turns into. EMR fills up whole nodes. */
function highestUsdPerHour(plan: Priced, fleet: FleetPlan['fleets'][number]): number {
  const units = fleet.onDemandUnits + fleet.spotUnits;
  const diskUsdPerHour = storageUsdPerHour(
    fleet.role === 'primary' ? 0 : plan.ebsGib,
    plan.storageUsdPerGibMonth,
  );
  return Math.max(
    0,
    ...fleet.instanceTypes.map(({ name, weightUnits }) => {
      const usdPerHour = nodeUsdPerHour(plan, name);
      return usdPerHour === undefined ? 0 : Math.ceil(units / weightUnits) * (usdPerHour + diskUsdPerHour);
    }),
  );
}
