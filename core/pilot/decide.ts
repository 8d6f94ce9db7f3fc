import type { FleetPlan } from '../contracts/fleet-plan.ts';
import type { PilotDecision } from '../contracts/flight.ts';
import { medianOf } from '../numerics/quantiles.ts';
import { durationText, percentText } from '../units-text.ts';
import { afterSeconds, secondsBetween } from '../units.ts';
import { PROVISIONING_SECONDS } from './capacity.ts';
import { chooseAction, RESIZE_GAP_SECONDS, type Choice, type Outlook } from './choose-action.ts';
import { costOutlook } from './cost-outlook.ts';
import { nextLookSeconds } from './look-interval.ts';
import {
  isAlmostSure,
  isConfirmed,
  runtimeIfLate,
  secondsToTell,
  shouldTell,
  type MissOutlook,
} from './miss.ts';
import { prospectOf, type Prospect } from './prospect.ts';
import type { Situation } from './situation.ts';

/**
 * The pilot acts when lateness is this likely, twice as likely as the SLO allows, or clearly likelier than the plan
 * took it to be: what was accepted when the fleet was sized is no reason to resize it.
 */
const LEAST_ACTED_ON = 0.1;
const TIMES_SLO_ALLOWANCE = 2;
const TIMES_PLANNED = 1.5;
const MOST_TOLERATED = 0.5;
/** With less time than this left, a rescue that awaits its confirmation is looked at twice as often. */
const LATE_RESCUE_SECONDS = 4 * PROVISIONING_SECONDS;
/** From here on nothing that is left to try keeps the deadline. */
const SURELY_LATE = 0.97;
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
    lateProbability: Math.min(lateProbability, rescue?.lateProbability ?? 1),
    secondsLeft,
    elapsedSeconds: prospect.elapsedSeconds,
    runtimeSeconds: prospect.elapsedSeconds + runtimeIfLate(prospect.seconds, lateProbability),
    confirmed: isConfirmed(previous?.track?.missLikelySince ?? null, now),
  };
  const toldBefore = previous?.missAnnounced === true || previous?.announceMiss === true;
  const announceMiss = !toldBefore && shouldTell(miss);
  const told = announceMiss || toldBefore;
  const resized = choice.action.kind === 'resize';
  const types = choice.action.kind === 'resize' ? choice.action.taskInstanceTypes : undefined;
  const taskInstanceTypes = types ?? previous?.taskInstanceTypes;
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
    },
    ...(taskInstanceTypes === undefined ? {} : { taskInstanceTypes }),
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

function outlookOf({ run, plan, view, progress, previous, now, slo }: Situation): Outlook {
  const prospect = prospectOf(plan, view, progress, previous, now, run.deadlineAt);
  const { lateProbability } = prospect;
  const tolerated = toleratedProbability(plan, plan.risk?.allowedLate ?? 1 - slo.target);
  return {
    prospect,
    cost: costOutlook(plan, view, previous, prospect.seconds, now),
    tolerated,
    endangeredSince: lateProbability > tolerated ? (previous?.track?.endangeredSince ?? now) : null,
    lastResizeAt: resizedAt(previous),
    outOfReach: isOutOfReach(previous, lateProbability),
  };
}

/** Once the look before found nothing left to try, only the money counts, unless the flight has caught up since. */
function isOutOfReach(previous: PilotDecision | null, lateProbability: number): boolean {
  return previous?.outOfReach === true && lateProbability >= SURELY_LATE;
}

function toleratedProbability(plan: FleetPlan, allowedLate: number): number {
  const allowed = TIMES_SLO_ALLOWANCE * allowedLate;
  const planned = TIMES_PLANNED * plan.forecast.lateProbability;
  return Math.min(Math.max(allowed, planned, LEAST_ACTED_ON), MOST_TOLERATED);
}

function resizedAt(previous: PilotDecision | null): string | null {
  if (previous === null) return null;
  return previous.lastResizeAt ?? (previous.action.kind === 'resize' ? previous.decidedAt : null);
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
