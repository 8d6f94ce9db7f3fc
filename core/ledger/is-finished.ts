import type { RunOutcome } from '../contracts/run-record.ts';

/** Whether a run did its work, in time or late: what may be published, scored and learnt from. */
export function isFinished(outcome: RunOutcome): boolean {
  return outcome === 'succeeded' || outcome === 'late';
}
