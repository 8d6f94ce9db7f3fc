/** Goes from state to state until the machine ends. */
import { MILLISECONDS_PER_SECOND } from '../../core/units.ts';
import * as z from 'zod';
import type { Assignment, ChoiceState, FailState, Machine, State, WaitState } from './definition.ts';
import { BranchPositions, type Position } from './branch-positions.ts';
import { withErrorHandling } from './error-handling.ts';
import { Interrupted, RUNTIME_ERROR, StateFailure } from './failures.ts';
import { evaluate, located, pause, record, wrongType } from './flow.ts';
import type { Line, StateData, Visit } from './flow.ts';
import { befall } from './injected-faults.ts';
import { runMap } from './map-state.ts';
import { runParallel } from './parallel-state.ts';
import { payloadOf, requirePayloadSize } from './payload.ts';
import type { Payload } from './payload.ts';
import { runTask } from './task-state.ts';
import type { Template } from './templates.ts';

interface Outcome {
  readonly output: Payload;
  /** what Assign evaluated to; taken over only now that nothing can fail any more */
  readonly assigned: unknown;
  readonly next: string | undefined;
}

/**
 * Runs a machine to its end.
 *
 * @param start  where to begin; a redrive begins at the state that failed, which it does not enter again
 * @param onPosition  told of every state before it runs
 * @returns the output of the last state
 * @throws StateFailure  the failure that nothing caught
 * @throws Interrupted  when the line was cancelled
 */
export async function runMachine(
  line: Line,
  machine: Machine,
  start: Position & { readonly redriven?: boolean },
  onPosition?: (position: Position) => void,
): Promise<Payload> {
  let position: Position =
    start.redriven === true ? start : positionAt(machine, start.stateName, start.input);
  let entered = start.redriven === true;
  for (;;) {
    onPosition?.(position);
    const state = machine.States.get(position.stateName);
    if (state === undefined) throw new StateFailure(RUNTIME_ERROR, `There is no state ${position.stateName}`);
    const visit = enter(line, position, state, entered);
    entered = false;
    let left = false;
    befall(line, visit.name, 'enter', () => left);
    const { output, assigned, next } = await runState(visit, state, position.branches);
    left = true;
    befall(line, visit.name, 'exit', () => left);
    requirePayloadSize(output, visit.name, 'returned a result');
    const texts = assigned === undefined ? undefined : line.variables.assign(assigned, visit.name);
    record(line, `${state.Type}StateExited`, 'stateExitedEventDetails', {
      name: visit.name,
      output: output.text,
      assignedVariables: texts,
    });
    if (next === undefined) return output;
    position = positionAt(machine, next, output);
  }
}

function positionAt(machine: Machine, stateName: string, input: Payload): Position {
  const parallel = machine.States.get(stateName)?.Type === 'Parallel';
  return { stateName, input, ...(parallel ? { branches: new BranchPositions() } : {}) };
}

function enter(line: Line, { stateName, input }: Position, state: State, alreadyEntered: boolean): Visit {
  if (line.cancellation.cancelled) throw new Interrupted();
  line.stateType = state.Type;
  const enteredEventId = alreadyEntered
    ? line.lastEventId
    : record(line, `${state.Type}StateEntered`, 'stateEnteredEventDetails', {
        name: stateName,
        input: input.text,
      });
  const retries = 'Retry' in state ? { retryCount: 0 } : {};
  return {
    line,
    name: stateName,
    type: state.Type,
    input,
    enteredAtMs: line.scope.kernel.clock.nowMs(),
    enteredEventId,
    ...retries,
  };
}

async function runState(visit: Visit, state: State, branches?: BranchPositions): Promise<Outcome> {
  switch (state.Type) {
    case 'Pass':
      return conclude(visit, state, {}, visit.input, state.Next);
    case 'Succeed':
      return conclude(visit, { Output: state.Output, Assign: undefined }, {}, visit.input, undefined);
    case 'Fail':
      return fail(visit, state);
    case 'Wait':
      await waitAsTold(visit, state);
      return conclude(visit, state, {}, visit.input, state.Next);
    case 'Choice':
      return choose(visit, state);
    case 'Task':
    case 'Parallel':
    case 'Map': {
      const attempted = await withErrorHandling(visit, state, async () => {
        const result = await resultOf(visit, state, branches ?? new BranchPositions());
        return conclude(visit, state, { result: result.value }, result, state.Next);
      });
      if (attempted.kind === 'result') return attempted.result;
      const { catcher, errorOutput } = attempted;
      return conclude(visit, catcher, { errorOutput }, payloadOf(errorOutput), catcher.Next);
    }
  }
}

function resultOf(
  visit: Visit,
  state: Extract<State, { Type: 'Task' | 'Parallel' | 'Map' }>,
  branches: BranchPositions,
): Promise<Payload> {
  if (state.Type === 'Task') return runTask(visit, state);
  const begin = (line: Line, machine: Machine, input: Payload) =>
    runMachine(line, machine, { stateName: machine.StartAt, input });
  return state.Type === 'Parallel'
    ? runParallel(visit, state, runMachine, branches)
    : runMap(visit, state, begin);
}

/** Assign and Output both see the variables as they were. */
async function conclude(
  visit: Visit,
  { Assign, Output }: Assignment,
  data: StateData,
  fallback: Payload,
  next: string | undefined,
): Promise<Outcome> {
  const assigned = Assign === undefined ? undefined : await evaluate(visit, Assign, data);
  const output = Output === undefined ? fallback : payloadOf(await evaluate(visit, Output, data));
  return { output, assigned, next };
}

async function fail(visit: Visit, { Error: error, Cause }: FailState): Promise<never> {
  const name = error === undefined ? undefined : await textOf(visit, error);
  const cause = Cause === undefined ? undefined : await textOf(visit, Cause);
  throw new StateFailure(name ?? '', cause);
}

async function textOf(visit: Visit, template: Template): Promise<string> {
  const value = await evaluate(visit, template);
  if (typeof value !== 'string') throw wrongType(visit, template, 'string', value);
  return value;
}

async function choose(visit: Visit, state: ChoiceState): Promise<Outcome> {
  for (const rule of state.Choices) {
    const holds = await evaluate(visit, rule.Condition);
    if (typeof holds !== 'boolean') throw wrongType(visit, rule.Condition, 'boolean', holds);
    if (holds) return conclude(visit, rule, {}, visit.input, rule.Next);
  }
  if (state.Default !== undefined) return conclude(visit, state, {}, visit.input, state.Default);
  throw new StateFailure(
    RUNTIME_ERROR,
    located(visit, 'Failed to transition out of the state. The state does not point to a next state.'),
  );
}

const LONGEST_WAIT_SECONDS = 99_999_999;
const Instant = z.iso.datetime({ offset: true });

async function waitAsTold(visit: Visit, { Seconds, Timestamp }: WaitState): Promise<void> {
  const { clock } = visit.line.scope.kernel;
  let delayMs = 0;
  if (Seconds !== undefined) {
    const seconds = await evaluate(visit, Seconds);
    if (
      typeof seconds !== 'number' ||
      !Number.isInteger(seconds) ||
      seconds < 0 ||
      seconds > LONGEST_WAIT_SECONDS
    ) {
      throw wrongType(visit, Seconds, `integer from 0 to ${LONGEST_WAIT_SECONDS}`, seconds);
    }
    delayMs = seconds * MILLISECONDS_PER_SECOND;
  } else if (Timestamp !== undefined) {
    const until = Instant.safeParse(await evaluate(visit, Timestamp));
    if (!until.success)
      throw wrongType(
        visit,
        Timestamp,
        'timestamp such as 2030-01-31T12:00:00Z',
        await evaluate(visit, Timestamp),
      );
    delayMs = Math.max(0, Date.parse(until.data) - clock.nowMs());
  }
  await pause(visit.line, clock, delayMs, `wait of ${visit.name}`);
}
