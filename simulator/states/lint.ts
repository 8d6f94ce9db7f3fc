/** Faults of a definition that CreateStateMachine accepts and a run would meet. */
import type { Assignment, Definition, Machine, State } from './definition.ts';
import { machinesIn, templatesOf } from './definition.ts';
import { allStates, assignedNames } from './read-definition.ts';
import type { Template } from './templates.ts';

interface LintOptions {
  /** whether the simulated service or API has that operation, e.g. `emr`, `DescribeCluster` */
  readonly isOperation: (service: string, operation: string) => boolean;
}

/** Functions of JSONata 2.0.6 and of Step Functions; `$eval` is not among them. */
const FUNCTIONS = new Set(
  (
    'abs append assert average base64decode base64encode boolean ceil clone contains count decodeUrl ' +
    'decodeUrlComponent distinct each encodeUrl encodeUrlComponent error exists filter floor formatBase ' +
    'formatInteger formatNumber fromMillis hash join keys length lookup lowercase map match max merge millis min ' +
    'not now number pad parse parseInteger partition power random range reduce replace reverse round shuffle sift ' +
    'single sort split spread sqrt string substring substringAfter substringBefore sum toMillis trim type uppercase ' +
    'uuid zip'
  ).split(' '),
);

/**
 * Examines a definition.
 *
 * - variables that an expression reads and that some way to its state leaves unassigned, unless `$exists` asks
 * - `$states.result`, `$states.errorOutput` and task tokens where there are none
 * - SDK actions that do not exist
 * - Tasks without TimeoutSeconds, and Tasks that wait for a token they never hand out
 *
 * @returns one line for each fault; empty when there are none
 */
export function lintDefinition(definition: Definition, options: LintOptions): string[] {
  const faults = lintVariables(definition, new Set());
  for (const [name, state] of allStates(definition)) {
    if (state.Type === 'Task') faults.push(...lintTask(name, state, options));
    faults.push(...lintStatesMembers(name, state));
  }
  return faults;
}

function lintTask(
  name: string,
  state: Extract<State, { Type: 'Task' }>,
  { isOperation }: LintOptions,
): string[] {
  const { service, operation, pattern, resource } = state.integration;
  const faults: string[] = [];
  if (state.TimeoutSeconds === undefined)
    faults.push(`${name}: a Task needs TimeoutSeconds, or it may wait for ever`);
  if (!isOperation(service, operation))
    faults.push(`${name}: ${resource} names no operation of ${service}: ${operation}`);
  if (pattern === 'waitForTaskToken' && !reads(state.Arguments, /\$states\.context\.Task\.Token/)) {
    faults.push(`${name}: the Arguments do not hand out $states.context.Task.Token, so nobody can answer`);
  }
  return faults;
}

function reads(template: Template | undefined, what: RegExp): boolean {
  return template?.expressions.some(({ expression }) => what.test(expression.source)) ?? false;
}

function lintStatesMembers(name: string, state: State): string[] {
  const faults: string[] = [];
  const catchers = new Set<unknown>(
    'Catch' in state ? state.Catch.flatMap(({ Output, Assign }) => [Output, Assign]) : [],
  );
  const results = new Set<unknown>('Catch' in state ? [state.Output, state.Assign] : []);
  for (const template of templatesOf(state)) {
    if (reads(template, /\$states\.result\b/) && !results.has(template)) {
      faults.push(`${name}: ${template.location} reads $states.result, which it does not have`);
    }
    if (reads(template, /\$states\.errorOutput\b/) && !catchers.has(template)) {
      faults.push(`${name}: ${template.location} reads $states.errorOutput, which only a Catch has`);
    }
    const hasToken =
      state.Type === 'Task' &&
      state.integration.pattern === 'waitForTaskToken' &&
      template === state.Arguments;
    if (reads(template, /\$states\.context\.Task\b/) && !hasToken) {
      faults.push(`${name}: ${template.location} reads $states.context.Task, which it does not have`);
    }
  }
  return faults;
}

/** Names that are certainly assigned when a state is entered. */
type Assigned = ReadonlySet<string>;

function lintVariables(machine: Machine, outer: Assigned): string[] {
  const entered = assignedOnEntry(machine, outer);
  const faults: string[] = [];
  for (const [name, state] of machine.States) {
    const assigned = entered.get(name) ?? outer;
    for (const template of templatesOf(state)) faults.push(...unassigned(name, template, assigned));
    for (const inner of machinesIn(state)) faults.push(...lintVariables(inner, assigned));
  }
  return faults;
}

function unassigned(name: string, { expressions }: Template, assigned: Assigned): string[] {
  return expressions.flatMap(({ location, expression }) =>
    expression.variables
      .filter((variable) => variable !== 'states' && !FUNCTIONS.has(variable) && !assigned.has(variable))
      .filter((variable) => !expression.source.includes(`$exists($${variable}`))
      .map(
        (variable) =>
          `${name}: ${location} reads $${variable}, which some way to this state leaves unassigned`,
      ),
  );
}

/** Forward data flow: what every way to a state has assigned. */
function assignedOnEntry(machine: Machine, outer: Assigned): ReadonlyMap<string, Assigned> {
  const entered = new Map<string, Assigned>([[machine.StartAt, outer]]);
  const pending = [machine.StartAt];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const state = machine.States.get(name);
    if (state === undefined) continue;
    const before = entered.get(name) ?? outer;
    for (const { target, assigns } of edgesOf(state)) {
      const along = new Set([...before, ...assigns]);
      const known = entered.get(target);
      const met = known === undefined ? along : new Set([...known].filter((variable) => along.has(variable)));
      if (known !== undefined && met.size === known.size) continue;
      entered.set(target, met);
      pending.push(target);
    }
  }
  return entered;
}

function edgesOf(state: State): { target: string; assigns: readonly string[] }[] {
  const edges: { target: string; assigns: readonly string[] }[] = [];
  const add = (target: string | undefined, { Assign }: Pick<Assignment, 'Assign'>) => {
    if (target !== undefined)
      edges.push({ target, assigns: Assign === undefined ? [] : assignedNames(Assign) });
  };
  if (state.Type === 'Choice') {
    for (const rule of state.Choices) add(rule.Next, rule);
    add(state.Default, state);
  } else if (state.Type !== 'Succeed' && state.Type !== 'Fail') add(state.Next, state);
  if ('Catch' in state) for (const catcher of state.Catch) add(catcher.Next, catcher);
  return edges;
}
