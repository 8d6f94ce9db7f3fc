import type { ClusterView } from '../contracts/cluster.ts';
import type { FlightTrack, PilotDecision, Progress } from '../contracts/flight.ts';
import { secondsBetween } from '../units.ts';
import { speedWith, type Capacity } from './capacity.ts';

/** Less than this counts as nothing done: session, jars, listing of the input, the first tasks. */
const FIRST_WORK = 0.005;
/**
 * Where nobody counts restarts, progress below this part of what was reported before: an application began anew.
 * Less is work done again.
 */
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
 * that begins anew begins a new track: what was worked before is lost and tells nothing of what is left, and what
 * survived (applications that had ended) took none of the time from now on.
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
  const earlier: Pick<FlightTrack, keyof typeof NOTHING_WORKED | 'survivedShare'> = before ?? NOTHING_WORKED;
  const { workDone } = progress;
  if (workDone !== null && begunAnew(workDone, progress, previous)) {
    // what began anew gets on, too
    return { ...NOTHING_WORKED, survivedShare: workDone, progressedAt: now, shortSince, ...lost };
  }
  const survived = earlier.survivedShare === undefined ? {} : { survivedShare: earlier.survivedShare };
  const workedSeconds = earlier.workedSeconds + worked;
  // it began somewhere between the two looks
  const newWork = workDone === null ? 0 : workDone - (earlier.survivedShare ?? 0);
  const began = newWork > FIRST_WORK ? earlier.workedSeconds + worked / 2 : null;
  return {
    workedSeconds,
    workBeganSeconds: earlier.workBeganSeconds ?? began,
    lastProgress: workDone === null ? earlier.lastProgress : { workDone, workedSeconds },
    ...survived,
    progressedAt: gotOn(progress, previous) ? now : (before?.progressedAt ?? startedAt),
    shortSince,
    ...lost,
  };
}

function lacksSpot(view: ClusterView): boolean {
  const task = view.fleets.find(({ role }) => role === 'task');
  return task !== undefined && task.runningSpotUnits < task.targetSpotUnits;
}

/**
 * Whether progress fell because an application lost its work. The share also falls where more turns out to be left
 * than was known: then what was worked still tells how fast.
 */
function begunAnew(workDone: number, progress: Progress, previous: PilotDecision | null): boolean {
  const known = previous?.track?.lastProgress?.workDone ?? 0;
  if (known <= FIRST_WORK) return false;
  const [restarts, restartsBefore] = [progress.driverRestarts, previous?.progress.driverRestarts];
  return restarts === undefined || restartsBefore === undefined
    ? workDone < known * BEGUN_ANEW
    : restarts > restartsBefore && workDone < known;
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
  return (
    stepsDone < progress.stepsDone ||
    (progress.workDone ?? 0) > (workDone ?? 0) ||
    // a first run knows of no share; its tasks end all the same
    (progress.tasksDone ?? 0) > (previous.progress.tasksDone ?? 0)
  );
}

/** Of a flight that has not begun to work. */
export const NOTHING_WORKED = { workedSeconds: 0, workBeganSeconds: null, lastProgress: null } as const;
