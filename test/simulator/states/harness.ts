/** A kernel of a few lines and a state machine on it: virtual time, calls answered by the test. */
import { seededRng } from '../../../core/numerics/rng.ts';
import type {
  Clock,
  ClockEntry,
  Kernel,
  Principal,
  RequiredPermission,
} from '../../../simulator/contracts.ts';
import { createIdlePasses } from '../../../simulator/kernel/idle-passes.ts';
import type { ServiceEvent } from '../../../simulator/services/eventbridge/event.ts';
import { createSfnService, type SfnDependencies } from '../../../simulator/states/service.ts';

export const START = Date.parse('2030-01-01T00:00:00.000Z');
export const ROLE = 'arn:aws:iam::123456789012:role/machine';

/** Whatever JSON holds: tests look into answers without describing them. */
export type Loose = ReturnType<typeof JSON.parse>;

export interface Call {
  readonly service: string;
  readonly operation: string;
  readonly input: Loose;
  readonly principal: Principal;
  readonly atMs: number;
}
export type Answer = (call: Call) => unknown;

export function fakeKernel(answer: Answer, seed: string | number = 1) {
  interface Entry {
    timeMs: number;
    order: number;
    task: () => void | Promise<void>;
  }
  let now = START;
  let order = 0;
  let queue: Entry[] = [];
  const streams = new Map<string, () => number>();
  const calls: Call[] = [];
  const traced: string[] = [];
  const faults = new Map<string, Record<string, unknown>>();
  const at = (timeMs: number, _label: string, task: Entry['task']): ClockEntry => {
    const entry = { timeMs: Math.max(timeMs, now), order: (order += 1), task };
    queue.push(entry);
    return { cancel: () => (queue = queue.filter((other) => other !== entry)) };
  };
  const after: Clock['after'] = (delayMs, label, task) => at(now + delayMs, label, task);
  const kernel: Kernel = {
    accountId: '123456789012',
    region: 'us-east-1',
    clock: {
      nowMs: () => now,
      at,
      after,
      sleep: (delayMs, label) => new Promise((resolve) => void after(delayMs, label, resolve)),
      hold: (work) => work(),
    },
    random(label) {
      const stream = streams.get(label) ?? seededRng(`${seed}/${label}`);
      streams.set(label, stream);
      return stream;
    },
    randomNow: (label) => kernel.random(label),
    passes: createIdlePasses({ nowMs: () => 0, mayStrike: () => false }, false),
    trace: (kind, detail) => traced.push(`${now} ${kind} ${JSON.stringify(detail)}`),
    call: async (service, operation, input, principal) => {
      const call = { service, operation, input, principal, atMs: now };
      calls.push(call);
      if (service === 'sfn') {
        const found = sfn.operations[operation]!;
        const context = { principal, requestId: 'r', nowMs: now };
        dependencies.authorise(principal, found.permissions(input, context));
        return found.run(input, context);
      }
      return answer(call);
    },
    fault: (kind) => faults.get(kind) as never,
  };
  const events: ServiceEvent[] = [];
  const asked: RequiredPermission[] = [];
  const dependencies: SfnDependencies = {
    publish: (event) => events.push(event),
    authorise: (_principal, permissions) => asked.push(...permissions),
  };
  const sfn = createSfnService(kernel, {
    publish: dependencies.publish,
    authorise: (...all) => dependencies.authorise(...all),
  });
  const drain = () => new Promise((resolve) => setImmediate(resolve));
  /** lets everything happen, or everything until that time */
  async function run(untilMs = Infinity): Promise<void> {
    await drain();
    for (;;) {
      queue.sort((a, b) => a.timeMs - b.timeMs || a.order - b.order);
      const next = queue[0];
      if (next === undefined || next.timeMs > untilMs) break;
      queue.shift();
      now = next.timeMs;
      await next.task();
      await drain();
    }
    if (untilMs !== Infinity) now = untilMs;
  }
  return { kernel, sfn, calls, traced, events, asked, faults, run, dependencies };
}

export type World = ReturnType<typeof fakeKernel>;

export async function call(world: World, operation: string, input: unknown): Promise<Loose> {
  return world.kernel.call('sfn', operation, input, { kind: 'root', id: 'root' });
}

export async function deploy(
  world: World,
  name: string,
  definition: object,
  more: object = {},
): Promise<string> {
  const resource = await world.sfn.resources['AWS::StepFunctions::StateMachine']!(
    name,
    {
      StateMachineName: name,
      RoleArn: ROLE,
      DefinitionString: JSON.stringify({ QueryLanguage: 'JSONata', ...definition }),
      ...more,
    },
    world.kernel,
  );
  return resource.ref;
}

export const WAIT = only({ Type: 'Wait', Seconds: 3600 });

/** A machine on a new world with one execution under way, and how to start it again. */
export async function started(name: string | undefined, input = '{}', definition: object = WAIT) {
  const world = fakeKernel(() => payload(1));
  const stateMachineArn = await deploy(world, 'machine', definition);
  const start = (more: object = {}) =>
    call(world, 'StartExecution', {
      stateMachineArn,
      ...(name === undefined ? {} : { name }),
      input,
      ...more,
    });
  const { executionArn } = (await start()) as { executionArn: string };
  return { world, stateMachineArn, start, executionArn };
}

export interface Ran {
  readonly status: string;
  readonly output: Loose;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  /** from start to stop */
  readonly seconds: number;
  readonly events: Loose[];
  readonly types: string[];
  readonly calls: Call[];
  readonly world: World;
  readonly arn: string;
}

/** Runs a definition once. */
export async function runMachine(
  definition: object,
  options: { input?: unknown; answer?: Answer; seed?: string | number; type?: string } = {},
): Promise<Ran> {
  const world = fakeKernel(options.answer ?? (() => ({})), options.seed);
  const stateMachineArn = await deploy(world, 'machine', definition, {
    StateMachineType: options.type ?? 'STANDARD',
  });
  const { executionArn } = await call(world, 'StartExecution', {
    stateMachineArn,
    name: 'once',
    input: JSON.stringify(options.input ?? {}),
  });
  await world.run();
  return ranOf(world, executionArn);
}

export async function ranOf(world: World, executionArn: string): Promise<Ran> {
  const described = await call(world, 'DescribeExecution', { executionArn });
  const { events } = await call(world, 'GetExecutionHistory', { executionArn, maxResults: 1000 });
  return {
    status: described.status,
    output: described.output === undefined ? undefined : JSON.parse(described.output),
    error: described.error,
    cause: described.cause,
    seconds: ((described.stopDate?.getTime() ?? NaN) - described.startDate.getTime()) / 1000,
    events,
    types: events.map((event: { type: string }) => event.type),
    calls: world.calls.filter(({ service }) => service !== 'sfn'),
    world,
    arn: executionArn,
  };
}

/** A machine of one state after which it ends. */
export function only(state: object): object {
  return {
    StartAt: 'Only',
    States: {
      Only: {
        ...state,
        ...('Type' in state && ['Succeed', 'Fail', 'Choice'].includes(String(state.Type))
          ? {}
          : { End: true }),
      },
    },
  };
}

/** A Task that calls a function, and what the function answers. */
export const LAMBDA = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: 'f', Payload: '{% $states.input %}' },
};

export function payload(value: unknown): object {
  return { StatusCode: 200, Payload: new TextEncoder().encode(JSON.stringify(value)) };
}

export function functionError(errorType: string, errorMessage = 'it broke'): object {
  return { ...payload({ errorType, errorMessage, trace: [] }), FunctionError: 'Unhandled' };
}

export function sent(call: Call): Loose {
  return JSON.parse(new TextDecoder().decode(call.input.Payload));
}
