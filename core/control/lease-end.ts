import type { FleetPlan } from '../contracts/fleet-plan.ts';
import type { Landing } from '../contracts/flight.ts';
import { durationText, minuteText } from '../units-text.ts';
import {
  afterSeconds,
  epochMilliseconds,
  secondsBetween,
  SECONDS_PER_MINUTE,
  SECONDS_PER_HOUR,
  SECONDS_PER_DAY,
} from '../units.ts';
import { OVERRUN_FACTOR } from '../pilot/hung.ts';
import type { LandingContext } from '../pilot/landing.ts';

/** How long a lease lives from the last sign of its run. */
const LEASE_SECONDS = 30 * SECONDS_PER_MINUTE;
/** Before its steps begin: a cluster that has no nodes by then is given up anyway. */
const STARTING_SECONDS = SECONDS_PER_HOUR;
/** No lease ends sooner: predictions of a job's first runs may be far off. */
const LEAST_SECONDS = 4 * SECONDS_PER_HOUR;
/** A run that is late may still be worth its end. */
const AFTER_DEADLINE_SECONDS = SECONDS_PER_HOUR;
/** No lease ends later, whatever was planned: as long as a flight's execution may take. */
const MOST_SECONDS = 7 * SECONDS_PER_DAY;
/** The pilot lands a flight so long before the end: no look comes later, and the reaper not before. */
const LANDS_BEFORE_SECONDS = 10 * SECONDS_PER_MINUTE;

/**
 * The hard end of a lease, fixed when its cluster is asked for: nothing extends a lease beyond it, whatever hangs.
 *
 * An hour to start, then the longest of four times the longest runtime predicted, the time to the deadline and an
 * hour more, and four hours; seven days in all at most.
 *
 * @param requestedAt  ISO 8601 instant
 * @returns ISO 8601 instant
 */
export function leaseEnd(
  requestedAt: string,
  plan: Pick<FleetPlan, 'deadlineAt'> & { readonly forecast: Pick<FleetPlan['forecast'], 'runtimeSeconds'> },
): string {
  const longest = plan.forecast.runtimeSeconds.at(-1) ?? 0;
  const flightSeconds = Math.max(
    OVERRUN_FACTOR * longest,
    secondsBetween(requestedAt, plan.deadlineAt) + AFTER_DEADLINE_SECONDS,
    LEAST_SECONDS,
  );
  return afterSeconds(requestedAt, Math.min(STARTING_SECONDS + flightSeconds, MOST_SECONDS));
}

/** The hard end of a lease that was written before leases had one. */
export function latestLeaseEnd(requestedAt: string): string {
  return afterSeconds(requestedAt, MOST_SECONDS);
}

/**
 * Until when a lease lives after a sign of its run: half an hour, and never beyond its hard end.
 *
 * @param now  ISO 8601 instant
 * @param endsAt  ISO 8601 instant, its hard end
 */
export function leaseUntil(now: string, endsAt: string): string {
  const renewed = afterSeconds(now, LEASE_SECONDS);
  return epochMilliseconds(renewed) < epochMilliseconds(endsAt) ? renewed : endsAt;
}

/**
 * Ends a flight that holds its cluster for too long, shortly before the lease does: the failure policy then decides
 * what follows, where the reaper would only terminate.
 *
 * @param lease  when its cluster was asked for, and its hard end
 * @returns null for a flight that may go on
 */
export function landingAtLeaseEnd(
  lease: { readonly requestedAt: string; readonly endsAt: string },
  now: string,
  { look, attempt, maxAttempts }: LandingContext,
): Landing | null {
  if (secondsBetween(now, lease.endsAt) > LANDS_BEFORE_SECONDS) return null;
  return {
    outcome: 'failed',
    reason:
      `Given up after ${durationText(secondsBetween(lease.requestedAt, now))}: ` +
      `its lease ends for good at ${minuteText(lease.endsAt)} UTC.`,
    look,
    retryable: attempt < maxAttempts,
    endedBy: 'lease-end',
  };
}
