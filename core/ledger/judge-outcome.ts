import type { ClusterView } from '../contracts/cluster.ts';
import type { RunOutcome } from '../contracts/run-record.ts';
import { secondsBetween } from '../units.ts';
import { durationText } from '../units-text.ts';

export interface Verdict {
  readonly outcome: RunOutcome;
  readonly reason: string;
}

/**
 * What came of an attempt, from the states EMR reports and the output that is there. A run whose steps all
 * succeeded but that left no output has failed.
 *
 * @param outputPresent  null when the job names no output, or nobody looked
 * @param landingReason  why the flight ended; tells of a cluster that was still at work then
 */
export function judgeOutcome(
  view: ClusterView | null,
  deadlineAt: string,
  outputPresent: boolean | null,
  landingReason: string | null = null,
): Verdict {
  if (view === null) return { outcome: 'failed', reason: 'No cluster ever started.' };
  const broken = view.steps.find(({ state }) => state !== 'COMPLETED');
  if (view.steps.length === 0 || broken !== undefined) {
    return { outcome: 'failed', reason: failureReason(view, broken, landingReason) };
  }
  if (outputPresent === false) {
    return { outcome: 'failed', reason: 'Every step succeeded, but the output is missing or empty.' };
  }
  const endedAt = view.steps.reduce(
    (last, step) => (step.endedAt !== null && secondsBetween(last, step.endedAt) > 0 ? step.endedAt : last),
    view.createdAt,
  );
  const slackSeconds = secondsBetween(endedAt, deadlineAt);
  if (slackSeconds < 0) {
    return {
      outcome: 'late',
      reason: `The last step ended ${durationText(-slackSeconds)} after the deadline.`,
    };
  }
  return {
    outcome: 'succeeded',
    reason: `The last step ended ${durationText(slackSeconds)} before the deadline.`,
  };
}

function failureReason(
  view: ClusterView,
  broken: ClusterView['steps'][number] | undefined,
  landingReason: string | null,
): string {
  if (broken?.state === 'FAILED') {
    return `Step "${broken.name}" failed: ${broken.failureReason ?? 'EMR gives no reason'}.`;
  }
  if (landingReason !== null && !view.state.startsWith('TERMINAT')) return landingReason;
  const cluster = [`cluster ${view.state}`, view.stateReasonCode, view.stateReasonMessage]
    .filter((part) => part !== null && part !== '')
    .join(', ');
  return broken === undefined
    ? `No step ever ran (${cluster}).`
    : `Step "${broken.name}" ended ${broken.state} (${cluster}).`;
}
