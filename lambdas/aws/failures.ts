import * as z from 'zod';
import { RetryableError, TerminalError } from '../../core/errors.ts';

/** AWS asked us to slow down. State machines back off and try again. */
export class ThrottledError extends RetryableError {
  override readonly name = 'ThrottledError';
}

/** AWS failed on its side, or the answer was lost on the way. */
export class ServiceUnavailableError extends RetryableError {
  override readonly name = 'ServiceUnavailableError';
}

/** A launch whose outcome is not known yet; looked up again until the waiting window has passed. */
export class LaunchOutcomeUnknownError extends RetryableError {
  override readonly name = 'LaunchOutcomeUnknownError';
}

/** A permission is missing. */
export class AccessRefusedError extends TerminalError {
  override readonly name = 'AccessRefusedError';
}

/** AWS refused the request as such. */
export class RequestRefusedError extends TerminalError {
  override readonly name = 'RequestRefusedError';
}

const THROTTLING = new Set([
  'BandwidthLimitExceeded',
  'LimitExceededException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'TransactionInProgressException',
]);
const ACCESS = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AuthorizationError',
  'AuthorizationErrorException',
  'KMSAccessDeniedException',
  'UnauthorizedOperation',
]);
const TOO_MANY_REQUESTS = 429;
const FORBIDDEN = 403;
const SERVER_FAULT = 500;

/** Name that an SDK exception, or any other error, goes by. */
export function failureName(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}

/**
 * What an AWS call's failure means for whoever asked: try again, or give up.
 *
 * An error without an HTTP status never got an answer, hence may have been carried out all the same.
 *
 * @param what  the call, for the message, e.g. `elasticmapreduce:RunJobFlow`
 */
export function awsFailure(what: string, error: unknown): RetryableError | TerminalError {
  if (error instanceof RetryableError || error instanceof TerminalError) return error;
  const name = failureName(error);
  const status = httpStatusOf(error);
  const message = `${what}: ${name}: ${error instanceof Error ? error.message : String(error)}`;
  const options = { cause: error };
  if (THROTTLING.has(name) || status === TOO_MANY_REQUESTS) return new ThrottledError(message, options);
  if (ACCESS.has(name) || status === FORBIDDEN) {
    return new AccessRefusedError(`${message} Grant the function's role this action.`, options);
  }
  if (status === undefined || status >= SERVER_FAULT) return new ServiceUnavailableError(message, options);
  return new RequestRefusedError(message, options);
}

/** Status of the answer that an SDK exception carries; undefined when there was none. */
export function httpStatusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}

/**
 * Whether an error is a fault of the code here rather than of AWS: it must not pass for an outage, and trying again
 * does not help. What the SDK could not read of an answer carries that answer, and is a failure of the call.
 */
function isMistake(error: unknown): boolean {
  if (error instanceof z.ZodError) return true;
  const kinds = [TypeError, RangeError, SyntaxError, ReferenceError];
  return kinds.some((kind) => error instanceof kind) && !hasAnswer(error);
}

function hasAnswer(error: unknown): boolean {
  return typeof error === 'object' && error !== null && ('$metadata' in error || '$response' in error);
}

/**
 * Makes an AWS call and turns its failure into one of ours.
 *
 * @param what  the call as IAM names it
 * @throws RetryableError or TerminalError, see awsFailure; a mistake in our own code as it is
 */
export async function awsCall<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (isMistake(error)) throw error;
    throw awsFailure(what, error);
  }
}

/** As awsCall, with `otherwise` in place of one failure that is an answer, e.g. a key that is not there. */
export async function awsCallOr<T, U>(
  what: string,
  expected: string | readonly string[],
  otherwise: U,
  call: () => Promise<T>,
): Promise<T | U> {
  try {
    return await call();
  } catch (error) {
    if ([expected].flat().includes(failureName(error))) return otherwise;
    if (isMistake(error)) throw error;
    throw awsFailure(what, error);
  }
}
