import type { FleetPlan } from '../../contracts/fleet-plan.ts';
import type { PilotDecision } from '../../contracts/flight.ts';

/**
 * A plan with the types that its task fleet has since looks of the pilot changed them, and what those cost.
 *
 * @param previous  the look before this one; null: there was none
 */
export function asItFlies(
  plan: FleetPlan,
  previous: Pick<PilotDecision, 'taskInstanceTypes' | 'nodeUsdPerHour'> | null,
): FleetPlan {
  const instanceTypes = previous?.taskInstanceTypes;
  if (instanceTypes === undefined) return plan;
  const task = plan.fleets.find(({ role }) => role === 'task');
  const changed = { role: 'task' as const, onDemandUnits: 0, spotUnits: 0, ...task, instanceTypes };
  return {
    ...plan,
    fleets: [...plan.fleets.filter(({ role }) => role !== 'task'), changed],
    nodeUsdPerHour: { ...plan.nodeUsdPerHour, ...previous?.nodeUsdPerHour },
  };
}
