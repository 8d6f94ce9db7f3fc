import type { ClusterView } from '../contracts/cluster.ts';
import type { FleetPlan } from '../contracts/fleet-plan.ts';
import type { PilotDecision, Progress } from '../contracts/flight.ts';
import type { Quantiles } from '../contracts/quantities.ts';
import type { Run } from '../contracts/run.ts';
import { medianOf } from '../numerics/quantiles.ts';
import { durationText, percentText } from '../units-text.ts';
import { epochMilliseconds, isoInstant, MILLISECONDS_PER_SECOND, secondsBetween } from '../units.ts';
import { lateProbabilityOf, remainingTime } from './remaining-time.ts';
import { rescueOf, type Rescue } from './rescue.ts';

/** A resize needs this long to show; EMR queues further ones behind it, with 5 minutes to time out. */
const RESIZE_GAP_SECONDS = 420;
/** The pilot acts when lateness is this likely, or twice as likely as the SLO allows. */
const LEAST_ACTED_ON = 0.1;
const MISS_PROBABILITY = 0.5;
const LOOK_SECONDS = { least: 60, most: 300, nearRescue: 30 } as const;

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
}

/**
 * What to do with a run in flight: predicts its finish, holds while it lies within the deadline, enlarges the task
 * fleet when it does not, and tells people once when the deadline will be missed.
 *
 * @returns the decision as the ledger keeps it; `nextLookSeconds` is 30 near a rescue, else 60 to 300
 */
export function decide(situation: Situation): PilotDecision {
  const { run, plan, view, progress, previous, look, now, slo } = situation;
  const secondsLeft = secondsBetween(now, run.deadlineAt);
  const remaining = remainingTime(plan, view, progress, previous, now);
  const lateProbability = lateProbabilityOf(remaining.seconds, secondsLeft);
  const endangered = lateProbability > Math.max(2 * (1 - slo.target), LEAST_ACTED_ON);
  const lastResizeAt = resizedAt(previous);
  const rescue = endangered
    ? rescueUnlessTooSoon(situation, remaining.seconds, lateProbability, lastResizeAt)
    : null;
  const resized = rescue?.action.kind === 'resize';
  const toldBefore = previous?.missAnnounced === true || previous?.announceMiss === true;
  const announceMiss = lateProbability >= MISS_PROBABILITY && !toldBefore;
  return {
    runKey: run.runKey,
    attempt: run.attempt,
    look,
    decidedAt: now,
    progress,
    predictedFinishAt: isoInstant(
      epochMilliseconds(now) + medianOf(remaining.seconds) * MILLISECONDS_PER_SECOND,
    ),
    remainingSeconds: remaining.seconds,
    lateProbability,
    action: rescue?.action ?? { kind: 'hold' },
    announceMiss,
    missAnnounced: announceMiss || toldBefore,
    lastResizeAt: resized ? now : lastResizeAt,
    reason: reasonOf(remaining.basis, medianOf(remaining.seconds), secondsLeft, lateProbability, rescue),
    nextLookSeconds: nextLook(medianOf(remaining.seconds), endangered, resized, lastResizeAt, situation),
  };
}

function rescueUnlessTooSoon(
  { plan, view, run, now }: Situation,
  remaining: Quantiles,
  lateProbability: number,
  lastResizeAt: string | null,
): Rescue {
  const since = lastResizeAt === null ? Number.POSITIVE_INFINITY : secondsBetween(lastResizeAt, now);
  if (since < RESIZE_GAP_SECONDS) {
    return {
      action: { kind: 'hold' },
      reason: `the resize of ${durationText(since)} ago still needs time to show`,
    };
  }
  return rescueOf(plan, view, remaining, secondsBetween(now, run.deadlineAt), lateProbability);
}

function resizedAt(previous: PilotDecision | null): string | null {
  if (previous === null) return null;
  return previous.lastResizeAt ?? (previous.action.kind === 'resize' ? previous.decidedAt : null);
}

function reasonOf(
  basis: string,
  medianSeconds: number,
  secondsLeft: number,
  lateProbability: number,
  rescue: Rescue | null,
): string {
  const seen = `${capitalised(basis)}. About ${durationText(medianSeconds)} to go, ${durationText(secondsLeft)} until the deadline, late with ${percentText(lateProbability)}`;
  if (rescue === null) return `${seen}: holding.`;
  return `${seen}: ${rescue.action.kind === 'hold' ? `holding, as ${rescue.reason}` : rescue.reason}.`;
}

/** A tenth of what is left, so that looks grow denser; soon again when a rescue is near or on its way. */
function nextLook(
  medianSeconds: number,
  endangered: boolean,
  resized: boolean,
  lastResizeAt: string | null,
  { now }: Situation,
): number {
  if (resized) return LOOK_SECONDS.least;
  if (endangered) {
    const sinceResize = lastResizeAt === null ? Number.POSITIVE_INFINITY : secondsBetween(lastResizeAt, now);
    // nothing can be changed before the gap is over, unless that is now
    return sinceResize < RESIZE_GAP_SECONDS - LOOK_SECONDS.least
      ? LOOK_SECONDS.least
      : LOOK_SECONDS.nearRescue;
  }
  return Math.round(Math.min(Math.max(medianSeconds / 10, LOOK_SECONDS.least), LOOK_SECONDS.most));
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
