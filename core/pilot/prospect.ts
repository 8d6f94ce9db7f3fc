import type { ClusterView } from '../contracts/cluster.ts';
import type { FleetPlan } from '../contracts/fleet-plan.ts';
import type { PilotDecision, Progress } from '../contracts/flight.ts';
import type { Quantiles } from '../contracts/quantities.ts';
import { certain } from '../numerics/quantiles.ts';
import { percentText } from '../units-text.ts';
import { secondsBetween } from '../units.ts';
import { capacityOf, comesWithProbability, speedWith, type Capacity } from './capacity.ts';
import { observe, stepsStartedAt, type ObservedTrack } from './flight-track.ts';
import {
  lateProbability,
  paceOf,
  remainingSeconds,
  remainingWork,
  startupLeft,
  type Pace,
  type RemainingWork,
} from './remaining-time.ts';

/** A measured share of work that falls by less is rounding, not a setback. */
const PROGRESS_TOLERANCE = 0.01;

/** When a run will end, as far as one look can tell, and what that rests on. */
export interface Prospect {
  readonly track: ObservedTrack;
  readonly capacity: Capacity;
  readonly work: RemainingWork;
  /** until the last step ends */
  readonly seconds: Quantiles;
  readonly started: boolean;
  /** since the steps began */
  readonly elapsedSeconds: number;
  /** until the deadline; negative once it has passed */
  readonly secondsLeft: number;
  readonly lateProbability: number;
  readonly basis: string;
}

/** Joins the plan, the progress so far and the capacity that runs or is on its way into a prospect. */
export function prospectOf(
  plan: FleetPlan,
  view: ClusterView,
  progress: Progress,
  previous: PilotDecision | null,
  now: string,
  deadlineAt: string,
): Prospect {
  const capacity = capacityOf(plan, view);
  const track = observe(view, capacity, progress, previous, now);
  const work = remainingWork(plan.forecast.runtimeSeconds, track);
  const startedAt = stepsStartedAt(view);
  const secondsLeft = secondsBetween(now, deadlineAt);
  const common = { track, capacity, work, secondsLeft, started: startedAt !== null };
  if (progress.stepsDone >= progress.stepsTotal) {
    const late = secondsLeft < 0 ? 1 : 0;
    return {
      ...common,
      seconds: certain(0),
      elapsedSeconds: 0,
      lateProbability: late,
      basis: 'all steps are done',
    };
  }
  if (startedAt === null) {
    const waited = Math.max(secondsBetween(view.createdAt, now), 0);
    const delay = startupLeft(plan, waited);
    return {
      ...common,
      seconds: remainingSeconds(work, AS_PLANNED, delay),
      elapsedSeconds: 0,
      lateProbability: lateProbability(work, AS_PLANNED, secondsLeft - delay),
      basis: 'the steps have not started',
    };
  }
  const pace = paceFrom(capacity, track, now);
  return {
    ...common,
    seconds: remainingSeconds(work, pace, 0),
    elapsedSeconds: Math.max(secondsBetween(startedAt, now), 0),
    lateProbability: lateProbability(work, pace, secondsLeft),
    basis: `${progressText(progress, previous)}${capacityText(capacity)}`,
  };
}

const AS_PLANNED: Pace = paceOf(1, 1, 0);

function paceFrom(capacity: Capacity, { shortSince }: ObservedTrack, now: string): Pace {
  const speed = speedWith(capacity, capacity.runningUnits);
  const withMissing = speedWith(capacity, capacity.runningUnits + capacity.missingUnits);
  return paceOf(speed, Math.max(withMissing, speed), comesWithProbability(shortSince, now));
}

function progressText({ workDone, lacks }: Progress, previous: PilotDecision | null): string {
  const before = previous?.track?.lastProgress?.workDone ?? previous?.progress.workDone ?? null;
  if (workDone === null) {
    const why = lacks ?? 'nothing reports progress';
    return before === null
      ? `${why}; judged by time alone`
      : `${why}; judged by time since ${percentText(before)} of the work was done`;
  }
  if (lacks !== undefined) return `${percentText(workDone)} of the work is done by its metric, as ${lacks}`;
  if (before !== null && workDone < before - PROGRESS_TOLERANCE) {
    return `progress went backwards from ${percentText(before)} to ${percentText(workDone)}`;
  }
  return `${percentText(workDone)} of the work is done`;
}

function capacityText({ plannedUnits, runningUnits, missingUnits }: Capacity): string {
  const running =
    runningUnits === plannedUnits ? '' : `, ${runningUnits} of ${plannedUnits} planned vCPUs are running`;
  return missingUnits > 0
    ? `${running || ', all planned vCPUs are running'}, ${missingUnits} more are asked for`
    : running;
}
