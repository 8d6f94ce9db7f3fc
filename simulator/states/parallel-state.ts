import { gather, runBranches } from './branches.ts';
import type { Machine, ParallelState } from './definition.ts';
import { StateFailure } from './failures.ts';
import { evaluate, record } from './flow.ts';
import type { Line, Visit } from './flow.ts';
import { payloadOf, requirePayloadSize } from './payload.ts';
import type { Payload } from './payload.ts';

export type RunNested = (line: Line, machine: Machine, input: Payload) => Promise<Payload>;

/** Runs every branch on the same input; the result is the array of their outputs. */
export async function runParallel(visit: Visit, state: ParallelState, run: RunNested): Promise<Payload> {
  const input =
    state.Arguments === undefined
      ? visit.input
      : requirePayloadSize(payloadOf(await evaluate(visit, state.Arguments)), visit.name, 'has arguments');
  record(visit.line, 'ParallelStateStarted');
  try {
    const outputs = await runBranches(visit, {
      count: state.Branches.length,
      concurrency: state.Branches.length,
      run: (line, index) => {
        const branch = state.Branches[index];
        if (branch === undefined) throw new RangeError(`there is no branch ${index}`);
        return run(line, branch, input);
      },
    });
    record(visit.line, 'ParallelStateSucceeded');
    return requirePayloadSize(gather(outputs), visit.name, 'returned a result');
  } catch (error) {
    if (error instanceof StateFailure) record(visit.line, 'ParallelStateFailed');
    throw error;
  }
}
