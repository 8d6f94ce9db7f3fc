/** What runs an execution: the machine, the world it calls, and where one line of states stands. */
import type { Clock, Kernel, Principal } from '../contracts.ts';
import type { Cancellation } from './cancellation.ts';
import type { Definition } from './definition.ts';
import { Interrupted, QUERY_ERROR, StateFailure, type Interruption } from './failures.ts';
import type { History } from './history.ts';
import type { Payload } from './payload.ts';
import { TemplateFailure } from './templates.ts';
import type { Template } from './templates.ts';
import type { TokenRegistry } from './task-tokens.ts';
import type { Variables } from './variables.ts';

export interface StateMachine {
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly definition: Definition;
  readonly createdAtMs: number;
}

/** Waits until an execution has ended; used by `.sync`. */
export type ChildWatcher = (executionArn: string, ended: () => void) => () => void;

/** One execution, as its states see it. */
export interface ExecutionScope {
  readonly kernel: Kernel;
  readonly machine: StateMachine;
  readonly principal: Principal;
  readonly arn: string;
  readonly executionName: string;
  readonly input: Payload;
  readonly startedAtMs: number;
  readonly redriveCount: number;
  readonly history: History;
  readonly functions: Readonly<Record<string, unknown>>;
  readonly random: () => number;
  readonly tokens: TokenRegistry;
  readonly watchChild: ChildWatcher;
  /** ends the execution from outside, as its time-out or a stop would */
  readonly interrupt: (status: Interruption) => void;
}

/** One line of states: the machine's own, a branch, or an iteration. */
export interface Line {
  readonly scope: ExecutionScope;
  readonly cancellation: Cancellation;
  readonly variables: Variables;
  readonly mapItem: { readonly Index: number; readonly Value: unknown } | undefined;
  lastEventId: number;
  /** type of the state it is in */
  stateType?: string;
}

/** A state being executed. */
export interface Visit {
  readonly line: Line;
  readonly name: string;
  readonly type: string;
  readonly input: Payload;
  readonly enteredAtMs: number;
  readonly enteredEventId: number;
  /** present for states that can retry */
  retryCount?: number;
}

/** The state machine's role, taken on by Step Functions. */
export function principalOf(roleArn: string, machineArn: string): Principal {
  return { kind: 'role', id: roleArn, assumedBy: 'states.amazonaws.com', sourceArn: machineArn };
}

/** Appends an event after the last one of this line. */
export function record(
  line: Line,
  type: string,
  member?: string,
  details?: Readonly<Record<string, unknown>>,
): number {
  line.lastEventId = line.scope.history.append(type, line.lastEventId, member, details);
  return line.lastEventId;
}

/** What `$states` holds beside input and context. */
export interface StateData {
  readonly result?: unknown;
  readonly errorOutput?: unknown;
  readonly taskToken?: string;
  readonly mapItem?: { readonly Index: number; readonly Value: unknown };
}

/**
 * Evaluates a field of the state.
 *
 * @throws StateFailure  States.QueryEvaluationError, with its event in the history
 */
export async function evaluate(visit: Visit, template: Template, data: StateData = {}): Promise<unknown> {
  const { line } = visit;
  if (template.expressions.length === 0) return template.json;
  const { taskToken, mapItem, ...rest } = data;
  const states = {
    input: visit.input.value,
    get context() {
      return contextOf(visit, taskToken, mapItem);
    },
    ...rest,
  };
  const { values } = line.variables;
  try {
    return await template.evaluate((name) => {
      if (name === 'states') return states;
      return Object.hasOwn(values, name) ? values[name] : line.scope.functions[name];
    });
  } catch (error) {
    if (!(error instanceof TemplateFailure)) throw error;
    throw queryFailure(visit, error.location, error.message);
  }
}

/** A field evaluated to something of the wrong kind. */
export function wrongType(visit: Visit, template: Template, expected: string, value: unknown): StateFailure {
  const [source] = template.expressions;
  const what = source === undefined ? 'value' : `JSONata expression '${source.expression.source}'`;
  return queryFailure(
    visit,
    template.location,
    `The ${what} specified for the field '${template.location}' returned an unexpected result type. ` +
      `Expected '${expected}', but was '${kindOf(value)}' for value: ${JSON.stringify(value)}`,
  );
}

export function queryFailure(visit: Visit, location: string, message: string): StateFailure {
  const failure = new StateFailure(QUERY_ERROR, located(visit, message));
  record(visit.line, 'EvaluationFailed', 'evaluationFailedEventDetails', {
    error: failure.error,
    cause: failure.causeText,
    location,
    state: visit.name,
  });
  return failure;
}

/** A cause as the service words it. */
export function located(visit: Visit, message: string): string {
  return `An error occurred while executing the state '${visit.name}' (entered at the event id #${visit.enteredEventId}). ${message}`;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function contextOf(
  visit: Visit,
  taskToken: string | undefined,
  mapItem: StateData['mapItem'],
): Record<string, unknown> {
  const { scope } = visit.line;
  const item = mapItem ?? visit.line.mapItem;
  return {
    Execution: {
      Id: scope.arn,
      Input: scope.input.value,
      StartTime: new Date(scope.startedAtMs).toISOString(),
      Name: scope.executionName,
      RoleArn: scope.machine.roleArn,
      RedriveCount: scope.redriveCount,
    },
    StateMachine: { Id: scope.machine.arn, Name: scope.machine.name },
    State: {
      Name: visit.name,
      EnteredTime: new Date(visit.enteredAtMs).toISOString(),
      ...(visit.retryCount === undefined ? {} : { RetryCount: visit.retryCount }),
    },
    ...(taskToken === undefined ? {} : { Task: { Token: taskToken } }),
    ...(item === undefined ? {} : { Map: { Item: item } }),
  };
}

/** Waits in virtual time. @throws Interrupted when the line is cancelled */
export function pause(line: Line, clock: Clock, delayMs: number, label: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const entry = clock.after(delayMs, label, () => {
      release();
      resolve();
    });
    const release = line.cancellation.onCancel(() => {
      entry.cancel();
      reject(new Interrupted());
    });
  });
}
