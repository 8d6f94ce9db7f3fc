import type { ClusterView } from '../contracts/cluster.ts';
import type { FleetPlan } from '../contracts/fleet-plan.ts';
import type { PilotDecision } from '../contracts/flight.ts';
import type { Quantiles } from '../contracts/quantities.ts';
import { nodeUsdPerHour } from '../market/node-prices.ts';
import { medianOf } from '../numerics/quantiles.ts';
import { BILLED_BEYOND_RUN_SECONDS } from '../sizing/cluster-times.ts';
import { stepsStartedAt } from './flight-track.ts';
import { secondsBetween, SECONDS_PER_HOUR } from '../units.ts';

/** What a flight has cost and will, at its plan's prices. */
export interface CostOutlook {
  readonly spentUsd: number;
  /** of the whole attempt, to the end of its last machine */
  readonly finalCostUsd: Quantiles;
  /** as the fleet is now */
  readonly usdPerHour: number;
}

type Units = Pick<ClusterView['fleets'][number], 'role' | 'runningOnDemandUnits' | 'runningSpotUnits'>;

/**
 * Money so far and to the end: each look adds what ran since the last one, and what is left runs on as it is. An
 * estimate at the planned prices; what limits are held to is counted from the machines themselves.
 *
 * @param remainingSeconds  until the last step ends
 */
export function costOutlook(
  plan: FleetPlan,
  view: ClusterView,
  previous: Pick<PilotDecision, 'spentUsd' | 'decidedAt'> | null,
  remainingSeconds: Quantiles,
  now: string,
): CostOutlook {
  const running = fleetUsdPerHour(plan, view.fleets);
  // before the first step machines are still coming
  const usdPerHour = stepsStartedAt(view) === null ? fleetUsdPerHour(plan, plannedUnits(plan)) : running;
  const known = previous?.spentUsd;
  const since = previous !== null && known !== undefined ? previous.decidedAt : view.createdAt;
  const hours = Math.max(secondsBetween(since, now), 0) / SECONDS_PER_HOUR;
  const spentUsd = (known ?? 0) + running * hours;
  const finalCostUsd = remainingSeconds.map(
    (seconds) => spentUsd + (usdPerHour * (seconds + BILLED_BEYOND_RUN_SECONDS)) / SECONDS_PER_HOUR,
  );
  return { spentUsd, finalCostUsd, usdPerHour };
}

/** What a fleet with so many units costs an hour: nodes on demand as surveyed, spot as the plan's cost implies. */
function fleetUsdPerHour(plan: FleetPlan, fleets: readonly Units[]): number {
  const primary = onDemandUsdPerUnit(plan, 'primary') * unitsOf(plan, 'primary').onDemandUnits;
  return fleets
    .filter(({ role }) => role !== 'primary')
    .reduce(
      (sum, { role, runningOnDemandUnits, runningSpotUnits }) =>
        sum +
        runningOnDemandUnits * onDemandUsdPerUnit(plan, role) +
        runningSpotUnits * spotUsdPerUnit(plan, role),
      primary,
    );
}

/** USD per hour and vCPU on demand, of the dearest of a fleet's types; a plan without a task fleet grows by its core's. */
export function onDemandUsdPerUnit(plan: FleetPlan, role: Units['role']): number {
  const fleet =
    plan.fleets.find((each) => each.role === role) ?? plan.fleets.find((each) => each.role === 'core');
  const prices = (fleet?.instanceTypes ?? []).map(
    ({ name, weightUnits }) => (nodeUsdPerHour(plan, name) ?? 0) / weightUnits,
  );
  return Math.max(0, ...prices);
}

/** What is left of the planned cost per hour once everything on demand is paid is what spot was planned at. */
export function spotUsdPerUnit(plan: FleetPlan, role: Units['role']): number {
  const { costUsd, startupSeconds, runtimeSeconds } = plan.forecast;
  const seconds = startupSeconds + medianOf(runtimeSeconds) + BILLED_BEYOND_RUN_SECONDS;
  const onDemand = plan.fleets.reduce(
    (sum, fleet) => sum + fleet.onDemandUnits * onDemandUsdPerUnit(plan, fleet.role),
    0,
  );
  const spotUnits = plan.fleets.reduce((sum, fleet) => sum + fleet.spotUnits, 0);
  const highest = onDemandUsdPerUnit(plan, role);
  if (spotUnits === 0) return highest;
  const planned = ((costUsd * SECONDS_PER_HOUR) / Math.max(seconds, 1) - onDemand) / spotUnits;
  return Math.min(Math.max(planned, 0), highest);
}

function plannedUnits({ fleets }: FleetPlan): Units[] {
  return fleets.map(({ role, onDemandUnits, spotUnits }) => ({
    role,
    runningOnDemandUnits: onDemandUnits,
    runningSpotUnits: spotUnits,
  }));
}

function unitsOf(plan: FleetPlan, role: Units['role']) {
  return plan.fleets.find((fleet) => fleet.role === role) ?? { onDemandUnits: 0, spotUnits: 0 };
}
