/** One attempt of a Task: schedule, call, wait for what it waits for, and say so in the history. */
import { MILLISECONDS_PER_SECOND } from '../../core/units.ts';
import type { TaskState } from './definition.ts';
import { callIntegration } from './call-integration.ts';
import { awaitChild, stopChild } from './child-execution.ts';
import { HEARTBEAT_ERROR, Interrupted, StateFailure, TIMEOUT_ERROR } from './failures.ts';
import { evaluate, wrongType } from './flow.ts';
import type { Visit } from './flow.ts';
import { payloadOf, requirePayloadSize } from './payload.ts';
import type { Payload } from './payload.ts';
import { taskEvents } from './task-events.ts';
import type { Template } from './templates.ts';

const LONGEST_TIMEOUT_SECONDS = 99_999_999;

/**
 * Runs the task once.
 *
 * @throws StateFailure  the error that the task reported, or its time-out
 */
export async function runTask(visit: Visit, state: TaskState): Promise<Payload> {
  const { line } = visit;
  const { integration } = state;
  const token = integration.pattern === 'waitForTaskToken' ? line.scope.tokens.create() : undefined;
  const input =
    state.Arguments === undefined
      ? visit.input
      : payloadOf(await evaluate(visit, state.Arguments, token === undefined ? {} : { taskToken: token }));
  requirePayloadSize(input, visit.name, 'has arguments');
  const timeoutSeconds = await secondsOf(visit, state.TimeoutSeconds);
  const heartbeatSeconds = await secondsOf(visit, state.HeartbeatSeconds);
  const events = taskEvents(line, integration);
  events.scheduled(input, timeoutSeconds, heartbeatSeconds);
  try {
    const result = await new TaskAttempt(visit, state, token, timeoutSeconds, heartbeatSeconds).run(
      input,
      events.submitted,
    );
    requirePayloadSize(result, visit.name, 'returned a result');
    events.succeeded(result);
    return result;
  } catch (error) {
    if (error instanceof StateFailure) events.failed(error);
    throw error;
  }
}

async function secondsOf(visit: Visit, template: Template | undefined): Promise<number | undefined> {
  if (template === undefined) return undefined;
  const seconds = await evaluate(visit, template);
  if (
    typeof seconds === 'number' &&
    Number.isInteger(seconds) &&
    seconds > 0 &&
    seconds <= LONGEST_TIMEOUT_SECONDS
  )
    return seconds;
  throw wrongType(visit, template, `integer from 1 to ${LONGEST_TIMEOUT_SECONDS}`, seconds);
}

/** The race between the task's answer, its time-out, its heartbeat and a stop from outside. */
class TaskAttempt {
  readonly #visit: Visit;
  readonly #state: TaskState;
  readonly #token: string | undefined;
  readonly #timeoutSeconds: number | undefined;
  readonly #heartbeatSeconds: number | undefined;
  readonly #releases: (() => void)[] = [];
  #settle: ((outcome: Payload | Error) => void) | undefined;
  #restartHeartbeat: () => void = () => undefined;
  #childArn: string | undefined;

  constructor(
    visit: Visit,
    state: TaskState,
    token: string | undefined,
    timeoutSeconds?: number,
    heartbeatSeconds?: number,
  ) {
    this.#visit = visit;
    this.#state = state;
    this.#token = token;
    this.#timeoutSeconds = timeoutSeconds;
    this.#heartbeatSeconds = heartbeatSeconds;
  }

  run(input: Payload, submitted: (output: Payload) => void): Promise<Payload> {
    return new Promise((resolve, reject) => {
      this.#settle = (outcome) => {
        this.#settle = undefined;
        for (const release of this.#releases) release();
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome);
      };
      this.#releases.push(this.#visit.line.cancellation.onCancel(() => this.#abandon(new Interrupted())));
      this.#startTimers();
      if (this.#token !== undefined) this.#listenForToken(this.#token);
      this.#call(input, submitted).catch((error: unknown) => this.#end(error));
    });
  }

  async #call(input: Payload, submitted: (output: Payload) => void): Promise<void> {
    const { scope } = this.#visit.line;
    const { integration } = this.#state;
    const answer = payloadOf(await callIntegration(scope, integration, input.value));
    const { pattern } = integration;
    if (pattern === 'request') return this.#settle?.(answer);
    if (pattern === 'waitForTaskToken') {
      if (this.#settle !== undefined) submitted(answer);
      return;
    }
    const child = awaitChild(scope, integration, answer.value);
    if (this.#settle === undefined) return stopChild(scope, child.arn);
    this.#childArn = child.arn;
    submitted(answer);
    this.#releases.push(child.release);
    const result = payloadOf(await child.result);
    this.#settle?.(result);
  }

  #startTimers(): void {
    const { clock } = this.#visit.line.scope.kernel;
    const { name } = this.#visit;
    if (this.#timeoutSeconds !== undefined) {
      const entry = clock.after(this.#timeoutSeconds * MILLISECONDS_PER_SECOND, `time-out of ${name}`, () =>
        this.#abandon(new StateFailure(TIMEOUT_ERROR)),
      );
      this.#releases.push(() => entry.cancel());
    }
    const heartbeatSeconds = this.#heartbeatSeconds;
    if (heartbeatSeconds === undefined) return;
    const start = () =>
      clock.after(heartbeatSeconds * MILLISECONDS_PER_SECOND, `heartbeat of ${name}`, () =>
        this.#abandon(new StateFailure(HEARTBEAT_ERROR)),
      );
    let entry = start();
    this.#restartHeartbeat = () => {
      entry.cancel();
      entry = start();
    };
    this.#releases.push(() => entry.cancel());
  }

  #listenForToken(token: string): void {
    const { scope } = this.#visit.line;
    const release = scope.tokens.wait(token, {
      stateMachineArn: scope.machine.arn,
      stateMachineName: scope.machine.name,
      stateName: this.#visit.name,
      timed: this.#timeoutSeconds !== undefined || this.#heartbeatSeconds !== undefined,
      succeed: (output) => this.#settle?.(output),
      fail: (failure) => this.#settle?.(failure),
      heartbeat: () => this.#restartHeartbeat(),
    });
    this.#releases.push(release);
  }

  #abandon(reason: Error): void {
    if (this.#settle === undefined) return;
    if (this.#childArn !== undefined) stopChild(this.#visit.line.scope, this.#childArn);
    this.#settle(reason);
  }

  /** A call that failed: an error of the task, or of the simulation itself. */
  #end(error: unknown): void {
    if (error instanceof StateFailure) return this.#settle?.(error);
    this.#visit.line.scope.kernel.clock.after(0, `Task ${this.#visit.name}`, () => {
      throw error;
    });
  }
}
