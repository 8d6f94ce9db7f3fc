/** From the text of a definition to a machine that can run, with the checks of CreateStateMachine. */
import * as z from 'zod';
import { AwsFailure, NotSimulatedError } from '../contracts.ts';
import { assignmentsOf, machinesIn, targetsOf } from './definition.ts';
import type { Definition, Machine, State } from './definition.ts';
import { DefinitionSchema } from './definition-schema.ts';
import type { Template } from './templates.ts';

type StateMachineType = 'STANDARD' | 'EXPRESS';

/** CreateStateMachine takes no longer definition, bytes. */
const LONGEST_DEFINITION_BYTES = 1_048_576;

/** Definitions by type and text: worlds of one assembly have the same ones. */
const known = new Map<string, Definition>();
const MOST_KNOWN = 64;

/**
 * Reads and checks a definition.
 *
 * @param text  the JSON of a definition in Amazon States Language, query language JSONata
 * @param type  an express workflow may not wait for other work
 * @throws AwsFailure  `InvalidDefinition`, naming every fault with its place, as CreateStateMachine does
 * @throws NotSimulatedError  for what AWS runs and this interpreter does not
 */
export function readDefinition(text: string, type: StateMachineType = 'STANDARD'): Definition {
  const key = `${type} ${text}`;
  const definition = known.get(key) ?? read(text, type);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, definition);
  return definition;
}

function read(text: string, type: StateMachineType): Definition {
  if (Buffer.byteLength(text) > LONGEST_DEFINITION_BYTES)
    throw invalid([`the definition is longer than ${LONGEST_DEFINITION_BYTES} bytes`]);
  const json = parseJson(text);
  const language = z.looseObject({ QueryLanguage: z.unknown().optional() }).safeParse(json);
  if (language.success && (language.data.QueryLanguage ?? 'JSONPath') === 'JSONPath') {
    throw new NotSimulatedError(
      'The state machine interpreter runs JSONata only: set QueryLanguage to JSONata at the top.',
    );
  }
  const parsed = DefinitionSchema.safeParse(json);
  if (!parsed.success) throw invalid(parsed.error.issues.flatMap((issue) => toldIssue(issue)));
  const faults = [...faultsOf(parsed.data, '', new Set()), ...repeatedNames(parsed.data)];
  if (type === 'EXPRESS') faults.push(...waitingTasks(parsed.data));
  if (faults.length > 0) throw invalid(faults);
  return { ...parsed.data, text };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid([`INVALID_JSON_DESCRIPTION: ${String(error)}`]);
  }
}

function invalid(faults: readonly string[]): AwsFailure {
  return new AwsFailure(
    'InvalidDefinition',
    `Invalid State Machine Definition: '${faults.map((fault) => `SCHEMA_VALIDATION_FAILED: ${fault}`).join(', ')}'`,
  );
}

function toldIssue(issue: z.core.$ZodIssue): string[] {
  const path = `/${issue.path.map(String).join('/')}`;
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => `Field '${key}' is not supported at ${path}`);
  if (issue.code === 'invalid_key') return issue.issues.map((inner) => `${inner.message} at ${path}`);
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    return [
      `${issue.errors.map((errors) => errors.map((error) => error.message).join(' and ')).join(', or ')} at ${path}`,
    ];
  }
  return [`${issue.message} at ${path}`];
}

/** Faults of one machine and those nested in it. `outer` are the variables that enclosing machines assign. */
function faultsOf(machine: Machine, path: string, outer: ReadonlySet<string>): string[] {
  const faults: string[] = [];
  const names = new Set(machine.States.keys());
  if (!names.has(machine.StartAt))
    faults.push(`MISSING_TRANSITION_TARGET: StartAt names no state: ${machine.StartAt} at ${path}/StartAt`);
  const reached = reachable(machine);
  const own = new Set<string>();
  for (const [name, state] of machine.States) {
    const place = `${path}/States/${name}`;
    for (const target of targetsOf(state)) {
      if (!names.has(target))
        faults.push(`MISSING_TRANSITION_TARGET: there is no state ${target} at ${place}`);
    }
    if (!reached.has(name))
      faults.push(`MISSING_TRANSITION_TARGET: State "${name}" is not reachable at ${place}`);
    faults.push(
      ...handlerFaults(state, place),
      ...timeoutFaults(state, place),
      ...argumentFaults(state, place),
    );
    for (const variable of assignedBy(state)) {
      own.add(variable);
      if (outer.has(variable))
        faults.push(`the variable ${variable} is assigned in an outer scope, too, at ${place}/Assign`);
    }
  }
  if (![...machine.States.values()].some(isTerminal))
    faults.push(`NO_TERMINAL_STATE: no state ends the machine at ${path}/States`);
  const seen = new Set([...outer, ...own]);
  for (const [name, state] of machine.States) {
    machinesIn(state).forEach((inner, index) =>
      faults.push(...faultsOf(inner, `${path}/States/${name}[${index}]`, seen)),
    );
  }
  return faults;
}

function isTerminal(state: State): boolean {
  if (state.Type === 'Succeed' || state.Type === 'Fail') return true;
  return state.Type !== 'Choice' && state.Next === undefined;
}

function reachable(machine: Machine): ReadonlySet<string> {
  const reached = new Set([machine.StartAt]);
  for (const name of reached) {
    const state = machine.States.get(name);
    if (state !== undefined) for (const target of targetsOf(state)) reached.add(target);
  }
  return reached;
}

function handlerFaults(state: State, place: string): string[] {
  if (!('Retry' in state)) return [];
  const faults: string[] = [];
  for (const [field, handlers] of [
    ['Retry', state.Retry],
    ['Catch', state.Catch],
  ] as const) {
    handlers.forEach(({ ErrorEquals }, index) => {
      if (!ErrorEquals.includes('States.ALL')) return;
      if (ErrorEquals.length > 1) faults.push(`States.ALL must stand alone at ${place}/${field}[${index}]`);
      if (index < handlers.length - 1)
        faults.push(`States.ALL must stand last at ${place}/${field}[${index}]`);
    });
  }
  state.Retry.forEach((retrier, index) => {
    if (retrier.MaxDelaySeconds !== undefined && retrier.MaxDelaySeconds <= retrier.IntervalSeconds) {
      faults.push(`MaxDelaySeconds must be greater than IntervalSeconds at ${place}/Retry[${index}]`);
    }
  });
  return faults;
}

function timeoutFaults(state: State, place: string): string[] {
  if (state.Type !== 'Task') return [];
  const heartbeat = state.HeartbeatSeconds?.json;
  const timeout = state.TimeoutSeconds?.json;
  if (typeof heartbeat !== 'number' || typeof timeout !== 'number' || heartbeat < timeout) return [];
  return [`HeartbeatSeconds must be smaller than TimeoutSeconds at ${place}`];
}

/** Optimized integrations fix the members of their arguments, where these are written out. */
function argumentFaults(state: State, place: string): string[] {
  if (state.Type !== 'Task' || state.integration.members === undefined) return [];
  const { required, optional } = state.integration.members;
  const written = z.record(z.string(), z.unknown()).safeParse(state.Arguments?.json ?? {});
  // An expression or the state's input: the service will tell.
  if (!written.success || state.Arguments === undefined) return [];
  const names = Object.keys(written.data);
  return [
    ...names
      .filter((name) => !required.includes(name) && !optional.includes(name))
      .map((name) => `The field '${name}' is not supported by Step Functions at ${place}/Arguments`),
    ...required
      .filter((name) => !names.includes(name))
      .map((name) => `The field '${name}' is required but was missing at ${place}/Arguments`),
  ];
}

/** Names of the variables that a state assigns, in whatever way it ends. */
function assignedBy(state: State): string[] {
  return assignmentsOf(state).flatMap(assignedNames);
}

/** Names of the variables that an Assign gives values to. */
export function assignedNames(assign: Template): string[] {
  return Object.keys(z.record(z.string(), z.unknown()).parse(assign.json));
}

/** Every state of the machine and of those nested in it, by name. */
export function* allStates(machine: Machine): Generator<readonly [string, State]> {
  for (const [name, state] of machine.States) {
    yield [name, state];
    for (const inner of machinesIn(state)) yield* allStates(inner);
  }
}

function repeatedNames(machine: Machine): string[] {
  const names = new Set<string>();
  const faults: string[] = [];
  for (const [name] of allStates(machine)) {
    if (names.has(name)) faults.push(`DUPLICATE_STATE_NAME: there is more than one state ${name}`);
    names.add(name);
  }
  return faults;
}

function waitingTasks(machine: Machine): string[] {
  const faults: string[] = [];
  for (const [name, state] of allStates(machine)) {
    if (state.Type === 'Task' && state.integration.pattern !== 'request') {
      faults.push(
        `Express state machine does not support '${state.integration.pattern}' service integration at /States/${name}/Resource`,
      );
    }
  }
  return faults;
}
