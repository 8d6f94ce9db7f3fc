import type { LinearSolver } from '../../core/sizing/bound/linear-solver.ts';
import type { SizingRequest } from '../../core/sizing/sizing-request.ts';
import { highsSolver } from '../../lambdas/runtime/highs.ts';

/** The solver that a plan of a request uses, as in a deployment: none where the search is to be fast. */
export async function solverFor({ effort }: SizingRequest): Promise<LinearSolver | undefined> {
  return effort === 'full' ? highsSolver() : undefined;
}
