import type { PilotAction, PilotDecision } from '../contracts/flight.ts';
import { medianOf } from '../numerics/quantiles.ts';
import { durationText } from '../units-text.ts';
import { secondsBetween } from '../units.ts';
import { PROVISIONING_SECONDS } from './capacity.ts';
import type { CostOutlook } from './cost-outlook.ts';
import { CONFIRMING_SECONDS } from './miss.ts';
import type { Prospect } from './prospect.ts';
import { rescueOf, type Rescue } from './rescue.ts';
import type { Situation } from './situation.ts';
import { substitutionOf, type Substitution } from './substitution.ts';
import { surplusOf } from './surplus.ts';

/** EMR queues the resizes of a fleet one behind the other: the next waits until the last can have shown. */
export const RESIZE_GAP_SECONDS = PROVISIONING_SECONDS;
/** A rescue aims well below what made it necessary, so that it is not called for again at once. */
const AIM_SHARE = 0.5;

/** What a look has found out before it chooses. */
export interface Outlook {
  readonly prospect: Prospect;
  readonly cost: CostOutlook;
  /** lateness that the job accepts in flight, 0..1 */
  readonly tolerated: number;
  /** since when lateness is likelier than that; null: it is not */
  readonly endangeredSince: string | null;
  readonly lastResizeAt: string | null;
  /** people know of the miss already, and nothing helped */
  readonly outOfReach: boolean;
}

/** What is done, and what was weighed for it. */
export interface Choice {
  readonly action: PilotAction;
  /** why; null: there is nothing but to hold */
  readonly reason: string | null;
  /** the rescue that was thought of; null: the flight is in no danger */
  readonly rescue: Rescue | null;
  readonly substituted: boolean;
  readonly considered: NonNullable<PilotDecision['considered']>;
}

/**
 * Chooses between holding, growing, asking other pools, and letting go what is not needed. In danger a rescue comes
 * first, of the other pools' types, too, where its own are dry; out of danger a dry pool is made up for, and what is
 * superfluous goes, but never after a loss of capacity.
 */
export function chooseAction(situation: Situation, outlook: Outlook): Choice {
  const { prospect, cost, endangeredSince } = outlook;
  const rescue = endangeredSince === null ? null : timely(situation, outlook, endangeredSince);
  const other = otherTypes(situation, outlook);
  const shrink = surplus(situation, outlook);
  const considered = [
    {
      what: 'hold',
      lateProbability: prospect.lateProbability,
      costUsd: medianOf(cost.finalCostUsd),
    },
    ...(rescue === null
      ? []
      : [{ what: rescue.reason, lateProbability: rescue.lateProbability, costUsd: null }]),
    ...(other === null
      ? []
      : [{ what: other.reason, lateProbability: prospect.lateProbability, costUsd: null }]),
    ...(shrink === null
      ? []
      : [
          {
            what: shrink.reason,
            lateProbability: shrink.lateProbability,
            costUsd: Math.max(medianOf(cost.finalCostUsd) - shrink.savingUsd, 0),
          },
        ]),
  ];
  const chose = (action: PilotAction, reason: string, substituted = false): Choice => ({
    action,
    reason,
    rescue,
    substituted,
    considered,
  });
  if (rescue?.action.kind === 'resize') {
    if (other === null) return chose(rescue.action, rescue.reason);
    const action = { ...rescue.action, taskInstanceTypes: other.taskInstanceTypes };
    return chose(action, `${rescue.reason}; ${other.reason}`, true);
  }
  if (other !== null) return chose(asTheyAre(situation, other), other.reason, true);
  if (shrink !== null) return chose(shrink.action, shrink.reason);
  const hold = { kind: 'hold' as const };
  return rescue === null
    ? { action: hold, reason: null, rescue, substituted: false, considered }
    : chose(hold, `holding, as ${rescue.reason}`);
}

/** The rescue that would be carried out, unless it is too soon for one: that is then said instead. */
function timely({ plan, view, now, growthRoom }: Situation, outlook: Outlook, since: string): Rescue {
  const { prospect, tolerated, lastResizeAt } = outlook;
  const { capacity, work, secondsLeft, lateProbability } = prospect;
  const wait = (reason: string, lateAfter: number): Rescue => ({
    action: { kind: 'hold' },
    reason,
    lateProbability: lateAfter,
    exhausted: false,
  });
  if (!prospect.started)
    return { ...wait('the planned fleet has not begun to work', lateProbability), exhausted: true };
  const rescue = rescueOf({
    plan,
    view,
    capacity,
    work,
    secondsLeft,
    secondsToGo: medianOf(prospect.seconds),
    lateProbability,
    toleratedProbability: AIM_SHARE * tolerated,
    growthRoom,
  });
  if (rescue.action.kind === 'hold') return rescue;
  const sinceResize = secondsSinceResize(lastResizeAt, now);
  if (sinceResize < RESIZE_GAP_SECONDS) {
    const ago = durationText(Math.max(sinceResize, 0));
    return wait(`the resize of ${ago} ago still needs time to show`, rescue.lateProbability);
  }
  if (secondsBetween(since, now) < CONFIRMING_SECONDS) {
    return wait('the next look has to confirm it', rescue.lateProbability);
  }
  return rescue;
}

function otherTypes({ plan, view, previous, now }: Situation, outlook: Outlook): Substitution | null {
  const { prospect, lastResizeAt, outOfReach } = outlook;
  if (!prospect.started || outOfReach || secondsSinceResize(lastResizeAt, now) < RESIZE_GAP_SECONDS)
    return null;
  const { spotShortSince = null } = prospect.track;
  return substitutionOf(plan, view, previous, spotShortSince, medianOf(prospect.seconds), now);
}

/** Nothing is let go blind, in danger, while something is missing, or after a loss. */
function surplus({ plan, view, progress, now }: Situation, outlook: Outlook) {
  const { prospect, tolerated, endangeredSince, lastResizeAt, outOfReach, cost } = outlook;
  const { capacity, work, secondsLeft, track } = prospect;
  const calm = outOfReach || (endangeredSince === null && progress.workDone !== null);
  const lost = track.lostAt !== null && track.lostAt !== undefined;
  if (!prospect.started || !calm || lost || capacity.missingUnits > 0) return null;
  if (secondsSinceResize(lastResizeAt, now) < 2 * RESIZE_GAP_SECONDS) return null;
  return surplusOf({
    plan,
    view,
    capacity,
    work,
    secondsLeft,
    secondsToGo: medianOf(prospect.seconds),
    toleratedProbability: tolerated,
    usdPerHour: cost.usdPerHour,
    outOfReach,
  });
}

/** The task fleet's targets once more, of more types. */
function asTheyAre({ view }: Situation, { taskInstanceTypes }: Substitution): PilotAction {
  const task = view.fleets.find(({ role }) => role === 'task');
  return {
    kind: 'resize',
    taskOnDemandUnits: task?.targetOnDemandUnits ?? 0,
    taskSpotUnits: task?.targetSpotUnits ?? 0,
    taskInstanceTypes,
  };
}

function secondsSinceResize(lastResizeAt: string | null, now: string): number {
  return lastResizeAt === null ? Number.POSITIVE_INFINITY : secondsBetween(lastResizeAt, now);
}
