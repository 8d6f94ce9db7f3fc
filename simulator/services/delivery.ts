import { AwsFailure, type Kernel } from '../contracts.ts';

export interface RetryPolicy {
  readonly maximumAgeSeconds: number;
  readonly maximumRetries: number;
}

export const DEFAULT_RETRY_POLICY: RetryPolicy = { maximumAgeSeconds: 86_400, maximumRetries: 185 };

export interface GivenUp {
  readonly failure: AwsFailure;
  /** attempts after the first */
  readonly retries: number;
  /** which limit ended it; undefined when the error is of the kind that is never retried */
  readonly exhausted: 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds' | undefined;
}

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 600_000;

/**
 * Delivers at least once, as EventBridge and EventBridge Scheduler do: failures that may pass are retried with
 * exponential waits and jitter until attempts or age run out, others are given up at once. Neither service
 * documents its waits; these double from a second to ten minutes.
 *
 * @param attempt  makes the call; its argument is the number of the attempt, from 1
 * @param giveUp  is called when no attempt got through
 */
export async function deliver(
  kernel: Kernel,
  { label, sinceMs, policy }: { label: string; sinceMs: number; policy: RetryPolicy },
  attempt: (number: number) => Promise<unknown>,
  giveUp: (reason: GivenUp) => Promise<void>,
): Promise<void> {
  const random = kernel.random(`retries:${label}`);
  for (let number = 1; ; number += 1) {
    try {
      await attempt(number);
      return;
    } catch (error) {
      if (!(error instanceof AwsFailure)) throw error;
      const retries = number - 1;
      if (!mayPass(error)) return giveUp({ failure: error, retries, exhausted: undefined });
      if (retries >= policy.maximumRetries) {
        return giveUp({ failure: error, retries, exhausted: 'MaximumRetryAttempts' });
      }
      const waitMs = Math.min(FIRST_WAIT_MS * 2 ** retries, LONGEST_WAIT_MS) * (0.5 + random() / 2);
      const ageMs = kernel.clock.nowMs() + waitMs - sinceMs;
      if (ageMs > policy.maximumAgeSeconds * 1000) {
        return giveUp({ failure: error, retries, exhausted: 'MaximumEventAgeInSeconds' });
      }
      await kernel.clock.sleep(Math.round(waitMs), `retry ${label}`);
    }
  }
}

/** Throttling and server errors pass; a missing right or target does not. */
function mayPass(failure: AwsFailure): boolean {
  return (
    failure.statusCode >= 500 ||
    failure.statusCode === 429 ||
    /Throttl|TooManyRequests|Rate|Limit/.test(failure.code)
  );
}

/** Sends what was given up to a dead-letter queue; if that fails, too, it is lost, which the trace tells. */
export async function sendOrLose(kernel: Kernel, label: string, send: () => Promise<unknown>): Promise<void> {
  try {
    await send();
  } catch (error) {
    if (!(error instanceof AwsFailure)) throw error;
    kernel.trace('event lost', { label, error: error.code, message: error.message });
  }
}
