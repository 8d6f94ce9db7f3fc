/** A state machine's definition as the interpreter holds it: read, checked and with its expressions compiled. */
import type { Integration } from './integrations.ts';
import type { Template } from './templates.ts';

/** States and where they begin: a whole definition, a branch of Parallel or the processor of Map. */
export interface Machine {
  readonly StartAt: string;
  readonly States: ReadonlyMap<string, State>;
}

export interface Definition extends Machine {
  readonly timeoutSeconds: number | undefined;
  /** the text as it was created, which DescribeStateMachine answers */
  readonly text: string;
}

export interface Assignment {
  readonly Output: Template | undefined;
  /** by variable name */
  readonly Assign: Template | undefined;
}

/** Next, or undefined where the state ends its machine. */
interface Transition {
  readonly Next: string | undefined;
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly MaxAttempts: number;
  readonly BackoffRate: number;
  readonly MaxDelaySeconds: number | undefined;
  readonly JitterStrategy: 'NONE' | 'FULL';
}

export interface Catcher extends Assignment {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
}

export interface ErrorHandling {
  readonly Retry: readonly Retrier[];
  readonly Catch: readonly Catcher[];
}

export interface ChoiceRule extends Assignment {
  readonly Condition: Template;
  readonly Next: string;
}

export interface TaskState extends Assignment, Transition, ErrorHandling {
  readonly Type: 'Task';
  readonly integration: Integration;
  readonly Arguments: Template | undefined;
  readonly TimeoutSeconds: Template | undefined;
  readonly HeartbeatSeconds: Template | undefined;
}

interface PassState extends Assignment, Transition {
  readonly Type: 'Pass';
}

export interface WaitState extends Assignment, Transition {
  readonly Type: 'Wait';
  readonly Seconds: Template | undefined;
  readonly Timestamp: Template | undefined;
}

export interface ChoiceState extends Assignment {
  readonly Type: 'Choice';
  readonly Choices: readonly ChoiceRule[];
  readonly Default: string | undefined;
}

interface SucceedState {
  readonly Type: 'Succeed';
  readonly Output: Template | undefined;
}

export interface FailState {
  readonly Type: 'Fail';
  readonly Error: Template | undefined;
  readonly Cause: Template | undefined;
}

export interface ParallelState extends Assignment, Transition, ErrorHandling {
  readonly Type: 'Parallel';
  readonly Arguments: Template | undefined;
  readonly Branches: readonly Machine[];
}

export interface MapState extends Assignment, Transition, ErrorHandling {
  readonly Type: 'Map';
  readonly Items: Template | undefined;
  readonly ItemSelector: Template | undefined;
  readonly MaxConcurrency: Template | undefined;
  readonly ItemProcessor: Machine;
}

export type State =
  TaskState | PassState | WaitState | ChoiceState | SucceedState | FailState | ParallelState | MapState;

/** Machines nested in a state. */
export function machinesIn(state: State): readonly Machine[] {
  if (state.Type === 'Parallel') return state.Branches;
  return state.Type === 'Map' ? [state.ItemProcessor] : [];
}

/** Names that a state may go on to, in the order written. */
export function targetsOf(state: State): readonly string[] {
  const targets: (string | undefined)[] = [];
  if (state.Type === 'Choice') targets.push(...state.Choices.map((rule) => rule.Next), state.Default);
  else if (state.Type !== 'Succeed' && state.Type !== 'Fail') targets.push(state.Next);
  if ('Catch' in state) targets.push(...state.Catch.map((catcher) => catcher.Next));
  return targets.filter((target) => target !== undefined);
}

/** Every Assign of a state: its own, its rules' and its catchers'. */
export function assignmentsOf(state: State): readonly Template[] {
  const owners: readonly { readonly Assign?: Template | undefined }[] = [
    ...('Assign' in state ? [state] : []),
    ...(state.Type === 'Choice' ? state.Choices : []),
    ...('Catch' in state ? state.Catch : []),
  ];
  return owners.flatMap((owner) => (owner.Assign === undefined ? [] : [owner.Assign]));
}

/** Every template of a state, without those of machines nested in it. */
export function templatesOf(state: State): readonly Template[] {
  const owners: readonly object[] = [
    state,
    ...(state.Type === 'Choice' ? state.Choices : []),
    ...('Catch' in state ? state.Catch : []),
  ];
  return owners.flatMap((owner) => Object.values(owner).filter(isTemplate));
}

function isTemplate(value: unknown): value is Template {
  return typeof value === 'object' && value !== null && 'expressions' in value && 'location' in value;
}
