import { AwsFailure, NotSimulatedError, type Kernel, type Principal } from '../../contracts.ts';
import { arnResource, arnService } from '../names.ts';
import { LATEST, type EventInvokeConfig, type InvocationResult, type LambdaFunction } from './function.ts';
import type { Invoker } from './invoker.ts';

const DISPATCH_MS = 40;
/** waits before the second and the third attempt after an error of the function */
const RETRY_AFTER_MS = [60_000, 120_000] as const;
const LONGEST_THROTTLE_WAIT_MS = 300_000;
export const DEFAULT_EVENT_INVOKE_CONFIG: EventInvokeConfig = {
  maximumEventAgeSeconds: 6 * 3600,
  maximumRetryAttempts: 2,
  onSuccess: undefined,
  onFailure: undefined,
};

/** An event in a function's internal queue. */
interface QueuedEvent {
  readonly lambda: LambdaFunction;
  readonly payload: string;
  readonly requestId: string;
  readonly qualifier: string;
  readonly queuedAtMs: number;
  attempts: number;
  throttles: number;
}

type Condition = 'Success' | 'RetriesExhausted' | 'EventAgeExceeded';

/**
 * Asynchronous invocation: an internal queue that retries errors after one and two minutes and throttles with
 * growing waits, until attempts or age run out; then the destination or the dead-letter queue.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export class AsyncInvoker {
  readonly #kernel: Kernel;
  readonly #invoker: Invoker;

  constructor(kernel: Kernel, invoker: Invoker) {
    this.#kernel = kernel;
    this.#invoker = invoker;
  }

  enqueue(lambda: LambdaFunction, request: { payload: string; requestId: string; qualifier: string }): void {
    const queuedAtMs = this.#kernel.clock.nowMs();
    const twice = this.#kernel.fault('duplicate-delivery', { source: 'lambda', target: lambda.name });
    for (let copy = 0; copy < (twice === undefined ? 1 : 2); copy += 1) {
      this.#attemptAfter(DISPATCH_MS * (copy + 1), {
        lambda,
        ...request,
        queuedAtMs,
        attempts: 0,
        throttles: 0,
      });
    }
  }

  #attemptAfter(delayMs: number, event: QueuedEvent): void {
    this.#kernel.clock.after(delayMs, `event for ${event.lambda.name}`, () => this.#attempt(event));
  }

  async #attempt(event: QueuedEvent): Promise<void> {
    const config = event.lambda.eventInvokeConfigs.get(event.qualifier) ?? DEFAULT_EVENT_INVOKE_CONFIG;
    const expired = () =>
      this.#kernel.clock.nowMs() - event.queuedAtMs > config.maximumEventAgeSeconds * 1000;
    if (expired()) return this.#giveUp(event, config, 'EventAgeExceeded');
    let result: InvocationResult;
    try {
      result = await this.#invoker.invoke(event.lambda, event);
    } catch (error) {
      if (!(error instanceof AwsFailure)) throw error;
      const waitMs = Math.min(1000 * 2 ** event.throttles, LONGEST_THROTTLE_WAIT_MS);
      event.throttles += 1;
      return this.#attemptAfter(waitMs, event);
    }
    event.attempts += 1;
    this.#kernel.passes.ended(event.lambda.arn, result.failed ? undefined : result.payload);
    if (!result.failed) {
      if (config.onSuccess !== undefined) await this.#send(config.onSuccess, event, 'Success', result);
      return;
    }
    const waitMs = RETRY_AFTER_MS[event.attempts - 1];
    if (waitMs === undefined || event.attempts > config.maximumRetryAttempts) {
      return this.#giveUp(event, config, 'RetriesExhausted', result);
    }
    this.#attemptAfter(waitMs, event);
  }

  async #giveUp(
    event: QueuedEvent,
    config: EventInvokeConfig,
    condition: Condition,
    result?: InvocationResult,
  ): Promise<void> {
    this.#kernel.trace('lambda:event dropped', { function: event.lambda.name, condition });
    if (config.onFailure !== undefined) await this.#send(config.onFailure, event, condition, result);
    const { deadLetterArn } = event.lambda;
    if (deadLetterArn === undefined) return;
    const attributes = {
      RequestID: { DataType: 'String', StringValue: event.requestId },
      ErrorCode: { DataType: 'Number', StringValue: '200' },
      ErrorMessage: { DataType: 'String', StringValue: (result?.payload ?? condition).slice(0, 1024) },
    };
    await this.#deliver(event.lambda, deadLetterArn, event.payload, attributes);
  }

  async #send(
    destination: string,
    event: QueuedEvent,
    condition: Condition,
    result?: InvocationResult,
  ): Promise<void> {
    const record = {
      version: '1.0',
      timestamp: new Date(this.#kernel.clock.nowMs()).toISOString(),
      requestContext: {
        requestId: event.requestId,
        functionArn: `${event.lambda.arn}:${event.qualifier}`,
        condition,
        approximateInvokeCount: event.attempts,
      },
      requestPayload: parsed(event.payload),
      ...(result && {
        responseContext: {
          statusCode: 200,
          executedVersion: LATEST,
          ...(result.failed && { functionError: 'Unhandled' }),
        },
        responsePayload: parsed(result.payload),
      }),
    };
    await this.#deliver(event.lambda, destination, JSON.stringify(record), {});
  }

  /** Lambda sends with the function's role; what the role may not do is lost, as on AWS. */
  async #deliver(
    lambda: LambdaFunction,
    targetArn: string,
    text: string,
    MessageAttributes: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const { region, accountId } = this.#kernel;
    const principal: Principal = { kind: 'role', id: lambda.roleArn, assumedBy: 'lambda.amazonaws.com' };
    const call = (service: string, operation: string, input: unknown) =>
      this.#kernel.call(service, operation, input, principal);
    try {
      switch (arnService(targetArn)) {
        case 'sqs': {
          const QueueUrl = `https://sqs.${region}.amazonaws.com/${accountId}/${arnResource(targetArn)}`;
          await call('sqs', 'SendMessage', { QueueUrl, MessageBody: text, MessageAttributes });
          return;
        }
        case 'sns':
          await call('sns', 'Publish', { TopicArn: targetArn, Message: text, MessageAttributes });
          return;
        case 'lambda':
          await call('lambda', 'Invoke', { FunctionName: targetArn, InvocationType: 'Event', Payload: text });
          return;
        default:
          throw new NotSimulatedError(
            `A destination like ${targetArn} of function ${lambda.name} is not simulated`,
          );
      }
    } catch (error) {
      if (!(error instanceof AwsFailure)) throw error;
      this.#kernel.trace('lambda:destination failed', {
        function: lambda.name,
        targetArn,
        error: error.code,
      });
    }
  }
}

function parsed(text: string): unknown {
  return JSON.parse(text);
}
