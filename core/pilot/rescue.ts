import type { ClusterView } from '../contracts/cluster.ts';
import type { FleetPlan } from '../contracts/fleet-plan.ts';
import type { PilotAction } from '../contracts/flight.ts';
import { percentText } from '../units-text.ts';
import { PROVISIONING_SECONDS, speedWith, type Capacity } from './capacity.ts';
import { growthRoom, type GrowthRoom } from './growth-room.ts';
import { lateProbability, paceOf, type RemainingWork } from './remaining-time.ts';

/** The fleet grows to at most this many times its plan: cost stays within reach of what was approved. */
const MOST_GROWTH = 2;
/** From here on spot is too slow a hope: what is missing is bought on demand. */
const URGENT_LATE_PROBABILITY = 0.6;
const URGENT_SECONDS_LEFT = 4 * PROVISIONING_SECONDS;
/** Nodes are bought only if they take at least this much probability off a miss. */
export const LEAST_HELP = 0.1;
/** A rescue that would do as well so much later waits: until then progress tells more, for nothing. */
const POSTPONED_SECONDS = 600;
const COST_OF_POSTPONING = 0.03;
/** Lateness this likely is not waited out even for nothing; above the second, not at any cost. */
const LIKELY = 0.5;
const WORTH_A_PRICE = 0.3;
/** Sizes that are tried between one more node and the largest fleet. */
const MOST_SIZES = 24;

/** A flight that is in danger of being late. */
export interface Danger {
  readonly plan: FleetPlan;
  readonly view: ClusterView;
  readonly capacity: Capacity;
  readonly work: RemainingWork;
  readonly secondsLeft: number;
  /** expected until the run ends, as things are */
  readonly secondsToGo: number;
  readonly lateProbability: number;
  /** what the job accepts: a rescue aims below it */
  readonly toleratedProbability: number;
  /** what leaves room for growth besides the plan's bounds */
  readonly growthRoom?: GrowthRoom | undefined;
}

/** A change of the task fleet that would help, or why there is none. */
export interface Rescue {
  readonly action: PilotAction;
  readonly reason: string;
  /** lateness if the rescue is carried out, now or once it is due */
  readonly lateProbability: number;
  /** nothing is left to try, now or later */
  readonly exhausted: boolean;
  /** it would do as well later, and is not worth a thought yet */
  readonly patient?: boolean;
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
 * What to add to the task fleet so that the run ends in time: the fewest nodes that bring lateness below what the
 * job tolerates, else as many as may be if they help. Spot while there is time for it, else on demand; spot that
 * does not come is replaced by on demand. A plan that took no spot gets none now. Never shrinks. Waits as long as
 * waiting costs nothing.
 */
export function rescueOf(danger: Danger): Rescue {
  const { plan, view, capacity, secondsLeft } = danger;
  const hold = (reason: string, exhausted: boolean): Rescue => ({
    action: { kind: 'hold' },
    reason,
    lateProbability: danger.lateProbability,
    exhausted,
  });
  if (secondsLeft <= PROVISIONING_SECONDS) return hold('new nodes would come after the deadline', true);

  const planned = plan.fleets.find(({ role }) => role === 'task');
  const task = view.fleets.find((fleet) => fleet.role === 'task') ?? NO_TASK_FLEET;
  const types = planned ?? plan.fleets.find(({ role }) => role === 'core');
  // as the room for growth counts nodes
  const weight = Math.min(...(types?.instanceTypes ?? [{ weightUnits: 1 }]).map((type) => type.weightUnits));
  const urgent =
    planned === undefined ||
    danger.lateProbability >= URGENT_LATE_PROBABILITY ||
    secondsLeft < URGENT_SECONDS_LEFT;
  const coming = comingUnits(task, urgent);
  const byPlan = Math.floor((capacity.plannedUnits * MOST_GROWTH - capacity.runningUnits - coming) / weight);
  const room = roomOf(danger);
  const most = Math.min(byPlan, room.nodes);
  if (byPlan <= 0) return hold('the fleet is as large as it may get', true);
  if (most <= 0) return hold(`the fleet is as large as it may get: ${room.boundBy}`, true);

  const lateWith = (nodes: number, postponedSeconds: number) =>
    lateWithUnits(danger, capacity.runningUnits + coming + nodes * weight, postponedSeconds);
  const best = lateWith(most, 0);
  if (danger.lateProbability - best < LEAST_HELP && best > danger.lateProbability / 2) {
    const chances = `${percentText(danger.lateProbability)} to ${percentText(best)}`;
    return hold(`more nodes would help too little (from ${chances})`, false);
  }
  const later = lateWith(most, POSTPONED_SECONDS);
  const patient =
    (danger.lateProbability < LIKELY && later <= danger.toleratedProbability) ||
    (danger.lateProbability < WORTH_A_PRICE && later - best < COST_OF_POSTPONING);
  if (patient) {
    return { ...hold('more nodes would do as well later', false), lateProbability: best, patient: true };
  }
  const nodes = fewestNodes(most, danger.toleratedProbability, (count) => lateWith(count, 0));
  const rescue = grow(task, nodes * weight, urgent, lateWith(nodes, 0));
  const isBound = nodes === room.nodes && rescue.lateProbability > danger.toleratedProbability;
  return isBound ? { ...rescue, reason: `${rescue.reason}; ${room.boundBy}` } : rescue;
}

/** Nodes that may be added by the job's bounds and by what else is known to bound growth. */
export function roomOf({
  plan,
  view,
  secondsToGo,
  growthRoom: other,
}: Pick<Danger, 'plan' | 'view' | 'secondsToGo' | 'growthRoom'>): GrowthRoom {
  return tighter(growthRoom(plan, view, secondsToGo), other);
}

function tighter(one: GrowthRoom, other: GrowthRoom | undefined): GrowthRoom {
  return other !== undefined && other.nodes <= one.nodes ? other : one;
}

function fewestNodes(most: number, aim: number, lateWith: (nodes: number) => number): number {
  const step = Math.max(1, Math.ceil(most / MOST_SIZES));
  for (let nodes = step; nodes < most; nodes += step) if (lateWith(nodes) <= aim) return nodes;
  return most;
}

/** Lateness when the fleet has so many units once they are provisioned. */
function lateWithUnits(danger: Danger, units: number, postponedSeconds: number): number {
  const { capacity, work, secondsLeft } = danger;
  const speed = speedWith(capacity, capacity.runningUnits);
  const pace = paceOf(speed, Math.max(speedWith(capacity, units), speed), 1);
  const comesInSeconds = pace.comesInSeconds + postponedSeconds;
  return lateProbability(work, { ...pace, comesInSeconds }, secondsLeft);
}

/** Spot that was asked for and has not come counts for nothing once it is urgent. */
function comingUnits(task: TaskUnits, urgent: boolean): number {
  const onDemand = Math.max(task.targetOnDemandUnits - task.runningOnDemandUnits, 0);
  return onDemand + (urgent ? 0 : missingSpot(task));
}

function missingSpot(task: TaskUnits): number {
  return Math.max(task.targetSpotUnits - task.runningSpotUnits, 0);
}

function grow(task: TaskUnits, extra: number, urgent: boolean, lateAfter: number): Rescue {
  const notCome = missingSpot(task);
  const buyOnDemand = urgent || notCome > 0;
  const missing = notCome > 0 ? `, as ${notCome} spot vCPUs have not come` : '';
  return {
    action: {
      kind: 'resize',
      taskOnDemandUnits: task.targetOnDemandUnits + (buyOnDemand ? extra : 0),
      taskSpotUnits: task.targetSpotUnits + (buyOnDemand ? 0 : extra),
    },
    reason: `adding ${extra} vCPUs ${buyOnDemand ? `on demand${missing}` : 'on spot'}, which makes that ${percentText(lateAfter)}`,
    lateProbability: lateAfter,
    exhausted: false,
  };
}
