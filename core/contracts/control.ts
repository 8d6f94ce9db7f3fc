import * as z from 'zod';
import { Instant, Usd } from './quantities.ts';

/** Limits of the whole deployment, from its settings. */
export const DeploymentLimits = z.object({
  /** what all jobs may cost in a calendar month, UTC; null: no such limit */
  accountMonthUsd: Usd.positive().nullable(),
  launchesPerHour: z.number().int().min(1),
});
export type DeploymentLimits = z.infer<typeof DeploymentLimits>;

/** Who set something, when and why. */
const SetBy = {
  /** as their machine knows them */
  by: z.string(),
  /** as AWS knows them; null: it did not say; absent in items of earlier versions */
  byArn: z.string().nullable().optional(),
  at: Instant,
  reason: z.string(),
};

/** While it is on, nothing is launched; with `release`, what flies is brought down, too. */
export const KillSwitch = z.object({ on: z.boolean(), release: z.boolean(), ...SetBy });
export type KillSwitch = z.infer<typeof KillSwitch>;

/** No run of a job is launched until then; job null: of no job. */
export const Pause = z.object({ job: z.string().nullable(), until: Instant, ...SetBy });
export type Pause = z.infer<typeof Pause>;

/** Other limits until then, for one job or (job null) for the account. Null leaves a limit as it is. */
export const Override = z.object({
  job: z.string().nullable(),
  runLimitUsd: Usd.positive().nullable(),
  monthLimitUsd: Usd.positive().nullable(),
  launchesPerHour: z.number().int().min(1).nullable(),
  until: Instant,
  ...SetBy,
});
export type Override = z.infer<typeof Override>;

/** Everything that people have set and that is not over by itself. */
export interface Control {
  readonly killSwitch: KillSwitch | null;
  readonly pauses: readonly Pause[];
  readonly overrides: readonly Override[];
}

const MicroUsd = z.number().int();
const Vcpus = z.number().int().nonnegative();

/** What an attempt may spend, reserved before its launch, settled once its cluster is gone. */
export const Reservation = z.object({
  clusterName: z.string(),
  runKey: z.string(),
  job: z.string(),
  attempt: z.number().int().min(1),
  /** `yyyy-mm` of the run's scheduled time, UTC: the month that pays */
  month: z.string(),
  reservedAt: Instant,
  /** people approved the launch, having read of the month: its job's month does not bind this attempt */
  monthWaived: z.boolean().optional(),
  reservedMicroUsd: MicroUsd,
  onDemandVcpus: Vcpus,
  spotVcpus: Vcpus,
  /** what an hour of the whole fleet costs at most: all of it on demand, at the plan's prices */
  hourlyMicroUsd: MicroUsd,
  /** counts changes, so that two that know nothing of one another cannot both be made */
  revision: z.number().int().nonnegative(),
  /** what the record says the attempt has cost, and until when that counts; null until it is collected */
  collected: z.object({ microUsd: MicroUsd, until: Instant }).nullable(),
  settledAt: Instant.nullable(),
  settledMicroUsd: MicroUsd.nullable(),
  /** the settled amount is an upper bound from time and on-demand prices: nobody collected the cost */
  settledByEstimate: z.boolean().nullable(),
});
export type Reservation = z.infer<typeof Reservation>;

/** Answer of ReserveLaunch. `wait`: no room now, ask again; `refused`: not within this run's time. */
export const LaunchPermit = z.discriminatedUnion('decision', [
  z.object({ decision: z.literal('reserved'), reason: z.string() }),
  z.object({
    decision: z.literal('wait'),
    reason: z.string(),
    retryAfterSeconds: z.number().int().min(1),
  }),
  z.object({ decision: z.literal('refused'), reason: z.string() }),
]);
export type LaunchPermit = z.infer<typeof LaunchPermit>;
