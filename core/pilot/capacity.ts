import type { ClusterView } from '../contracts/cluster.ts';
import type { FleetPlan } from '../contracts/fleet-plan.ts';
import { secondsBetween } from '../units.ts';

/** From a resize's request until its nodes work: EC2, EMR's set-up, bootstrap, the first tasks. */
export const PROVISIONING_SECONDS = 420;
/**
 * More nodes than planned save less than their share (driver, tail and shuffle do not shrink); what is lost of the
 * planned nodes costs its full share.
 */
const GROWTH_EXPONENT = 0.8;
/** A fleet that runs nothing at all does not stop the clock: the view may be older than the nodes. */
const LEAST_SPEED = 0.05;
/** Capacity that was asked for just now mostly comes; what has not come for long mostly does not. */
export const COMES_AT_FIRST = 0.9;
const COMES_HALF_LIFE_SECONDS = 600;

/** Worker vCPUs of a flight, against its plan. */
export interface Capacity {
  readonly plannedUnits: number;
  readonly runningUnits: number;
  /** asked for and not running */
  readonly missingUnits: number;
}

/** Core and task units of a cluster. The primary node computes nothing. */
export function capacityOf(plan: FleetPlan, view: ClusterView): Capacity {
  const workers = view.fleets.filter(({ role }) => role !== 'primary');
  return {
    plannedUnits: plan.fleets
      .filter(({ role }) => role !== 'primary')
      .reduce((sum, fleet) => sum + fleet.onDemandUnits + fleet.spotUnits, 0),
    runningUnits: workers.reduce(
      (sum, fleet) => sum + fleet.runningOnDemandUnits + fleet.runningSpotUnits,
      0,
    ),
    missingUnits: workers.reduce(
      (sum, fleet) =>
        sum +
        Math.max(fleet.targetOnDemandUnits - fleet.runningOnDemandUnits, 0) +
        Math.max(fleet.targetSpotUnits - fleet.runningSpotUnits, 0),
      0,
    ),
  };
}

/** Work per second with so many units; 1 with those of the plan, and where nothing is known of either. */
export function speedWith({ plannedUnits }: Capacity, units: number): number {
  if (plannedUnits <= 0) return 1;
  const share = units / plannedUnits;
  return Math.max(share <= 1 ? share : share ** GROWTH_EXPONENT, LEAST_SPEED);
}

/**
 * Probability that missing capacity still comes.
 *
 * @param shortSince  since when it is missing; null: nothing is
 */
export function comesWithProbability(shortSince: string | null, now: string): number {
  if (shortSince === null) return 0;
  const waited = Math.max(secondsBetween(shortSince, now), 0);
  return COMES_AT_FIRST * 0.5 ** (waited / COMES_HALF_LIFE_SECONDS);
}
