/** Retry and Catch, the same for Task, Parallel and Map. */
import { retryDelayMs } from './retry-delay.ts';
import type { Catcher, ErrorHandling, Retrier } from './definition.ts';
import { errorOutputOf, matchesError, StateFailure } from './failures.ts';
import { pause } from './flow.ts';
import type { Visit } from './flow.ts';

/** What a state ended with: a result, or an error that one of its catchers takes. */
type Attempted<Result> =
  | { readonly kind: 'result'; readonly result: Result }
  | { readonly kind: 'caught'; readonly catcher: Catcher; readonly errorOutput: Record<string, string> };

/**
 * Runs a state until it succeeds, its retries are used up and a Catch takes the error, or it fails.
 *
 * Each Retrier counts for itself; entering the state again starts anew.
 */
export async function withErrorHandling<Result>(
  visit: Visit,
  handling: ErrorHandling,
  attempt: () => Promise<Result>,
): Promise<Attempted<Result>> {
  const used = new Map<Retrier, number>();
  for (;;) {
    try {
      return { kind: 'result', result: await attempt() };
    } catch (error) {
      if (!(error instanceof StateFailure)) throw error;
      const retrier = handling.Retry.find((candidate) => matchesError(candidate.ErrorEquals, error.error));
      const retries = retrier === undefined ? 0 : (used.get(retrier) ?? 0);
      if (retrier !== undefined && retries < retrier.MaxAttempts) {
        used.set(retrier, retries + 1);
        visit.retryCount = (visit.retryCount ?? 0) + 1;
        const { scope } = visit.line;
        await pause(
          visit.line,
          scope.kernel.clock,
          retryDelayMs(retrier, retries, scope.random),
          `retry of ${visit.name}`,
        );
        continue;
      }
      const catcher = handling.Catch.find((candidate) => matchesError(candidate.ErrorEquals, error.error));
      if (catcher === undefined) throw error;
      return { kind: 'caught', catcher, errorOutput: errorOutputOf(error) };
    }
  }
}
