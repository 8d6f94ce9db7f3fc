import { AwsFailure, type Kernel, type Principal } from '../../contracts.ts';
import { currentGuest, runAsGuest, type Guest } from '../../kernel/guest.ts';
import type { Connect } from '../../protocols/direct.ts';
import { sizeBytes } from '../bytes.ts';
import { randomText } from '../names.ts';
import {
  failureResult,
  LATEST,
  lostResult,
  type Environment,
  type InvocationResult,
  type LambdaFunction,
} from './function.ts';
import type { GuestContext } from './guest-handler.ts';
import { captureOutput } from './guest-output.ts';
import { coldStartMs, computeMs } from './timing.ts';

/** Lambda keeps an idle environment for some minutes; nobody documents how many. */
const IDLE_LIFE_MS = 10 * 60_000;
const LARGEST_RESPONSE_BYTES = 6_291_556;
const ACCOUNT_CONCURRENCY = 1000;

export interface InvokerOptions {
  /** the SDK's request handler for functions that run in process; none: they speak to `endpointUrl` */
  readonly requestHandler?: object | undefined;
  /** takes the commands of functions that run in process; none: their SDK clients send them by `requestHandler` */
  readonly connect?: Connect | undefined;
  readonly endpointUrl?: string | undefined;
  /** access key id by which the simulated AWS knows a principal */
  readonly accessKeyOf: (principal: Principal) => string;
  readonly onLog?: ((functionName: string, text: string) => void) | undefined;
}

/**
 * Runs invocations: environments warm and cold, virtual durations, time-outs.
 *
 * Concurrent invocations of a function count as environments of their own for cold starts and concurrency
 * limits, but they share the one module instance that the process has: state that handlers keep at module
 * level is shared between them, where on AWS it is not. The module is made cold (`handler.reset`) with every
 * cold start that finds no other invocation of the function running.
 */
export class Invoker {
  readonly #kernel: Kernel;
  readonly #options: InvokerOptions;
  readonly #dead = new Set<string>();
  #running = 0;
  #started = 0;

  constructor(kernel: Kernel, options: InvokerOptions) {
    this.#kernel = kernel;
    this.#options = options;
  }

  /** Whether that guest's invocation has timed out or was killed: on AWS its environment is gone, and it does nothing more. */
  isDead(guestId: string): boolean {
    return this.#dead.has(guestId);
  }

  /**
   * @param payload  the event as JSON text
   * @throws AwsFailure  TooManyRequestsException, when the concurrency is used up
   */
  async invoke(
    lambda: LambdaFunction,
    request: { payload: string; requestId: string; qualifier: string },
  ): Promise<InvocationResult> {
    const { clock } = this.#kernel;
    const { environment, cold } = this.#take(lambda);
    this.#running += 1;
    try {
      if (cold !== undefined) {
        const usualMs = coldStartMs(this.#kernel.randomNow(`lambda:init:${lambda.name}`));
        await clock.sleep(Math.max(usualMs, cold.leastSeconds * 1000), `init ${lambda.name}`);
        if (lambda.running === 0) this.#resetModule(lambda);
      }
      lambda.running += 1;
      return await this.#run(lambda, environment, request);
    } finally {
      this.#running -= 1;
      lambda.running -= 1;
      environment.busy = false;
      environment.lastUsedAtMs = clock.nowMs();
    }
  }

  #take(lambda: LambdaFunction): { environment: Environment; cold: { leastSeconds: number } | undefined } {
    const nowMs = this.#kernel.clock.nowMs();
    this.#kernel.passes.used(lambda.arn);
    const subject = { function: lambda.name };
    const busy = lambda.environments.filter((environment) => environment.busy).length;
    const used = busy >= (lambda.reservedConcurrency ?? Infinity) || this.#running >= ACCOUNT_CONCURRENCY;
    if (used || this.#kernel.fault('function-throttled', subject) !== undefined) {
      throw new AwsFailure('TooManyRequestsException', 'Rate Exceeded.', 429, {
        Reason:
          lambda.reservedConcurrency === undefined
            ? 'ConcurrentInvocationLimitExceeded'
            : 'ReservedFunctionConcurrentInvocationLimitExceeded',
      });
    }
    const alive = lambda.environments.filter(
      (environment) => environment.busy || nowMs - environment.lastUsedAtMs <= IDLE_LIFE_MS,
    );
    lambda.environments.splice(0, Infinity, ...alive);
    const slow = this.#kernel.fault('cold-start', subject);
    const warm = alive.filter((environment) => !environment.busy).at(-1);
    if (warm !== undefined && slow === undefined) {
      warm.busy = true;
      return { environment: warm, cold: undefined };
    }
    this.#started += 1;
    const environment: Environment = { number: this.#started, busy: true, lastUsedAtMs: nowMs };
    lambda.environments.push(environment);
    return { environment, cold: { leastSeconds: slow?.seconds ?? 0 } };
  }

  #resetModule(lambda: LambdaFunction): void {
    const { requestHandler, connect } = this.#options;
    lambda.handler.reset?.({
      ...(requestHandler !== undefined && { requestHandler: this.#withoutTheDead(requestHandler) }),
      ...(connect !== undefined && { connect: this.#connectTheLiving(connect) }),
    });
  }

  /** Requests of timed-out invocations never leave, and are never answered. */
  #withoutTheDead(requestHandler: object): object {
    return new Proxy(requestHandler, {
      get: (target, name): unknown => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return (...parameters: unknown[]): unknown => {
          if (name === 'handle' && this.isDead(currentGuest()?.id ?? '')) return new Promise(() => undefined);
          return Reflect.apply(member, target, parameters);
        };
      },
    });
  }

  #connectTheLiving(connect: Connect): Connect {
    return (settings) => {
      const send = connect(settings);
      return (command) =>
        this.isDead(currentGuest()?.id ?? '') ? new Promise(() => undefined) : send(command);
    };
  }

  async #run(
    lambda: LambdaFunction,
    environment: Environment,
    { payload, requestId, qualifier }: { payload: string; requestId: string; qualifier: string },
  ): Promise<InvocationResult> {
    const { clock } = this.#kernel;
    const deadlineMs = clock.nowMs() + lambda.timeoutSeconds * 1000;
    const guest = this.#guestFor(lambda, environment, requestId);
    const context = contextFor(
      lambda,
      environment,
      { requestId, qualifier },
      () => deadlineMs - clock.nowMs(),
    );
    const stopCapturing = captureOutput(guest.id, (text) => this.#options.onLog?.(lambda.name, text));
    const outcome = await this.#race(lambda, environment, guest, { requestId, deadlineMs }, () =>
      lambda.handler(JSON.parse(payload), context),
    );
    stopCapturing();
    const left = deadlineMs - clock.nowMs();
    const busyMs = Math.min(left, computeMs(this.#kernel.randomNow(`lambda:run:${lambda.name}`)));
    if (busyMs > 0) await clock.sleep(busyMs, `run ${lambda.name}`);
    return outcome;
  }

  /** The handler against its time-out, and against what a scenario wants to befall it. */
  #race(
    lambda: LambdaFunction,
    environment: Environment,
    guest: Guest,
    { requestId, deadlineMs }: { requestId: string; deadlineMs: number },
    work: () => unknown,
  ): Promise<InvocationResult> {
    const { clock } = this.#kernel;
    const hangs = this.#kernel.fault('function-timeout', { function: lambda.name });
    const killed = this.#kernel.fault('function-out-of-memory', { function: lambda.name });
    return new Promise((resolve) => {
      const lose = (errorType: string, message: string): void => {
        this.#dead.add(guest.id);
        // its environment is gone
        lambda.environments.splice(lambda.environments.indexOf(environment), 1);
        resolve(lostResult(errorType, `RequestId: ${requestId} Error: ${message}`));
      };
      const limit = clock.at(deadlineMs, `timeout ${lambda.name}`, () =>
        lose('Sandbox.Timedout', `Task timed out after ${lambda.timeoutSeconds.toFixed(2)} seconds`),
      );
      const settle = (result: InvocationResult | undefined): void => {
        if (hangs !== undefined) return;
        limit.cancel();
        if (killed !== undefined) lose(killed.errorType, 'Runtime exited with error: signal: killed');
        else if (result !== undefined) resolve(result);
      };
      if ((hangs ?? killed)?.when === 'before') return settle(undefined);
      void runAsGuest(guest, async (): Promise<unknown> => work())
        .then(resultOf)
        .catch(failureOf)
        .then(settle);
    });
  }

  #guestFor(lambda: LambdaFunction, environment: Environment, requestId: string): Guest {
    const { accessKeyOf, endpointUrl } = this.#options;
    const random = this.#kernel.randomNow(`lambda:guest:${lambda.name}/${requestId}`);
    const id = `${lambda.name}/${requestId}`;
    const startedSeconds = Math.floor(this.#kernel.clock.nowMs() / 1000).toString(16);
    const traceId = `1-${startedSeconds}-${randomText(random, '0123456789abcdef', 24)}`;
    const skew = this.#kernel.fault('clock-skew', { function: lambda.name });
    return {
      id,
      random,
      clockSkewMs: (skew?.seconds ?? 0) * 1000,
      environment: {
        ...lambda.variables,
        AWS_REGION: this.#kernel.region,
        AWS_DEFAULT_REGION: this.#kernel.region,
        AWS_ACCESS_KEY_ID: accessKeyOf({
          kind: 'role',
          id: lambda.roleArn,
          assumedBy: 'lambda.amazonaws.com',
        }),
        AWS_SECRET_ACCESS_KEY: 'simulated-secret-access-key',
        AWS_SESSION_TOKEN: 'simulated-session-token',
        ...(endpointUrl !== undefined && { AWS_ENDPOINT_URL: endpointUrl }),
        AWS_LAMBDA_FUNCTION_NAME: lambda.name,
        AWS_LAMBDA_FUNCTION_VERSION: LATEST,
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(lambda.memoryMib),
        AWS_LAMBDA_LOG_GROUP_NAME: lambda.logGroup,
        AWS_LAMBDA_LOG_STREAM_NAME: logStream(environment),
        AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
        LAMBDA_TASK_ROOT: '/var/task',
        TZ: ':UTC',
        _X_AMZN_TRACE_ID: `Root=${traceId};Sampled=1`,
      },
    };
  }
}

function contextFor(
  lambda: LambdaFunction,
  environment: Environment,
  { requestId, qualifier }: { requestId: string; qualifier: string },
  remainingMs: () => number,
): GuestContext {
  return {
    functionName: lambda.name,
    functionVersion: LATEST,
    invokedFunctionArn: qualifier === LATEST ? lambda.arn : `${lambda.arn}:${qualifier}`,
    memoryLimitInMB: String(lambda.memoryMib),
    awsRequestId: requestId,
    logGroupName: lambda.logGroup,
    logStreamName: logStream(environment),
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, remainingMs()),
  };
}

function logStream(environment: Environment): string {
  return `environment-${environment.number}`;
}

function resultOf(value: unknown): InvocationResult {
  const text: unknown = JSON.stringify(value);
  const payload = typeof text === 'string' ? text : 'null';
  if (sizeBytes(payload) <= LARGEST_RESPONSE_BYTES) return { payload, failed: false };
  return failureResult(
    'Function.ResponseSizeTooLarge',
    `Response payload size exceeded maximum allowed payload size (${LARGEST_RESPONSE_BYTES} bytes).`,
  );
}

function failureOf(error: unknown): InvocationResult {
  if (error instanceof Error) return failureResult(error.name, error.message);
  return failureResult(typeof error, String(error));
}
