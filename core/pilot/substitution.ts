import type { ClusterView } from '../contracts/cluster.ts';
import type { Fleet, FleetPlan } from '../contracts/fleet-plan.ts';
import type { PilotDecision } from '../contracts/flight.ts';
import { durationText } from '../units-text.ts';
import { secondsBetween } from '../units.ts';
import { PROVISIONING_SECONDS } from './capacity.ts';

/** Spot that has not come for so long is asked for of other types, too: a pool that took its nodes back stays dry. */
export const PATIENCE_SECONDS = 600;

/** Other types beside the task fleet's own, and why. */
export interface Substitution {
  /** all types of the fleet from now on, its own first */
  readonly taskInstanceTypes: Fleet['instanceTypes'];
  readonly reason: string;
}

/**
 * Whether pools that do not give what was asked for are to be made up for by others: asked for once in a flight, of
 * the types that the plan names for it, at the fleet's targets as they are.
 *
 * @param shortSince  since when spot of the task fleet is missing; null: none is
 * @param secondsToGo  until the run ends, as things are
 */
export function substitutionOf(
  plan: FleetPlan,
  view: ClusterView,
  previous: Pick<PilotDecision, 'taskInstanceTypes'> | null,
  shortSince: string | null,
  secondsToGo: number,
  now: string,
): Substitution | null {
  const { substitutes = [] } = plan;
  const own = plan.fleets.find(({ role }) => role === 'task')?.instanceTypes ?? [];
  const task = view.fleets.find(({ role }) => role === 'task');
  const missing = task === undefined ? 0 : task.targetSpotUnits - task.runningSpotUnits;
  if (substitutes.length === 0 || previous?.taskInstanceTypes !== undefined || missing <= 0) return null;
  if (shortSince === null || secondsToGo < 2 * PROVISIONING_SECONDS) return null;
  const waited = secondsBetween(shortSince, now);
  if (waited < PATIENCE_SECONDS) return null;
  const names = substitutes.map(({ name }) => name).join(', ');
  return {
    taskInstanceTypes: [...own, ...substitutes],
    reason: `asking for ${missing} spot vCPUs, which have not come for ${durationText(waited)}, of ${names}, too`,
  };
}
