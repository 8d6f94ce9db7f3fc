import type { WorkloadDescription } from './description.ts';
import { similarityOf, type Similarity } from './similarity.ts';

/** A workload that is near another, and why. */
export interface NearWorkload<Known> {
  readonly known: Known;
  readonly similarity: Similarity;
}

/** Nearer than this, or another job says no more than the kind does. */
const LEAST_SIMILARITY = 0.6;

/**
 * The described workloads most like one, of the same kind of task; the most alike first.
 *
 * @param candidates  the workload itself is left out
 */
export function nearestWorkloads<Known extends { readonly description: WorkloadDescription }>(
  description: WorkloadDescription,
  candidates: readonly Known[],
): NearWorkload<Known>[] {
  return candidates
    .filter(({ description: { job, task } }) => job !== description.job && task === description.task)
    .map((known) => ({ known, similarity: similarityOf(description, known.description) }))
    .filter(({ similarity }) => similarity.share >= LEAST_SIMILARITY)
    .sort(
      (a, b) =>
        b.similarity.share - a.similarity.share ||
        (a.known.description.job < b.known.description.job ? -1 : 1),
    );
}
