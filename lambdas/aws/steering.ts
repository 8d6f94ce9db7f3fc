import type { ClusterView } from '../../core/contracts/cluster.ts';
import type { Fleet, FleetPlan } from '../../core/contracts/fleet-plan.ts';
import type { PilotAction } from '../../core/contracts/flight.ts';
import type { Clients } from '../runtime/clients.ts';
import { setTaskFleet } from './clusters.ts';

/** Carries out what the pilot chose. Targets are absolute, so doing it again changes nothing. */
export async function steer(
  clients: Clients,
  view: ClusterView,
  plan: FleetPlan,
  action: PilotAction,
): Promise<void> {
  if (action.kind === 'hold') return;
  const present = view.fleets.find(({ role }) => role === 'task');
  const { taskOnDemandUnits: onDemandUnits, taskSpotUnits: spotUnits, taskInstanceTypes } = action;
  const typesChange = taskInstanceTypes !== undefined;
  if (!typesChange && present?.targetOnDemandUnits === onDemandUnits && present.targetSpotUnits === spotUnits)
    return;
  const instanceTypes = taskInstanceTypes ?? taskTypes(plan);
  const fleet: Fleet = { role: 'task', instanceTypes, onDemandUnits, spotUnits };
  await setTaskFleet(clients, view.clusterId, present?.fleetId, fleet, plan.ebsGib, typesChange);
}

/** Types of the plan's task fleet; a plan without one grows by the types of its core fleet. */
function taskTypes(plan: FleetPlan): Fleet['instanceTypes'] {
  const ofRole = (role: Fleet['role']) => plan.fleets.find((fleet) => fleet.role === role)?.instanceTypes;
  return ofRole('task') ?? ofRole('core') ?? [];
}
