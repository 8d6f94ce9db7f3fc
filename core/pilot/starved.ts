import type { ClusterView } from '../contracts/cluster.ts';
import type { Landing, PilotDecision } from '../contracts/flight.ts';
import { durationText } from '../units-text.ts';
import { SECONDS_PER_MINUTE, secondsBetween } from '../units.ts';
import type { LandingContext } from './landing.ts';

/** An application that YARN gives nothing for so long will hardly get it: a session takes a minute or two to begin. */
const PATIENCE_SECONDS = 20 * SECONDS_PER_MINUTE;
/** EMR measures every five minutes: fewer measurements than these say nothing. */
const LEAST_MEASUREMENTS = 2;

/** What YARN told CloudWatch lately. */
export interface YarnApps {
  readonly measurements: number;
  /** lowest of AppsPending */
  readonly pendingLeast: number;
  /** highest of AppsRunning */
  readonly runningMost: number;
}

type StarvingFlight = LandingContext & { readonly view: ClusterView };

/**
 * Whether it is worth asking what YARN does: a step has run for a while, nothing was seen to get done, and another
 * attempt is left: the last waits on, and what never begins is given up as hung.
 *
 * @param decision  of this look
 */
export function mayStarve(flight: StarvingFlight, decision: PilotDecision): boolean {
  return flight.attempt < flight.maxAttempts && stillSeconds(flight.view, decision) >= PATIENCE_SECONDS;
}

/**
 * Gives a flight up whose application waits for YARN and gets nothing: another cluster, of other nodes, may give it
 * executors.
 *
 * @param decision  of this look
 * @param apps  of the last quarter of an hour
 * @returns null for a flight that may go on
 * @see https://docs.aws.amazon.com/emr/latest/ManagementGuide/UsingEMR_ViewingMetrics.html
 */
export function givenUpAsStarved(
  flight: StarvingFlight,
  decision: PilotDecision,
  { measurements, pendingLeast, runningMost }: YarnApps,
): Landing | null {
  const still = stillSeconds(flight.view, decision);
  const starved = measurements >= LEAST_MEASUREMENTS && pendingLeast >= 1 && runningMost === 0;
  if (!starved || !mayStarve(flight, decision)) return null;
  return {
    outcome: 'failed',
    reason: `Given up as starved: for ${durationText(still)} its application has waited for YARN, and nothing runs.`,
    look: flight.look,
    retryable: true,
    endedBy: 'starved',
  };
}

/** For how long the step that runs has got nothing done, s; 0 when none runs. */
function stillSeconds(view: ClusterView, { decidedAt, track }: PilotDecision): number {
  const startedAt = view.steps.find(({ state }) => state === 'RUNNING')?.startedAt ?? null;
  if (startedAt === null) return 0;
  const progressedAt = track?.progressedAt ?? startedAt;
  return Math.min(secondsBetween(startedAt, decidedAt), secondsBetween(progressedAt, decidedAt));
}
