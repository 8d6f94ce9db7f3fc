/**
 * The two kinds of failure the house knows.
 *
 * State machines match on `name`, so every subclass sets it, and decides by its base class whether trying
 * again can help. Nothing else in the project decides that.
 */

/** Trying the same call again later can succeed: throttling, a lost response, capacity that may come back. */
export abstract class RetryableError extends Error {
  readonly retryable = true;
}

/** The same call will fail again: bad input, a missing permission, an impossible request. */
export abstract class TerminalError extends Error {
  readonly retryable = false;
}

/**
 * Thrown when something handed in does not fit its contract.
 * The message says what was found, what is allowed and what to do.
 */
export class InvalidInputError extends TerminalError {
  override readonly name = 'InvalidInputError';
}
