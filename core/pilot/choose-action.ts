import type { PilotAction, PilotDecision } from '../contracts/flight.ts';
import { medianOf } from '../numerics/quantiles.ts';
import { percentText, usdText } from '../units-text.ts';
import { dueRescue, RESIZE_GAP_SECONDS, secondsSinceResize } from './due-rescue.ts';
import type { Outlook } from './outlook.ts';
import type { Rescue } from './rescue.ts';
import { prefersSized, sizedChange, worthBeginningAnew, type SizedChange } from './resizing/weigh-options.ts';
import type { Situation } from './situation.ts';
import { substitutionOf, type Substitution } from './substitution.ts';
import { surplusOf, type Shrink } from './surplus.ts';

/** What is done, and what was weighed for it. */
export interface Choice {
  readonly action: PilotAction;
  /** why; null: there is nothing but to hold */
  readonly reason: string | null;
  /** the rescue that was thought of; null: the flight is in no danger */
  readonly rescue: Rescue | null;
  /** lateness with the best that is left to do, 0..1 */
  readonly leastLate: number;
  readonly substituted: boolean;
  /** this attempt is given up for a fresh one */
  readonly beginsAnew: boolean;
  /** the load that the fresh attempt is to be planned for */
  readonly shownInputBytes?: PilotDecision['shownInputBytes'];
  /** of types that the action adds */
  readonly nodeUsdPerHour: Readonly<Record<string, number>>;
  readonly considered: NonNullable<PilotDecision['considered']>;
}

/** All that could be done at a look, each null where there is nothing of its kind. */
interface Options {
  readonly rescue: Rescue | null;
  readonly sized: SizedChange | null;
  readonly other: Substitution | null;
  readonly shrink: Shrink | null;
}

type Chosen = Pick<Choice, 'action' | 'reason'> &
  Partial<Pick<Choice, 'substituted' | 'beginsAnew' | 'shownInputBytes' | 'nodeUsdPerHour'>>;

/**
 * Chooses between holding, growing, another task fleet as sized anew, a fresh attempt, asking other pools, and letting
 * go what is not needed. In danger a rescue comes first, of the other pools' types, too, where its own are dry; out of
 * danger a dry pool is made up for, and what is superfluous goes, but never after a loss of capacity.
 */
export function chooseAction(situation: Situation, outlook: Outlook): Choice {
  const { endangeredSince, prospect } = outlook;
  const rescue = endangeredSince === null ? null : dueRescue(situation, outlook, endangeredSince);
  const sized = rescue === null ? null : sizedChange(situation, outlook);
  const options: Options = {
    rescue,
    sized,
    other: otherTypes(situation, outlook),
    shrink: surplus(situation, outlook),
  };
  const here = Math.min(
    rescue?.lateProbability ?? 1,
    sized?.lateProbability ?? 1,
    rescue === null ? 1 : prospect.lateProbability,
  );
  const fresh = rescue === null ? null : worthBeginningAnew(situation, here);
  const chosen: Chosen =
    fresh === null
      ? chooseHere(situation, outlook, options)
      : {
          action: { kind: 'hold' },
          reason: `a fresh attempt with ${fresh.fleet} is late with ${percentText(fresh.lateProbability)} only, for about ${usdText(fresh.costUsd)} in all`,
          beginsAnew: true,
          shownInputBytes: fresh.inputBytes,
        };
  return {
    ...{ substituted: false, beginsAnew: false, nodeUsdPerHour: {} },
    ...chosen,
    rescue,
    leastLate: Math.min(here, fresh?.lateProbability ?? 1),
    considered: consideredOf(situation, outlook, options),
  };
}

function chooseHere(situation: Situation, outlook: Outlook, options: Options): Chosen {
  const { rescue, sized, other, shrink } = options;
  if (rescue !== null && sized !== null && prefersSized(sized, rescue, outlook)) {
    const { action, reason, nodeUsdPerHour } = sized;
    const typesChange = Object.keys(nodeUsdPerHour).length > 0;
    return { action, reason, nodeUsdPerHour, substituted: typesChange };
  }
  if (rescue?.action.kind === 'resize') {
    if (other === null) return { action: rescue.action, reason: rescue.reason };
    const action = { ...rescue.action, taskInstanceTypes: other.taskInstanceTypes };
    return { action, reason: `${rescue.reason}; ${other.reason}`, substituted: true };
  }
  if (other !== null) return { action: asTheyAre(situation, other), reason: other.reason, substituted: true };
  if (shrink !== null) return { action: shrink.action, reason: shrink.reason };
  return { action: { kind: 'hold' }, reason: rescue === null ? null : `holding, as ${rescue.reason}` };
}

function consideredOf(
  { options, attemptsLeft = false }: Situation,
  { prospect, cost }: Outlook,
  { rescue, sized, other, shrink }: Options,
): Choice['considered'] {
  const { lateProbability } = prospect;
  const finalUsd = medianOf(cost.finalCostUsd);
  const fresh = rescue === null || !attemptsLeft ? null : (options?.fresh ?? null);
  const without = (what: string, late: number) => ({ what, lateProbability: late, costUsd: null });
  return [
    { what: 'hold', lateProbability, costUsd: options?.holdCostUsd ?? finalUsd },
    ...(rescue === null ? [] : [without(rescue.reason, rescue.lateProbability)]),
    ...(sized === null
      ? []
      : [{ what: sized.reason, lateProbability: sized.lateProbability, costUsd: sized.costUsd }]),
    ...(fresh === null
      ? []
      : [
          {
            what: `giving this attempt up for a fresh one with ${fresh.fleet}`,
            lateProbability: fresh.lateProbability,
            costUsd: fresh.costUsd,
          },
        ]),
    ...(other === null ? [] : [without(other.reason, lateProbability)]),
    ...(shrink === null
      ? []
      : [
          {
            what: shrink.reason,
            lateProbability: shrink.lateProbability,
            costUsd: Math.max(finalUsd - shrink.savingUsd, 0),
          },
        ]),
  ];
}

function otherTypes({ plan, view, previous, now }: Situation, outlook: Outlook): Substitution | null {
  const { prospect, lastResizeAt, outOfReach } = outlook;
  if (!prospect.started || outOfReach || secondsSinceResize(lastResizeAt, now) < RESIZE_GAP_SECONDS)
    return null;
  const { spotShortSince = null } = prospect.track;
  return substitutionOf(plan, view, previous, spotShortSince, medianOf(prospect.seconds), now);
}

/** Nothing is let go blind, in danger, while something is missing, or after a loss. */
function surplus({ plan, view, progress, now }: Situation, outlook: Outlook): Shrink | null {
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
