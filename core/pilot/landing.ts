import type { ClusterView } from '../contracts/cluster.ts';
import type { Landing } from '../contracts/flight.ts';
import { durationText } from '../units-text.ts';
import { SECONDS_PER_MINUTE, secondsBetween } from '../units.ts';

/** Where a flight stands: which attempt it is and how many looks there were. */
export interface LandingContext {
  readonly look: number;
  readonly attempt: number;
  readonly maxAttempts: number;
}

/** EMR's code where a person or another program ended a cluster. All others are the failure policy's to judge. */
const ENDED_ON_PURPOSE = 'USER_REQUEST';

/**
 * How long a cluster may wait for its first nodes. EMR gives up on spot nodes after the fleet's time-out, but
 * waits for on-demand ones for as long as there is no capacity; what has not begun by now is better asked for
 * again, in a market surveyed anew.
 */
const STARTING_SECONDS = 45 * SECONDS_PER_MINUTE;

/**
 * How a flight ended, judged by states, codes and how long EMR waits for capacity.
 *
 * @param context  `retryable` is false on the last attempt, whatever ended it
 * @returns null while the cluster flies or is on its way down
 */
export function landingOf(view: ClusterView, context: LandingContext): Landing | null {
  const { look } = context;
  const retryable = (code: string | null) =>
    context.attempt < context.maxAttempts && isWorthAnotherAttempt(code);
  if (view.steps.length > 0 && view.steps.every((step) => step.state === 'COMPLETED')) {
    return { outcome: 'landed', reason: `All ${view.steps.length} steps completed.`, look, retryable: false };
  }
  const failed = view.steps.find((step) => step.state === 'FAILED' || step.state === 'INTERRUPTED');
  if (failed !== undefined) {
    const why = failed.failureReason === null ? '' : `: ${failed.failureReason}`;
    return {
      outcome: 'failed',
      reason: `Step "${failed.name}" ended as ${failed.state}${why}${causeOf(view)}.`,
      look,
      retryable: retryable(view.stateReasonCode ?? 'STEP_FAILURE'),
    };
  }
  if (view.state === 'TERMINATED_WITH_ERRORS') {
    return {
      outcome: 'failed',
      reason: `Cluster ${view.clusterId} terminated with errors before its steps completed${causeOf(view)}.`,
      look,
      retryable: retryable(view.stateReasonCode),
    };
  }
  if (view.state === 'TERMINATED') {
    return {
      outcome: 'cluster-lost',
      reason: `Cluster ${view.clusterId} is gone although its steps did not complete${causeOf(view)}.`,
      look,
      retryable: retryable(view.stateReasonCode),
    };
  }
  const startingSeconds = secondsBetween(view.createdAt, view.observedAt);
  if (view.state === 'STARTING' && startingSeconds >= STARTING_SECONDS) {
    return {
      outcome: 'failed',
      reason: `Cluster ${view.clusterId} has waited for its nodes for ${durationText(startingSeconds)}${causeOf(view)}.`,
      look,
      retryable: context.attempt < context.maxAttempts,
    };
  }
  const cancelled = view.steps.find((step) => step.state === 'CANCELLED');
  if (cancelled !== undefined) {
    // a cluster that goes down cancels what it has not begun: the cluster's reason counts, not the step's state
    const withCluster = view.state === 'TERMINATING';
    return {
      outcome: 'failed',
      reason: `Step "${cancelled.name}" was cancelled${withCluster ? causeOf(view) : ''}.`,
      look,
      retryable: withCluster && retryable(view.stateReasonCode),
    };
  }
  return null;
}

function isWorthAnotherAttempt(code: string | null): boolean {
  return code !== ENDED_ON_PURPOSE;
}

function causeOf({ stateReasonCode, stateReasonMessage }: ClusterView): string {
  if (stateReasonCode === null) return '';
  return stateReasonMessage === null
    ? ` (${stateReasonCode})`
    : ` (${stateReasonCode}: ${stateReasonMessage})`;
}
