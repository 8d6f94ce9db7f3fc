/**
 * The fast way to call: the input of an SDK command goes to the kernel as it is, without serialisation, signing and
 * parsing. What decides how a caller behaves stays the SDK's own: commands, marshalling of documents, retries.
 */
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  isServerError,
  isThrottlingError,
  isTransientError,
  StandardRetryStrategy,
} from '@smithy/core/retry';
import { NotSimulatedError, type Principal } from '../contracts.ts';
import { ROOT_ACCESS_KEY_ID } from '../kernel/access-keys.ts';
import { currentGuest } from '../kernel/guest.ts';
import { LostResponseError, type KernelHost } from '../kernel/index.ts';
import { apiModel, shapeOf, type ApiModel } from './api-model.ts';
import { createCanon } from './canonical-values.ts';
import { failureOf } from './endpoint.ts';
import { namesOf } from './encode-response.ts';
import { bodyOfText, isMembers, textOfBody, type Members } from './http-message.ts';
import { withSdkDefaults } from './sdk-defaults.ts';
import { perform, type SentCall } from './sdk-commands.ts';

type RetryErrorInfo = Parameters<StandardRetryStrategy['refreshRetryTokenForRetry']>[1];

/** What a client's settings say of its calls. */
interface SendSettings {
  readonly maxAttempts?: number;
  /** how document commands marshal, as `DynamoDBDocumentClient.from` takes it */
  readonly translateConfig?: object;
}

/** Sends an SDK command. Made for each client: its retry quota is its own. */
export type Send = (command: object) => Promise<unknown>;

/** Makes the `send` of a client. */
export type Connect = (settings: SendSettings) => Send;

/**
 * A way past the wire for SDK clients in this process.
 *
 * @param kernel  what answers
 * @param callerOf  whose calls they are
 */
export function createDirectConnection(
  kernel: KernelHost,
  callerOf: () => Principal = () => principalOfGuest(kernel),
): Connect {
  return (settings) => {
    let retries: StandardRetryStrategy | undefined;
    return (command) =>
      perform(command, settings.translateConfig, (call) => {
        retries ??= retriesOf(call.service, settings);
        return insist(retries, canonical(call), (input) => ask(kernel, call, input, callerOf()));
      });
  };
}

/** The SDK's defaults: three attempts, of DynamoDB four that come sooner. */
function retriesOf(service: string, { maxAttempts }: SendSettings): StandardRetryStrategy {
  return service === 'dynamodb'
    ? new StandardRetryStrategy({ maxAttempts: maxAttempts ?? 4, baseDelay: 25 })
    : new StandardRetryStrategy({ maxAttempts: maxAttempts ?? 3 });
}

/** The SDK's retry middleware, around a call. It draws an id for each request, and so does this. */
async function insist(
  retries: StandardRetryStrategy,
  input: unknown,
  call: (input: unknown) => Promise<Members>,
): Promise<Members> {
  let token = await retries.acquireInitialRetryToken('');
  randomUUID();
  for (;;) {
    try {
      const output = await call(input);
      retries.recordSuccess(token);
      return output;
    } catch (error) {
      if (!(error instanceof CallFailure)) throw error;
      try {
        token = await retries.refreshRetryTokenForRetry(token, { error, errorType: errorTypeOf(error) });
      } catch {
        throw error;
      }
      const delayMs = token.getRetryDelay();
      if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    }
  }
}

function errorTypeOf(error: CallFailure): RetryErrorInfo['errorType'] {
  if (isThrottlingError(error)) return 'THROTTLING';
  if (isTransientError(error)) return 'TRANSIENT';
  return isServerError(error) ? 'SERVER_ERROR' : 'CLIENT_ERROR';
}

/** Text is what its UTF-8 bytes are. */
const inputs = createCanon({
  inHeaders: true,
  blob: (value) => (typeof value === 'string' ? bodyOfText(value) : value),
});
const outputs = createCanon({
  inHeaders: true,
  blob: (value, streaming) =>
    streaming ? new ObjectBody(bytesOf(value)) : typeof value === 'string' ? bodyOfText(value) : value,
});

/** The input as the wire would bring it. */
function canonical({ service, operation, input }: SentCall): unknown {
  const model = modelOf(service);
  const shape = model.operations[operation]?.input;
  if (shape === undefined) return {};
  const copy = inputs(model, shape, input);
  const completed = withSdkDefaults(model, operation, copy);
  return completed === copy ? copy : inputs(model, shape, completed);
}

/** The guest that runs now, else the person at the keyboard. */
function principalOfGuest(kernel: KernelHost): Principal {
  const accessKeyId = currentGuest()?.environment['AWS_ACCESS_KEY_ID'] ?? ROOT_ACCESS_KEY_ID;
  return kernel.accessKeys.principalOf(accessKeyId) ?? kernel.root;
}

async function ask(
  kernel: KernelHost,
  { service, operation }: SentCall,
  input: unknown,
  principal: Principal,
): Promise<Members> {
  const model = modelOf(service);
  const outputShape = model.operations[operation]?.output;
  try {
    const output = await kernel.arrive({ service, operation, input, principal });
    const seen =
      outputShape === undefined ? {} : outputs(model, outputShape, withBody(model, outputShape, output));
    return { ...(isMembers(seen) ? seen : {}), $metadata: { httpStatusCode: 200 } };
  } catch (error) {
    if (error instanceof LostResponseError) throw Object.assign(new CallFailure('socket hang up'), RESET);
    throw sdkErrorOf(model, operation, error);
  }
}

/** A streamed body is there even when it is empty. */
function withBody(model: ApiModel, outputShape: string, output: unknown): unknown {
  const { payload, members } = shapeOf(model, outputShape);
  if (payload === undefined || members[payload]?.streaming !== true || !isMembers(output)) return output;
  return { ...output, [payload]: output[payload] ?? new Uint8Array() };
}

function modelOf(service: string): ApiModel {
  const model = apiModel(service);
  if (model === undefined) throw new NotSimulatedError(`There is no API model of ${service}`);
  return model;
}

/** A broken connection as the SDK's handler of HTTP requests hands it on. */
const RESET = { name: 'TimeoutError', code: 'ECONNRESET' } as const;

/** A failure that the SDK may try again. */
class CallFailure extends Error {
  override readonly cause?: Error;
}

/** A failure as the SDK throws it. A refused HEAD has no body, and hence no name but that of its status. */
function sdkErrorOf(model: ApiModel, operation: string, error: unknown): CallFailure {
  const { code, message, statusCode, details } = failureOf(error);
  const bodiless = model.operations[operation]?.http.method === 'HEAD';
  const name = bodiless ? (statusCode === 404 ? 'NotFound' : 'Unknown') : namesOf(model, code).shapeName;
  return Object.assign(new CallFailure(bodiless ? 'UnknownError' : message), {
    ...(bodiless ? {} : details),
    name,
    $fault: statusCode >= 500 ? 'server' : 'client',
    $metadata: { httpStatusCode: statusCode },
  });
}

function bytesOf(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : bodyOfText(typeof value === 'string' ? value : '');
}

/** The body of an object: a stream that can also be had whole. */
class ObjectBody extends Readable {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    super({ read: () => undefined });
    this.#bytes = bytes;
    this.push(bytes.length === 0 ? null : Buffer.from(bytes));
    if (bytes.length > 0) this.push(null);
  }

  async transformToByteArray(): Promise<Uint8Array> {
    return new Uint8Array(this.#bytes);
  }

  async transformToString(): Promise<string> {
    return textOfBody(this.#bytes);
  }
}
