import type { PilotDecision } from '../contracts/flight.ts';
import { QUANTILE_LEVELS } from '../contracts/quantities.ts';
import type { RunAtStake } from './incident-impact.ts';

/** Predictions of a flight's cost move by so much of themselves when nothing is wrong. A judgement. */
const USUAL_SHARE = 0.1;
const MEDIAN = QUANTILE_LEVELS.indexOf(0.5);

/**
 * What a run in flight has to lose, by its pilot: how likely it is late, and what it will cost above what the attempt's
 * first look expected. Within what the team is ready to pay for a run no money is lost, whatever was planned.
 *
 * @param targetUsd  what a run of the job is to cost at most, by its budget
 * @param first  look of the attempt; null: it is not known any more
 */
export function runAtStake(
  { job, targetUsd }: { job: string; targetUsd: number },
  first: PilotDecision | null,
  newest: PilotDecision,
): RunAtStake {
  const expected = first?.finalCostUsd?.[MEDIAN];
  const predicted = newest.finalCostUsd?.[MEDIAN];
  const lost =
    expected !== undefined &&
    predicted !== undefined &&
    predicted > Math.max(targetUsd, expected * (1 + USUAL_SHARE));
  return { job, lateProbability: newest.lateProbability, extraUsd: lost ? predicted - expected : 0 };
}
