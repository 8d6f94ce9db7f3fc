import type { GuestHandler } from './guest-handler.ts';

/** A deployed function. */
export interface LambdaFunction {
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly handler: GuestHandler;
  readonly variables: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMib: number;
  readonly reservedConcurrency: number | undefined;
  readonly logGroup: string;
  /** queue or topic for events that were given up */
  readonly deadLetterArn: string | undefined;
  /** versions and aliases that may be invoked besides `$LATEST` */
  readonly qualifiers: Set<string>;
  /** by qualifier */
  readonly eventInvokeConfigs: Map<string, EventInvokeConfig>;
  readonly policies: unknown[];
  readonly environments: Environment[];
  /** invocations that are in the handler now */
  running: number;
}

export interface EventInvokeConfig {
  readonly maximumEventAgeSeconds: number;
  readonly maximumRetryAttempts: number;
  readonly onSuccess: string | undefined;
  readonly onFailure: string | undefined;
}

export const LATEST = '$LATEST';

/** One execution environment: what Lambda keeps warm between invocations. */
export interface Environment {
  readonly number: number;
  busy: boolean;
  lastUsedAtMs: number;
}

/** What came of one invocation, as the Invoke API tells it. */
export interface InvocationResult {
  readonly payload: string;
  readonly failed: boolean;
}

/** How Lambda itself reports an invocation whose environment is lost. */
export function lostResult(errorType: string, errorMessage: string): InvocationResult {
  return { payload: JSON.stringify({ errorType, errorMessage }), failed: true };
}

/** How Lambda's Node.js runtime reports what a handler threw. */
export function failureResult(errorType: string, errorMessage: string): InvocationResult {
  // AWS fills `trace` with stack frames; theirs differ between transports, and a trace must not.
  const payload = JSON.stringify({ errorType, errorMessage, trace: [`${errorType}: ${errorMessage}`] });
  return { payload, failed: true };
}
