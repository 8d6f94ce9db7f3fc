/** One execution of a state machine, from its start to its end, and from there again when it is redriven. */
import { MILLISECONDS_PER_SECOND } from '../../core/units.ts';
import { AwsFailure, NotSimulatedError } from '../contracts.ts';
import type { ClockEntry, Kernel } from '../contracts.ts';
import { Cancellation } from './cancellation.ts';
import { Interrupted, StateFailure, TIMEOUT_ERROR } from './failures.ts';
import type { ChildWatcher, ExecutionScope, Line, StateMachine } from './flow.ts';
import { principalOf } from './flow.ts';
import { createHistory } from './history.ts';
import type { History } from './history.ts';
import { expressionFunctions } from './jsonata-functions.ts';
import type { Payload } from './payload.ts';
import type { Position } from './branch-positions.ts';
import { runMachine } from './run-machine.ts';
import type { TokenRegistry } from './task-tokens.ts';
import { Variables } from './variables.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** What executions share. */
export interface ExecutionWorld {
  readonly kernel: Kernel;
  readonly tokens: TokenRegistry;
  readonly watchChild: ChildWatcher;
  /** told whenever the status changes */
  readonly changed: (execution: Execution) => void;
}

interface Ending {
  readonly output?: Payload;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

const EXPRESS_LIMIT_SECONDS = 300;
const REDRIVABLE_DAYS = 14;
const MOST_REDRIVABLE_EVENTS = 24_999;
const DAY_MS = 86_400_000;

export class Execution {
  readonly arn: string;
  readonly executionName: string;
  readonly machine: StateMachine;
  readonly input: Payload;
  readonly startedAtMs: number;
  readonly history: History;
  status: ExecutionStatus = 'RUNNING';
  stoppedAtMs: number | undefined;
  redriveCount = 0;
  redrivenAtMs: number | undefined;
  ending: Ending = {};
  readonly #world: ExecutionWorld;
  readonly #random: () => number;
  readonly #endListeners = new Set<() => void>();
  #variables = new Variables();
  #position: Position | undefined;
  #line: Line | undefined;
  #timer: ClockEntry | undefined;

  constructor(
    world: ExecutionWorld,
    machine: StateMachine,
    arn: string,
    executionName: string,
    input: Payload,
  ) {
    const { kernel } = world;
    this.#world = world;
    this.machine = machine;
    this.arn = arn;
    this.executionName = executionName;
    this.input = input;
    this.startedAtMs = kernel.clock.nowMs();
    this.history = createHistory(() => kernel.clock.nowMs(), machine.type === 'STANDARD');
    this.#random = kernel.random(`states:${arn}`);
  }

  get redrivable(): boolean {
    return this.whyNotRedrivable() === undefined;
  }

  /** Begins right after the call that asked for it has been answered. */
  start(): void {
    this.history.append('ExecutionStarted', 0, 'executionStartedEventDetails', {
      input: this.input.text,
      roleArn: this.machine.roleArn,
    });
    this.#world.changed(this);
    this.#launch({ stateName: this.machine.definition.StartAt, input: this.input }, 0);
  }

  /** Ends a running execution from outside. */
  stop(error: string | undefined, cause: string | undefined): void {
    this.#finish('ABORTED', { error, cause });
  }

  /**
   * Goes on from the state that did not succeed, with the same input and variables; in a Parallel from where each of
   * its branches stood, those left out that succeeded.
   *
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
   * @throws NotSimulatedError  when that state is a Map, or one inside of a branch: only some of its lines would run
   *   again
   */
  redrive(): void {
    const position = this.#position;
    if (position === undefined)
      throw new AwsFailure('ExecutionNotRedrivable', 'The execution has not entered a state');
    const states = this.machine.definition.States;
    const state = states.get(position.stateName);
    const branches = state?.Type === 'Parallel' ? state.Branches : [];
    const nested = (position.branches?.stateNames ?? []).flatMap((name) =>
      branches.flatMap((branch) => branch.States.get(name) ?? []),
    );
    const beyond = nested.find(({ Type }) => Type === 'Parallel' || Type === 'Map') ?? state;
    if (beyond?.Type === 'Map' || (beyond?.Type === 'Parallel' && beyond !== state)) {
      throw new NotSimulatedError(
        `Redriving an execution that ended in the ${beyond.Type} state ${position.stateName} is not simulated`,
      );
    }
    position.branches?.resume();
    this.redriveCount += 1;
    this.redrivenAtMs = this.#world.kernel.clock.nowMs();
    this.status = 'RUNNING';
    this.stoppedAtMs = undefined;
    this.ending = {};
    const id = this.history.append(
      'ExecutionRedriven',
      this.history.length,
      'executionRedrivenEventDetails',
      {
        redriveCount: this.redriveCount,
      },
    );
    this.#world.changed(this);
    this.#launch({ ...position, redriven: true }, id);
  }

  /** Why RedriveExecution refuses this execution; undefined when it does not. */
  whyNotRedrivable(): string | undefined {
    if (this.machine.type === 'EXPRESS') return 'Express executions cannot be redriven';
    if (this.status === 'RUNNING') return 'Execution is RUNNING and cannot be redriven';
    if (this.status === 'SUCCEEDED') return 'Execution is SUCCEEDED and cannot be redriven';
    if (this.history.length >= MOST_REDRIVABLE_EVENTS) return 'Execution history event limit exceeded';
    const ageMs = this.#world.kernel.clock.nowMs() - (this.stoppedAtMs ?? 0);
    return ageMs > REDRIVABLE_DAYS * DAY_MS ? 'Execution has exceeded the redrivable period' : undefined;
  }

  /** @returns a function that takes the listener back */
  onEnd(listener: () => void): () => void {
    if (this.status !== 'RUNNING') {
      listener();
      return () => undefined;
    }
    this.#endListeners.add(listener);
    return () => this.#endListeners.delete(listener);
  }

  #launch(start: Position & { redriven?: boolean }, lastEventId: number): void {
    const { clock } = this.#world.kernel;
    const line: Line = {
      scope: this.#scope(),
      cancellation: new Cancellation(),
      variables: this.#variables,
      mapItem: undefined,
      lastEventId,
    };
    this.#line = line;
    const limitSeconds = this.machine.type === 'EXPRESS' ? EXPRESS_LIMIT_SECONDS : Infinity;
    const timeoutSeconds = Math.min(this.machine.definition.timeoutSeconds ?? Infinity, limitSeconds);
    if (timeoutSeconds < Infinity) {
      this.#timer = clock.after(
        timeoutSeconds * MILLISECONDS_PER_SECOND,
        `time-out of ${this.executionName}`,
        () => this.#finish('TIMED_OUT', { error: TIMEOUT_ERROR }),
      );
    }
    clock.after(0, `start of ${this.executionName}`, () => {
      if (line.cancellation.cancelled) return;
      runMachine(line, this.machine.definition, start, (position) => (this.#position = position)).then(
        (output) => this.#finish('SUCCEEDED', { output }),
        (error: unknown) => this.#fail(error),
      );
    });
  }

  #scope(): ExecutionScope {
    const { kernel, tokens, watchChild } = this.#world;
    const random = this.#random;
    return {
      kernel,
      machine: this.machine,
      principal: principalOf(this.machine.roleArn, this.machine.arn),
      arn: this.arn,
      executionName: this.executionName,
      input: this.input,
      startedAtMs: this.startedAtMs,
      redriveCount: this.redriveCount,
      history: this.history,
      functions: expressionFunctions({ nowMs: () => kernel.clock.nowMs(), random }),
      random,
      tokens,
      watchChild,
      interrupt: (status) => this.#finish(status, status === 'TIMED_OUT' ? { error: TIMEOUT_ERROR } : {}),
    };
  }

  #fail(error: unknown): void {
    if (error instanceof Interrupted) return;
    if (error instanceof StateFailure)
      return this.#finish('FAILED', { error: error.error, cause: error.causeText });
    // A fault of the simulator, not of the state machine: the simulation must not go on as if nothing were.
    this.#world.kernel.clock.after(0, `execution ${this.executionName}`, () => {
      throw error;
    });
  }

  #finish(status: Exclude<ExecutionStatus, 'RUNNING'>, ending: Ending): void {
    if (this.status !== 'RUNNING') return;
    const { error, cause, output } = ending;
    this.status = status;
    this.ending = ending;
    this.stoppedAtMs = this.#world.kernel.clock.nowMs();
    this.#timer?.cancel();
    const [type, member] = ENDINGS[status];
    const details = status === 'SUCCEEDED' ? { output: output?.text } : { error, cause };
    this.history.close(type, this.#line?.lastEventId ?? 0, member, details);
    this.#line?.cancellation.cancel();
    this.#world.changed(this);
    const listeners = [...this.#endListeners];
    this.#endListeners.clear();
    for (const listener of listeners) listener();
  }
}

const ENDINGS = {
  SUCCEEDED: ['ExecutionSucceeded', 'executionSucceededEventDetails'],
  FAILED: ['ExecutionFailed', 'executionFailedEventDetails'],
  TIMED_OUT: ['ExecutionTimedOut', 'executionTimedOutEventDetails'],
  ABORTED: ['ExecutionAborted', 'executionAbortedEventDetails'],
} as const;
