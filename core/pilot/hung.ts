import type { FleetPlan } from '../contracts/fleet-plan.ts';
import type { Landing, PilotDecision } from '../contracts/flight.ts';
import type { ClusterView } from '../contracts/cluster.ts';
import type { Run } from '../contracts/run.ts';
import { durationText } from '../units-text.ts';
import { SECONDS_PER_HOUR, secondsBetween } from '../units.ts';
import { stepsStartedAt } from './flight-track.ts';
import type { LandingContext } from './landing.ts';

/** How far beyond the longest runtime that was predicted (its 97.5 % quantile) a flight may go. */
export const OVERRUN_FACTOR = 4;
/** A flight is never given up sooner, nor while it was seen to get on within that time. */
const PATIENCE_SECONDS = SECONDS_PER_HOUR;

/**
 * Gives a flight up whose driver hangs: its step runs on and nothing gets done. EMR's own idle time-out does not end
 * it, because a cluster with a running step is not idle. What nobody reports the progress of is not given up before
 * its deadline, however long it takes: it may only be slow.
 *
 * @param decision  of this look
 * @returns null for a flight that may go on
 */
export function givenUpAsHung(
  flight: LandingContext & { readonly run: Run; readonly plan: FleetPlan; readonly view: ClusterView },
  decision: PilotDecision,
): Landing | null {
  const { run, plan, view } = flight;
  const now = decision.decidedAt;
  const startedAt = stepsStartedAt(view);
  if (startedAt === null || !view.steps.some(({ state }) => state === 'RUNNING')) return null;
  const longest = plan.forecast.runtimeSeconds.at(-1) ?? 0;
  const runningSeconds = secondsBetween(startedAt, now);
  if (runningSeconds <= Math.max(OVERRUN_FACTOR * longest, PATIENCE_SECONDS)) return null;
  const stillSeconds = secondsBetween(decision.track?.progressedAt ?? startedAt, now);
  if (stillSeconds <= PATIENCE_SECONDS) return null;
  const blind = decision.progress.workDone === null;
  if (blind && secondsBetween(run.deadlineAt, now) <= 0) return null;
  return {
    outcome: 'failed',
    reason:
      `Given up as hung: its steps have run for ${durationText(runningSeconds)}, ` +
      `${durationText(longest)} at most was predicted, and nothing got done for ${durationText(stillSeconds)}.`,
    look: flight.look,
    retryable: flight.attempt < flight.maxAttempts,
    endedBy: 'hung',
  };
}
