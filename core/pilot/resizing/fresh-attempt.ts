import type { FleetPlan } from '../../contracts/fleet-plan.ts';
import type { FlightOptions } from '../../contracts/flight-sizing.ts';
import type { LoadForecast } from '../../contracts/load-forecast.ts';
import { fleetAmounts } from '../../control/spend-claim.ts';
import { medianOf } from '../../numerics/quantiles.ts';
import { NoFeasiblePlanError, planFleet } from '../../sizing/plan-fleet.ts';
import { afterSeconds, SECONDS_PER_HOUR } from '../../units.ts';
import type { FlightSizingRequest } from './flight-sizing-request.ts';

/** From the end of this flight to the request of the next cluster: its release is proved first. */
const TURNAROUND_SECONDS = 240;

/**
 * What another cluster would do, sized like any plan, but for the load that this flight has shown, as uncertain as that
 * is, and without the time and the money that it has taken.
 *
 * @param usdPerHour  what the present fleet costs
 * @returns null where nothing can be planned any more, or no attempt is left
 */
export function freshAttempt(request: FlightSizingRequest, usdPerHour: number): FlightOptions['fresh'] {
  const { ask, plan, job, market, model, attempt } = request;
  if (!ask.attemptsLeft || plan.inputBytes === undefined || ask.secondsLeft <= TURNAROUND_SECONDS)
    return null;
  const spentUsd = ask.spentUsd + (usdPerHour * TURNAROUND_SECONDS) / SECONDS_PER_HOUR;
  const earlierUsd = Math.max(job.budget.perRun.limitUsd - plan.bounds.limitUsd, 0);
  const plannedBytes = medianOf(plan.inputBytes);
  const forecast: LoadForecast = {
    job: plan.job,
    forScheduledAt: request.scheduledAt,
    inputBytes: ask.loadFactors.map((factor) => factor * plannedBytes),
    method: 'uninformed',
    historyPoints: 0,
    backtestMapePercent: null,
    reason: 'As this flight has shown it.',
  };
  try {
    const fresh = planFleet({
      job,
      runKey: plan.runKey,
      deadlineAt: afterSeconds(ask.askedAt, ask.secondsLeft),
      now: afterSeconds(ask.askedAt, TURNAROUND_SECONDS),
      forecast,
      model,
      market,
      seed: `${plan.runKey} ${attempt + 1} in flight`,
      effort: 'fast',
      attempt: attempt + 1,
      spentUsd: earlierUsd + spentUsd,
      whenLate: 'least-late',
    });
    const { onDemandVcpus, spotVcpus } = fleetAmounts(fresh, fresh.fleets);
    return {
      lateProbability: fresh.forecast.lateProbability,
      costUsd: spentUsd + fresh.forecast.costUsd,
      fleet: fleetText(fresh),
      inputBytes: forecast.inputBytes,
      needs: {
        reserveUsd: Math.min(fresh.forecast.costHighUsd, fresh.bounds.limitUsd),
        ...{ onDemandVcpus, spotVcpus },
        quotaOnDemand: market.vcpuQuotaOnDemand,
        quotaSpot: market.vcpuQuotaSpot,
      },
    };
  } catch (error) {
    if (error instanceof NoFeasiblePlanError) return null;
    throw error;
  }
}

function fleetText({ zone, fleets }: FleetPlan): string {
  const workers = fleets.filter(({ role }) => role !== 'primary');
  const parts = workers.map(({ onDemandUnits, spotUnits, instanceTypes }) => {
    const units = [
      ...(onDemandUnits > 0 ? [`${onDemandUnits} vCPUs on demand`] : []),
      ...(spotUnits > 0 ? [`${spotUnits} vCPUs on spot`] : []),
    ];
    return `${units.join(' and ')} of ${instanceTypes.map(({ name }) => name).join(', ')}`;
  });
  return `${parts.join('; ')} in ${zone}`;
}
