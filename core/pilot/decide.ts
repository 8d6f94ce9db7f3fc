import type { FlightTrack, PilotDecision } from '../contracts/flight.ts';
import { medianOf } from '../numerics/quantiles.ts';
import { durationText, percentText } from '../units-text.ts';
import { afterSeconds, secondsBetween } from '../units.ts';
import { PROVISIONING_SECONDS } from './capacity.ts';
import { chooseAction, type Choice } from './choose-action.ts';
import { RESIZE_GAP_SECONDS } from './due-rescue.ts';
import { nextLookSeconds } from './look-interval.ts';
import {
  isAlmostSure,
  isConfirmed,
  runtimeIfLate,
  secondsToTell,
  shouldTell,
  type MissOutlook,
} from './miss.ts';
import { outlookOf, SURELY_LATE } from './outlook.ts';
import type { Prospect } from './prospect.ts';
import type { Situation } from './situation.ts';

/** With less time than this left, a rescue that awaits its confirmation is looked at twice as often. */
const LATE_RESCUE_SECONDS = 4 * PROVISIONING_SECONDS;
/** Lateness below this leaves nobody to be told. */
const NOTHING_TO_TELL = 0.05;

/**
 * What to do with a run in flight: predicts its finish and its cost, holds while the finish lies within the deadline,
 * enlarges the task fleet when it does not and more nodes help, asks other pools for what does not come, lets go what
 * is not needed, and tells people once when the deadline will be missed all the same.
 *
 * @returns the decision as the ledger keeps it; `nextLookSeconds` is 30 near a rescue, else 60 to 300
 */
export function decide(situation: Situation): PilotDecision {
  const { run, progress, previous, look, now } = situation;
  const outlook = outlookOf(situation);
  const { prospect, cost, endangeredSince, lastResizeAt, outOfReach } = outlook;
  const { secondsLeft, lateProbability } = prospect;
  const choice = chooseAction(situation, outlook);
  const { rescue } = choice;
  const miss: MissOutlook = {
    lateProbability: Math.min(lateProbability, choice.leastLate),
    secondsLeft,
    elapsedSeconds: prospect.elapsedSeconds,
    runtimeSeconds: prospect.elapsedSeconds + runtimeIfLate(prospect.seconds, lateProbability),
    confirmed: isConfirmed(previous?.track?.missLikelySince ?? null, now),
  };
  const toldBefore = previous?.missAnnounced === true || previous?.announceMiss === true;
  const announceMiss = !toldBefore && shouldTell(miss);
  const told = announceMiss || toldBefore;
  const resized = choice.action.kind === 'resize';
  return {
    runKey: run.runKey,
    attempt: run.attempt,
    look,
    decidedAt: now,
    progress,
    predictedFinishAt: afterSeconds(now, medianOf(prospect.seconds)),
    remainingSeconds: prospect.seconds,
    lateProbability,
    toleratedProbability: outlook.tolerated,
    action: choice.action,
    announceMiss,
    missAnnounced: told,
    lastResizeAt: resized ? now : lastResizeAt,
    track: {
      ...prospect.track,
      // other pools are asked from here on
      ...(choice.substituted ? { shortSince: now, spotShortSince: now } : {}),
      endangeredSince,
      missLikelySince: isAlmostSure(miss) ? (previous?.track?.missLikelySince ?? now) : null,
      ...sizedAt(situation),
    },
    ...typesFrom(choice, previous),
    ...(choice.beginsAnew ? { beginsAnew: true, shownInputBytes: choice.shownInputBytes } : {}),
    spentUsd: cost.spentUsd,
    finalCostUsd: cost.finalCostUsd,
    outOfReach: told && (rescue?.exhausted ?? false) && lateProbability >= SURELY_LATE,
    considered: choice.considered,
    reason: reasonOf(prospect, choice, announceMiss, outOfReach),
    nextLookSeconds: nextLookSeconds({
      blind: progress.workDone === null,
      remainingSeconds: prospect.seconds,
      secondsLeft,
      endangered: endangeredSince !== null,
      choicesLeft: !told || rescue?.exhausted === false,
      rescueNear: endangeredSince === now && secondsLeft < LATE_RESCUE_SECONDS && rescue?.exhausted === false,
      confirming: endangeredSince === now || (isAlmostSure(miss) && !told),
      waitSeconds: waitOf(resized ? now : lastResizeAt, told, now),
      tellWithinSeconds: told || lateProbability < NOTHING_TO_TELL ? null : secondsToTell(miss),
    }),
  };
}

/** The task fleet's types and their prices, once this look or an earlier one has changed them. */
function typesFrom(
  { action, nodeUsdPerHour }: Choice,
  previous: PilotDecision | null,
): Pick<PilotDecision, 'taskInstanceTypes' | 'nodeUsdPerHour'> {
  const types = action.kind === 'resize' ? action.taskInstanceTypes : undefined;
  const taskInstanceTypes = types ?? previous?.taskInstanceTypes;
  const prices = { ...previous?.nodeUsdPerHour, ...nodeUsdPerHour };
  return {
    ...(taskInstanceTypes === undefined ? {} : { taskInstanceTypes }),
    ...(Object.keys(prices).length === 0 ? {} : { nodeUsdPerHour: prices }),
  };
}

/** When the rest of the flight was last sized: asking again soon would find the same. */
function sizedAt({ options, previous, now }: Situation): Pick<FlightTrack, 'sizedAt'> {
  if (options !== undefined) return { sizedAt: now };
  const before = previous?.track?.sizedAt;
  return before === undefined ? {} : { sizedAt: before };
}

/** Nothing can be changed before a resize had its time; what people have yet to be told does not wait for that. */
function waitOf(lastResizeAt: string | null, told: boolean, now: string): number {
  if (lastResizeAt === null || !told) return 0;
  return Math.max(RESIZE_GAP_SECONDS - secondsBetween(lastResizeAt, now), 0);
}

function reasonOf(
  prospect: Prospect,
  { reason }: Choice,
  announceMiss: boolean,
  outOfReach: boolean,
): string {
  const { basis, secondsLeft, lateProbability } = prospect;
  const toGo = durationText(medianOf(prospect.seconds));
  const deadline =
    secondsLeft > 0
      ? `${durationText(secondsLeft)} until the deadline`
      : `${durationText(-secondsLeft)} past the deadline`;
  const seen = `${basis.charAt(0).toUpperCase()}${basis.slice(1)}. About ${toGo} to go, ${deadline}, late with ${percentText(lateProbability)}`;
  const tell = announceMiss ? '; telling people that it will be missed' : '';
  const given = outOfReach
    ? '; the deadline is out of reach, from here on it flies as cheaply as it can'
    : '';
  return `${seen}: ${reason ?? 'holding'}${tell}${given}.`;
}
