import type { BranchPositions, Position } from './branch-positions.ts';
import { gather, runBranches } from './branches.ts';
import type { Machine, ParallelState } from './definition.ts';
import { StateFailure } from './failures.ts';
import { evaluate, record } from './flow.ts';
import type { Line, Visit } from './flow.ts';
import { payloadOf, requirePayloadSize } from './payload.ts';
import type { Payload } from './payload.ts';

export type RunNested = (line: Line, machine: Machine, input: Payload) => Promise<Payload>;

type RunFrom = (
  line: Line,
  machine: Machine,
  start: Position & { readonly redriven?: boolean },
  onPosition: (position: Position) => void,
) => Promise<Payload>;

/** Runs every branch on the same input; the result is the array of their outputs. */
export async function runParallel(
  visit: Visit,
  state: ParallelState,
  run: RunFrom,
  positions: BranchPositions,
): Promise<Payload> {
  const earlier = positions.takeOver();
  const input =
    state.Arguments === undefined
      ? visit.input
      : requirePayloadSize(payloadOf(await evaluate(visit, state.Arguments)), visit.name, 'has arguments');
  const runBranch = async (line: Line, branch: Machine, index: number): Promise<Payload> => {
    const stood = earlier.get(index);
    const start =
      stood !== undefined && 'position' in stood
        ? { ...stood.position, redriven: true }
        : { stateName: branch.StartAt, input };
    const output =
      stood !== undefined && 'output' in stood
        ? stood.output
        : await run(line, branch, start, (position) =>
            positions.stands(index, { position, variables: line.variables }),
          );
    positions.stands(index, { output });
    return output;
  };
  record(visit.line, 'ParallelStateStarted');
  try {
    const outputs = await runBranches(visit, {
      count: state.Branches.length,
      concurrency: state.Branches.length,
      run: (line, index) => {
        const branch = state.Branches[index];
        if (branch === undefined) throw new RangeError(`there is no branch ${index}`);
        return runBranch(line, branch, index);
      },
      variables: (index) => {
        const stood = earlier.get(index);
        return stood !== undefined && 'variables' in stood ? stood.variables : undefined;
      },
    });
    record(visit.line, 'ParallelStateSucceeded');
    return requirePayloadSize(gather(outputs), visit.name, 'returned a result');
  } catch (error) {
    if (error instanceof StateFailure) record(visit.line, 'ParallelStateFailed');
    throw error;
  }
}
