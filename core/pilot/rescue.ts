import type { ClusterView } from '../contracts/cluster.ts';
import type { FleetPlan } from '../contracts/fleet-plan.ts';
import type { PilotAction } from '../contracts/flight.ts';
import type { Quantiles } from '../contracts/quantities.ts';
import { valueAt } from '../numerics/quantiles.ts';

/** From a resize's request until its nodes work: EC2, EMR's set-up, the first tasks. */
const RESIZE_DELAY_SECONDS = 240;
/** The share of scenarios that the enlarged fleet should bring in on time. */
const AIMED_LEVEL = 0.9;
/** What doubling the capacity saves falls short of half the time. */
const SCALING_EFFICIENCY = 0.8;
/** The fleet grows to at most this many times its plan: cost stays within reach of what was approved. */
const MOST_GROWTH = 2;
/** From here on spot is too slow a hope: what is missing is bought on demand. */
const RESCUE_LATE_PROBABILITY = 0.4;
const RESCUE_HORIZON_SECONDS = 4 * RESIZE_DELAY_SECONDS;

/** A change of the task fleet that would help, or why there is none. */
export interface Rescue {
  readonly action: PilotAction;
  readonly reason: string;
}

type TaskUnits = Pick<
  ClusterView['fleets'][number],
  'targetOnDemandUnits' | 'targetSpotUnits' | 'runningOnDemandUnits' | 'runningSpotUnits'
>;
/** A plan without a task fleet grows by one, of the core fleet's types. */
const NO_TASK_FLEET: TaskUnits = {
  targetOnDemandUnits: 0,
  targetSpotUnits: 0,
  runningOnDemandUnits: 0,
  runningSpotUnits: 0,
};

/**
 * What to add to the task fleet so that the run ends in time: spot while there is time for it, else on demand;
 * spot that does not come is replaced by on demand. A plan that took no spot gets none now. Never shrinks.
 *
 * @param secondsLeft  until the deadline
 */
export function rescueOf(
  plan: FleetPlan,
  view: ClusterView,
  remaining: Quantiles,
  secondsLeft: number,
  lateProbability: number,
): Rescue {
  const task = view.fleets.find((fleet) => fleet.role === 'task') ?? NO_TASK_FLEET;
  const workTime = secondsLeft - RESIZE_DELAY_SECONDS;
  if (workTime <= 0) return hold('new nodes would come after the deadline');

  const planned = plan.fleets.find(({ role }) => role === 'task');
  const types = planned ?? plan.fleets.find(({ role }) => role === 'core');
  const weight = Math.max(1, ...(types?.instanceTypes ?? []).map((type) => type.weightUnits));
  const running = unitsRunning(view);
  const plannedUnits = plan.fleets
    .filter(({ role }) => role !== 'primary')
    .reduce((sum, fleet) => sum + fleet.onDemandUnits + fleet.spotUnits, 0);
  const speedUp = Math.max((valueAt(remaining, AIMED_LEVEL) - RESIZE_DELAY_SECONDS) / workTime, 1);
  const wantedUnits = Math.min(
    running * (1 + (speedUp - 1) / SCALING_EFFICIENCY),
    plannedUnits * MOST_GROWTH,
  );
  const missingUnits = inNodes(wantedUnits - running, weight);
  if (missingUnits <= 0) return hold('the fleet is as large as it may get');
  const urgent =
    planned === undefined ||
    lateProbability >= RESCUE_LATE_PROBABILITY ||
    secondsLeft < RESCUE_HORIZON_SECONDS;
  return grow(task, missingUnits, urgent);
}

function grow(task: TaskUnits, missingUnits: number, urgent: boolean): Rescue {
  const onDemandToCome = Math.max(task.targetOnDemandUnits - task.runningOnDemandUnits, 0);
  const spotToCome = Math.max(task.targetSpotUnits - task.runningSpotUnits, 0);
  // spot that was asked for and has not come counts for nothing once it is urgent
  const coming = onDemandToCome + (urgent ? 0 : spotToCome);
  const extra = missingUnits - coming;
  if (extra <= 0) return hold('the capacity already asked for suffices once it comes');
  const buyOnDemand = urgent || spotToCome > 0;
  const action: PilotAction = {
    kind: 'resize',
    taskOnDemandUnits: task.targetOnDemandUnits + (buyOnDemand ? extra : 0),
    taskSpotUnits: task.targetSpotUnits + (buyOnDemand ? 0 : extra),
  };
  const missing = spotToCome > 0 ? `, as ${spotToCome} spot vCPUs have not come` : '';
  return { action, reason: `adding ${extra} vCPUs ${buyOnDemand ? `on demand${missing}` : 'on spot'}` };
}

/** Core and task vCPUs that run now. */
function unitsRunning(view: ClusterView): number {
  return view.fleets
    .filter(({ role }) => role !== 'primary')
    .reduce((sum, fleet) => sum + fleet.runningOnDemandUnits + fleet.runningSpotUnits, 0);
}

/** Units rounded up to whole nodes. */
function inNodes(units: number, weight: number): number {
  return Math.ceil(Math.max(units, 0) / weight - 1e-9) * weight;
}

function hold(reason: string): Rescue {
  return { action: { kind: 'hold' }, reason };
}
