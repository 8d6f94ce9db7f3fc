import type { ClusterView } from '../contracts/cluster.ts';
import type { FleetPlan } from '../contracts/fleet-plan.ts';
import type { PilotDecision, Progress } from '../contracts/flight.ts';
import type { Run } from '../contracts/run.ts';
import { medianOf } from '../numerics/quantiles.ts';
import { durationText, percentText } from '../units-text.ts';
import { afterSeconds, secondsBetween } from '../units.ts';
import { PROVISIONING_SECONDS } from './capacity.ts';
import { nextLookSeconds } from './look-interval.ts';
import {
  CONFIRMING_SECONDS,
  isAlmostSure,
  isConfirmed,
  runtimeIfLate,
  secondsToTell,
  shouldTell,
  type MissOutlook,
} from './miss.ts';
import type { GrowthRoom } from './growth-room.ts';
import { prospectOf, type Prospect } from './prospect.ts';
import { rescueOf, type Rescue } from './rescue.ts';

/** EMR queues the resizes of a fleet one behind the other: the next waits until the last can have shown. */
const RESIZE_GAP_SECONDS = PROVISIONING_SECONDS;
/**
 * The pilot acts when lateness is this likely, twice as likely as the SLO allows, or clearly likelier than the plan
 * took it to be: what was accepted when the fleet was sized is no reason to resize it.
 */
const LEAST_ACTED_ON = 0.1;
const TIMES_SLO_ALLOWANCE = 2;
const TIMES_PLANNED = 1.5;
const MOST_TOLERATED = 0.5;
/** A rescue aims well below what made it necessary, so that it is not called for again at once. */
const AIM_SHARE = 0.5;
/** With less time than this left, a rescue that awaits its confirmation is looked at twice as often. */
const LATE_RESCUE_SECONDS = 4 * PROVISIONING_SECONDS;
/** Lateness below this leaves nobody to be told. */
const NOTHING_TO_TELL = 0.05;

export interface Situation {
  readonly run: Run;
  readonly plan: FleetPlan;
  readonly view: ClusterView;
  readonly progress: Progress;
  /** the look before this one, of the same attempt */
  readonly previous: PilotDecision | null;
  readonly look: number;
  /** ISO 8601 */
  readonly now: string;
  readonly slo: { readonly target: number };
  /** what sums of money and quotas leave for growth, where that is known; absent: the plan's bounds alone count */
  readonly growthRoom?: GrowthRoom;
}

/**
 * What to do with a run in flight: predicts its finish, holds while it lies within the deadline, enlarges the task
 * fleet when it does not and more nodes help, and tells people once when the deadline will be missed all the same.
 *
 * @returns the decision as the ledger keeps it; `nextLookSeconds` is 30 near a rescue, else 60 to 300
 */
export function decide(situation: Situation): PilotDecision {
  const { run, plan, view, progress, previous, look, now, slo } = situation;
  const prospect = prospectOf(plan, view, progress, previous, now, run.deadlineAt);
  const { secondsLeft, lateProbability } = prospect;
  const tolerated = toleratedProbability(plan, slo.target);
  const endangered = lateProbability > tolerated;
  const endangeredSince = endangered ? (previous?.track?.endangeredSince ?? now) : null;
  const lastResizeAt = resizedAt(previous);
  const rescue =
    endangeredSince === null
      ? null
      : considered(situation, prospect, tolerated, endangeredSince, lastResizeAt);
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
  const resized = rescue?.action.kind === 'resize';
  return {
    runKey: run.runKey,
    attempt: run.attempt,
    look,
    decidedAt: now,
    progress,
    predictedFinishAt: afterSeconds(now, medianOf(prospect.seconds)),
    remainingSeconds: prospect.seconds,
    lateProbability,
    action: rescue?.action ?? { kind: 'hold' },
    announceMiss,
    missAnnounced: told,
    lastResizeAt: resized ? now : lastResizeAt,
    track: {
      ...prospect.track,
      endangeredSince,
      missLikelySince: isAlmostSure(miss) ? (previous?.track?.missLikelySince ?? now) : null,
    },
    reason: reasonOf(prospect, rescue, announceMiss),
    nextLookSeconds: nextLookSeconds({
      blind: progress.workDone === null,
      remainingSeconds: prospect.seconds,
      secondsLeft,
      endangered,
      choicesLeft: !told || rescue?.exhausted === false,
      rescueNear: endangeredSince === now && secondsLeft < LATE_RESCUE_SECONDS && rescue?.exhausted === false,
      confirming: endangeredSince === now || (isAlmostSure(miss) && !told),
      waitSeconds: waitOf(resized ? now : lastResizeAt, told, now),
      tellWithinSeconds: told || lateProbability < NOTHING_TO_TELL ? null : secondsToTell(miss),
    }),
  };
}

function toleratedProbability(plan: FleetPlan, sloTarget: number): number {
  const allowed = TIMES_SLO_ALLOWANCE * (1 - sloTarget);
  const planned = TIMES_PLANNED * plan.forecast.lateProbability;
  return Math.min(Math.max(allowed, planned, LEAST_ACTED_ON), MOST_TOLERATED);
}

/** The rescue that would be carried out, unless it is too soon for one: that is then said instead. */
function considered(
  { plan, view, now, growthRoom }: Situation,
  prospect: Prospect,
  tolerated: number,
  endangeredSince: string,
  lastResizeAt: string | null,
): Rescue {
  const { capacity, work, secondsLeft, lateProbability } = prospect;
  const wait = (reason: string, lateAfter: number): Rescue => ({
    action: { kind: 'hold' },
    reason,
    lateProbability: lateAfter,
    exhausted: false,
  });
  if (!prospect.started)
    return { ...wait('the planned fleet has not begun to work', lateProbability), exhausted: true };
  const toleratedProbability = AIM_SHARE * tolerated;
  const secondsToGo = medianOf(prospect.seconds);
  const rescue = rescueOf({
    plan,
    view,
    capacity,
    work,
    secondsLeft,
    secondsToGo,
    lateProbability,
    toleratedProbability,
    growthRoom,
  });
  if (rescue.action.kind === 'hold') return rescue;
  const sinceResize = lastResizeAt === null ? Number.POSITIVE_INFINITY : secondsBetween(lastResizeAt, now);
  if (sinceResize < RESIZE_GAP_SECONDS) {
    const since = durationText(Math.max(sinceResize, 0));
    return wait(`the resize of ${since} ago still needs time to show`, rescue.lateProbability);
  }
  if (secondsBetween(endangeredSince, now) < CONFIRMING_SECONDS) {
    return wait('the next look has to confirm it', rescue.lateProbability);
  }
  return rescue;
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

function reasonOf(prospect: Prospect, rescue: Rescue | null, announceMiss: boolean): string {
  const { basis, secondsLeft, lateProbability } = prospect;
  const toGo = durationText(medianOf(prospect.seconds));
  const deadline =
    secondsLeft > 0
      ? `${durationText(secondsLeft)} until the deadline`
      : `${durationText(-secondsLeft)} past the deadline`;
  const seen = `${basis.charAt(0).toUpperCase()}${basis.slice(1)}. About ${toGo} to go, ${deadline}, late with ${percentText(lateProbability)}`;
  const tell = announceMiss ? '; telling people that it will be missed' : '';
  if (rescue === null) return `${seen}: holding${tell}.`;
  return `${seen}: ${rescue.action.kind === 'hold' ? `holding, as ${rescue.reason}` : rescue.reason}${tell}.`;
}
