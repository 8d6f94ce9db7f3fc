import type { ClusterView } from '../contracts/cluster.ts';
import type { FleetPlan } from '../contracts/fleet-plan.ts';
import type { PilotAction } from '../contracts/flight.ts';
import { percentText, usdText } from '../units-text.ts';
import { SECONDS_PER_HOUR } from '../units.ts';
import { speedWith, type Capacity } from './capacity.ts';
import { onDemandUsdPerUnit, spotUsdPerUnit } from './cost-outlook.ts';
import { lateProbability, paceOf, type RemainingWork } from './remaining-time.ts';

/** Less than this to go is not worth a change. */
const LEAST_SECONDS_TO_GO = 900;
/** Lateness may come to this share of what the job tolerates: what is let go must not be called for again at once. */
const AIM_SHARE = 0.25;
/** Work of the machines that go which is done again: shuffle files that were not read yet. */
const REWORK_SECONDS = 180;
/** A saving below both is left alone. */
const LEAST_SAVING_USD = 0.02;
const LEAST_SAVING_SHARE = 0.02;

/** A flight that has more than it needs, perhaps. */
interface Surplus {
  readonly plan: FleetPlan;
  readonly view: ClusterView;
  readonly capacity: Capacity;
  readonly work: RemainingWork;
  readonly secondsLeft: number;
  readonly secondsToGo: number;
  readonly toleratedProbability: number;
  /** what the fleet costs an hour as it is */
  readonly usdPerHour: number;
  /** the deadline cannot be kept any more: only the money counts */
  readonly outOfReach: boolean;
}

/** A smaller task fleet, what it saves, and how likely late the run then is. */
export interface Shrink {
  readonly action: PilotAction;
  readonly reason: string;
  readonly lateProbability: number;
  readonly savingUsd: number;
}

/**
 * The task fleet brought back towards its plan, where growth turned out not to be needed: spot that was given up and
 * came, progress that picked up. Never below the plan: there work takes as much longer as fewer machines cost less.
 * What is on demand goes first, and only whole nodes.
 *
 * @returns the shrink that saves most; null when none is worth the disruption
 */
export function surplusOf(surplus: Surplus): Shrink | null {
  const { plan, view, capacity, secondsToGo } = surplus;
  const task = view.fleets.find(({ role }) => role === 'task');
  const planned = plan.fleets.find(({ role }) => role === 'task');
  const extraUnits = capacity.runningUnits - capacity.plannedUnits;
  if (task === undefined || extraUnits <= 0 || secondsToGo < LEAST_SECONDS_TO_GO) return null;
  const types = (planned ?? plan.fleets.find(({ role }) => role === 'core'))?.instanceTypes ?? [];
  const weight = Math.max(1, ...types.map(({ weightUnits }) => weightUnits));
  const most = Math.floor(extraUnits / weight);
  const least = planned ?? { onDemandUnits: 0, spotUnits: 0 };
  const shrinks = Array.from({ length: most }, (_, i) => shrinkBy(surplus, task, least, (i + 1) * weight));
  return shrinks
    .filter((shrink) => shrink !== null)
    .reduce<Shrink | null>(
      (best, each) => (best === null || each.savingUsd > best.savingUsd ? each : best),
      null,
    );
}

function shrinkBy(
  surplus: Surplus,
  task: ClusterView['fleets'][number],
  planned: Pick<FleetPlan['fleets'][number], 'onDemandUnits' | 'spotUnits'>,
  units: number,
): Shrink | null {
  const { plan, capacity, work, secondsLeft, secondsToGo, usdPerHour, outOfReach } = surplus;
  const onDemand = Math.min(units, Math.max(task.targetOnDemandUnits - planned.onDemandUnits, 0));
  const spot = units - onDemand;
  // machines overshoot their targets by up to their weight: what runs beyond the plan need not have been asked for
  const targetUnits = task.targetOnDemandUnits + task.targetSpotUnits - units;
  if (spot > task.targetSpotUnits || targetUnits < planned.onDemandUnits + planned.spotUnits) return null;
  const before = speedWith(capacity, capacity.runningUnits);
  const after = speedWith(capacity, capacity.runningUnits - units);
  const late = lateProbability(work, paceOf(after, after, 1), secondsLeft);
  if (!outOfReach && late > AIM_SHARE * surplus.toleratedProbability) return null;
  const savedPerHour = onDemand * onDemandUsdPerUnit(plan, 'task') + spot * spotUsdPerUnit(plan, 'task');
  const rework = (REWORK_SECONDS * units) / Math.max(capacity.runningUnits, 1);
  const secondsAfter = (secondsToGo * before) / after + rework;
  const costBefore = (usdPerHour * secondsToGo) / SECONDS_PER_HOUR;
  const costAfter = ((usdPerHour - savedPerHour) * secondsAfter) / SECONDS_PER_HOUR;
  const savingUsd = costBefore - costAfter;
  if (savingUsd < Math.max(LEAST_SAVING_USD, LEAST_SAVING_SHARE * costBefore)) return null;
  return {
    action: {
      kind: 'resize',
      taskOnDemandUnits: task.targetOnDemandUnits - onDemand,
      taskSpotUnits: task.targetSpotUnits - spot,
    },
    reason: `letting ${units} vCPUs go that are not needed, which saves about ${usdText(savingUsd)} and makes that ${percentText(late)}`,
    lateProbability: late,
    savingUsd,
  };
}
