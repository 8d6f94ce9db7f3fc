import type { ClusterView } from '../contracts/cluster.ts';
import type { FleetPlan } from '../contracts/fleet-plan.ts';
import { nodeUsdPerHour } from '../market/node-prices.ts';
import { medianOf } from '../numerics/quantiles.ts';
import { SECONDS_PER_HOUR, secondsBetween } from '../units.ts';

/** How far a fleet may grow. */
export interface GrowthRoom {
  /** task nodes that may be added */
  readonly nodes: number;
  /** what ends the room */
  readonly boundBy: string;
}

/**
 * How many task nodes a run may still be given: no more than the job's nodes, and no more than its limit pays for to
 * the run's expected end, each at the price on demand, which spot that does not come turns into.
 *
 * @param secondsToGo  expected until the run ends, as things are
 */
export function growthRoom(plan: FleetPlan, view: ClusterView, secondsToGo: number): GrowthRoom {
  const byNodes = plan.bounds.maxNodes - nodesAskedFor(plan, view);
  const room = plan.bounds.limitUsd - expectedCostUsd(plan, view, secondsToGo);
  const nodeUsd = (dearestUsdPerHour(plan) * secondsToGo) / SECONDS_PER_HOUR;
  const byLimit = nodeUsd > 0 ? Math.floor(room / nodeUsd) : Number.POSITIVE_INFINITY;
  return byLimit < byNodes
    ? { nodes: Math.max(byLimit, 0), boundBy: `its limit pays for ${Math.max(byLimit, 0)} more nodes` }
    : { nodes: Math.max(byNodes, 0), boundBy: `the job allows ${plan.bounds.maxNodes} nodes` };
}

/** Core and task nodes that run or are to come. */
function nodesAskedFor(plan: FleetPlan, view: ClusterView): number {
  return view.fleets
    .filter(({ role }) => role !== 'primary')
    .reduce((sum, fleet) => {
      const units =
        Math.max(fleet.targetOnDemandUnits, fleet.runningOnDemandUnits) +
        Math.max(fleet.targetSpotUnits, fleet.runningSpotUnits);
      return sum + Math.ceil(units / weightOf(plan, fleet.role));
    }, 0);
}

/**
 * Units of a fleet's smallest node: of types of several sizes nobody knows which EMR bought, and as nodes of the smallest
 * units are most. A plan without a task fleet grows by the core fleet's types.
 */
function weightOf(plan: FleetPlan, role: ClusterView['fleets'][number]['role']): number {
  const weights = typesOf(plan, role).map(({ weightUnits }) => weightUnits);
  return weights.length === 0 ? 1 : Math.min(...weights);
}

function typesOf(plan: FleetPlan, role: string): FleetPlan['fleets'][number]['instanceTypes'] {
  const ofRole = (wanted: string) => plan.fleets.find((fleet) => fleet.role === wanted)?.instanceTypes;
  return ofRole(role) ?? ofRole('core') ?? [];
}

/** What the attempt will have cost by its expected end: the plan's cost, in proportion to its time and its nodes. */
function expectedCostUsd(plan: FleetPlan, view: ClusterView, secondsToGo: number): number {
  const { costUsd, startupSeconds, runtimeSeconds } = plan.forecast;
  const planned = Math.max(startupSeconds + medianOf(runtimeSeconds), 1);
  const taken = Math.max(secondsBetween(view.createdAt, view.observedAt), 0) + secondsToGo;
  const added = Math.max(nodesAskedFor(plan, view) - plannedNodes(plan), 0);
  const addedUsd = (added * dearestUsdPerHour(plan) * secondsToGo) / SECONDS_PER_HOUR;
  return costUsd * Math.max(taken / planned, 1) + addedUsd;
}

function plannedNodes(plan: FleetPlan): number {
  return plan.fleets
    .filter(({ role }) => role !== 'primary')
    .reduce((sum, fleet) => sum + (fleet.onDemandUnits + fleet.spotUnits) / weightOf(plan, fleet.role), 0);
}

/** A smallest node's units of the task fleet's dearest type. One without a known price cannot be paid for knowingly. */
function dearestUsdPerHour(plan: FleetPlan): number {
  const usdPerUnit = typesOf(plan, 'task').map(
    ({ name, weightUnits }) => (nodeUsdPerHour(plan, name) ?? Number.POSITIVE_INFINITY) / weightUnits,
  );
  return Math.max(0, ...usdPerUnit) * weightOf(plan, 'task');
}
