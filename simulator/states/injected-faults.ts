import { DATA_LIMIT_ERROR, Interrupted, StateFailure } from './failures.ts';
import type { Line } from './flow.ts';

const INTERRUPTIONS = { 'execution-timeout': 'TIMED_OUT', 'execution-aborted': 'ABORTED' } as const;

/**
 * Faults that a scenario wants in a state: when it is entered, or when its work is done and its result is not
 * yet taken over.
 *
 * @param left  whether the execution has left the state meanwhile
 * @throws Interrupted  when the execution has ended
 * @throws StateFailure  when it cannot go on
 */
export function befall(line: Line, state: string, moment: 'enter' | 'exit', left: () => boolean): void {
  const { kernel, history, machine, interrupt } = line.scope;
  const subject = { stateMachine: machine.name, state, moment };
  for (const kind of ['execution-timeout', 'execution-aborted'] as const) {
    const fault = kernel.fault(kind, subject);
    if (fault === undefined) continue;
    const end = (): void => interrupt(INTERRUPTIONS[kind]);
    if (fault.seconds === 0 || moment === 'exit') end();
    else kernel.clock.after(fault.seconds * 1000, kind, () => (left() ? undefined : end()));
  }
  if (line.cancellation.cancelled) throw new Interrupted();
  if (kernel.fault('data-limit-exceeded', subject) !== undefined) {
    throw new StateFailure(
      DATA_LIMIT_ERROR,
      `The state/task '${state}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    );
  }
  // the next event no longer fits
  if (kernel.fault('history-exhausted', subject) !== undefined) history.exhaust();
}
