import type { ClusterView } from '../contracts/cluster.ts';
import type { FlightTrack, PilotDecision, Progress } from '../contracts/flight.ts';
import { secondsBetween } from '../units.ts';
import { speedWith, type Capacity } from './capacity.ts';

/** Less than this counts as nothing done: session, jars, listing of the input, the first tasks. */
const FIRST_WORK = 0.005;
/** Progress below this part of what was reported before: the application began anew. Less is work done again. */
const BEGUN_ANEW = 0.5;

/** The part of a track that one look observes; what was concluded from it is added by the decision. */
export type ObservedTrack = Omit<FlightTrack, 'endangeredSince' | 'missLikelySince'>;

/** When a cluster's first step began; null before. */
export function stepsStartedAt(view: ClusterView): string | null {
  return (
    view.steps
      .flatMap((step) => step.startedAt ?? [])
      .sort()
      .at(0) ?? null
  );
}

/**
 * Carries a flight's track on to this look. Clocks that disagree let no time pass rather than negative time. Work
 * that begins anew begins a new track: what was worked before is lost and tells nothing of what is left.
 */
export function observe(
  view: ClusterView,
  capacity: Capacity,
  progress: Progress,
  previous: PilotDecision | null,
  now: string,
): ObservedTrack {
  const before = previous?.track ?? null;
  const shortSince = capacity.missingUnits > 0 ? (before?.shortSince ?? now) : null;
  const lost = {
    runningUnits: capacity.runningUnits,
    lostAt: lostAt(capacity, previous, now),
    spotShortSince: lacksSpot(view) ? (before?.spotShortSince ?? now) : null,
  };
  const startedAt = stepsStartedAt(view);
  if (startedAt === null) return { ...NOTHING_WORKED, shortSince, ...lost };

  const running = Math.max(secondsBetween(startedAt, now), 0);
  const sinceLook =
    previous === null || before === null ? running : Math.max(secondsBetween(previous.decidedAt, now), 0);
  const worked = Math.min(running, sinceLook) * speedWith(capacity, capacity.runningUnits);
  const earlier = before ?? { ...NOTHING_WORKED, shortSince };
  const { workDone } = progress;
  const known = earlier.lastProgress?.workDone ?? 0;
  if (workDone !== null && known > FIRST_WORK && workDone < known * BEGUN_ANEW) {
    // what began anew gets on, too
    return { ...NOTHING_WORKED, progressedAt: now, shortSince, ...lost };
  }
  const workedSeconds = earlier.workedSeconds + worked;
  // it began somewhere between the two looks
  const began = workDone !== null && workDone > FIRST_WORK ? earlier.workedSeconds + worked / 2 : null;
  return {
    workedSeconds,
    workBeganSeconds: earlier.workBeganSeconds ?? began,
    lastProgress: workDone === null ? earlier.lastProgress : { workDone, workedSeconds },
    progressedAt: gotOn(progress, previous) ? now : (before?.progressedAt ?? startedAt),
    shortSince,
    ...lost,
  };
}

function lacksSpot(view: ClusterView): boolean {
  const task = view.fleets.find(({ role }) => role === 'task');
  return task !== undefined && task.runningSpotUnits < task.targetSpotUnits;
}

/** Units that are gone while they are still asked for: the market, or a fault, took them. */
function lostAt(
  { runningUnits, missingUnits }: Capacity,
  previous: PilotDecision | null,
  now: string,
): string | null {
  const before = previous?.track;
  const fewer = before?.runningUnits !== undefined && runningUnits < before.runningUnits;
  return fewer && missingUnits > 0 ? now : (before?.lostAt ?? null);
}

/** Whether more is done than at the look before. */
function gotOn(progress: Progress, previous: PilotDecision | null): boolean {
  if (previous === null) return false;
  const { workDone, stepsDone } = previous.progress;
  return stepsDone < progress.stepsDone || (progress.workDone ?? 0) > (workDone ?? 0);
}

/** Of a flight that has not begun to work. */
export const NOTHING_WORKED = { workedSeconds: 0, workBeganSeconds: null, lastProgress: null } as const;
