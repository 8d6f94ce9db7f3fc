import type { Control, Reservation } from '../contracts/control.ts';
import type { FreshAttempt } from '../contracts/flight-sizing.ts';
import type { Job } from '../contracts/job.ts';
import { usdText } from '../units-text.ts';
import { launchBar } from './launch-bar.ts';
import type { Counters } from './launch-permit.ts';
import type { Limits } from './limits.ts';
import { usdOf } from './micro-usd.ts';

/** The launch that would follow if a flight were given up now, and what it would be held to. */
export interface NextLaunch {
  readonly job: Pick<Job, 'name' | 'autonomy'>;
  readonly limits: Limits;
  readonly control: Control;
  readonly counters: Omit<Counters, 'run'>;
  /** of the flight: its vCPUs are free again by then */
  readonly own: Pick<Reservation, 'onDemandVcpus' | 'spotVcpus'> | undefined;
  /** null: not sized yet, any */
  readonly fresh: Pick<FreshAttempt, 'needs'> | null;
  /** ISO 8601 */
  readonly now: string;
}

/**
 * What a launch would wait for, or be refused for, if it were asked for now: people, the hour's launches, a month's
 * limit, vCPUs. Sums count what the flight still has reserved, as nobody knows what of it will be left.
 *
 * @returns null where it would fly unasked
 */
export function whyNextLaunchWaits({
  job,
  limits,
  control,
  counters,
  own,
  fresh,
  now,
}: NextLaunch): string | null {
  const bar = launchBar(control, job.name, now);
  if (bar !== null) return bar.reason;
  if (job.autonomy !== 'auto') return `autonomy is "${job.autonomy}": people are asked first.`;
  if (counters.launches >= limits.launchesPerHour)
    return `${counters.launches} clusters were launched this hour, of at most ${limits.launchesPerHour}.`;
  const needs = fresh?.needs;
  if (needs === undefined) return fresh === null ? null : 'nobody knows what it would reserve.';
  const months: [string, number, number | null][] = [
    ['the job', usdOf(counters.jobMonth.committedMicroUsd), limits.jobMonthUsd],
    ['the account', usdOf(counters.accountMonth.committedMicroUsd), limits.accountMonthUsd],
  ];
  for (const [whose, committedUsd, limitUsd] of months) {
    if (limitUsd !== null && committedUsd + needs.reserveUsd > limitUsd)
      return `the month's limit of ${whose}, ${usdText(limitUsd)}, has no room for ${usdText(needs.reserveUsd)} beside ${usdText(committedUsd)}.`;
  }
  const quotas: [string, number, number | null][] = [
    [
      'on demand',
      counters.onDemandVcpus - (own?.onDemandVcpus ?? 0) + needs.onDemandVcpus,
      needs.quotaOnDemand,
    ],
    ['spot', counters.spotVcpus - (own?.spotVcpus ?? 0) + needs.spotVcpus, needs.quotaSpot],
  ];
  for (const [market, vcpus, quota] of quotas) {
    if (quota !== null && vcpus > quota)
      return `${vcpus} vCPUs ${market} would be in use, of a quota of ${quota}.`;
  }
  return null;
}
