/** How a state fails, and which failures a Retry or Catch matches. */

/** A state, and unless it is caught the execution, fails with this error name and cause. */
export class StateFailure extends Error {
  override readonly name = 'StateFailure';
  readonly error: string;
  /** what `$states.errorOutput.Cause` holds; AWS leaves it out for time-outs */
  readonly causeText: string | undefined;

  constructor(error: string, causeText?: string) {
    super(causeText === undefined ? error : `${error}: ${causeText}`);
    this.error = error;
    this.causeText = causeText;
  }
}

/** Thrown into the work of an execution that was stopped from outside; no Retry or Catch ever sees it. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Nothing catches it: the execution itself cannot go on. */
export const RUNTIME_ERROR = 'States.Runtime';
/** Only its own name catches it. */
export const DATA_LIMIT_ERROR = 'States.DataLimitExceeded';
export const TIMEOUT_ERROR = 'States.Timeout';
export const HEARTBEAT_ERROR = 'States.HeartbeatTimeout';
export const QUERY_ERROR = 'States.QueryEvaluationError';

const TIMEOUTS: readonly string[] = [TIMEOUT_ERROR, HEARTBEAT_ERROR];

/**
 * Whether a Retrier or Catcher with these names takes that error.
 *
 * @param names  the field ErrorEquals
 * @see Step Functions Developer Guide, Handling errors in workflows
 */
export function matchesError(names: readonly string[], error: string): boolean {
  if (error === RUNTIME_ERROR) return false;
  return names.some((name) => {
    if (name === error) return true;
    if (name === TIMEOUT_ERROR) return error === HEARTBEAT_ERROR;
    if (error === DATA_LIMIT_ERROR) return false;
    if (name === 'States.ALL') return true;
    return name === 'States.TaskFailed' && !TIMEOUTS.includes(error);
  });
}

/** The Error Output that `$states.errorOutput` holds and a Catch without Output hands on. */
export function errorOutputOf(failure: StateFailure): Record<string, string> {
  const { error, causeText } = failure;
  return causeText === undefined ? { Error: error } : { Error: error, Cause: causeText };
}

/** How an execution can end from outside, whatever its states catch. */
export type Interruption = 'TIMED_OUT' | 'ABORTED';
