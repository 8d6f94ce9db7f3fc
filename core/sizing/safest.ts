import { latenessThenCost, leastBy } from './choose-plan.ts';
import type { Better } from './climb.ts';
import type { Candidate } from './sizing-problem.ts';
import type { SizingRequest } from './sizing-request.ts';

/**
 * What a run's fleet is expected to cost at most where its job wants the safest one: the target, less what earlier
 * attempts took.
 *
 * @returns USD; undefined where the job wants the cheapest fleet
 */
export function safestUpToUsd({ job, spentUsd = 0 }: SizingRequest): number | undefined {
  return job.objective === 'safest-within-budget' ? job.budget.perRun.targetUsd - spentUsd : undefined;
}

/**
 * Of the fleets that hold every constraint and are expected to cost no more, the least likely late, then the least late,
 * then the cheapest.
 *
 * @returns undefined when there is none
 */
export function chooseSafest(candidates: readonly Candidate[], mostUsd: number): Candidate | undefined {
  return leastBy(
    candidates.filter(({ violation, judgement }) => violation === 0 && judgement.costUsd <= mostUsd),
    latenessThenCost,
  );
}

/** Less violating first, then nearer to what may be spent, then as `chooseSafest` has it. */
export function saferUpTo(mostUsd: number): Better {
  const over = ({ judgement }: Candidate) => Math.max(0, judgement.costUsd - mostUsd);
  return (one, other) => {
    if (one.violation !== other.violation) return one.violation < other.violation;
    if (over(one) !== over(other)) return over(one) < over(other);
    return latenessThenCost(one, other) < 0;
  };
}
