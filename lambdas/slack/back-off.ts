import { SlackThrottledError } from './web-api.ts';

const FIRST_SECONDS = 30;
/** A quarter of an hour: with the queue's twelve tries, two hours of an outage of Slack are waited out. */
const MOST_SECONDS = 900;

/**
 * How long a message waits for its next try: twice as long each time, or as long as Slack says, a quarter of an hour at
 * most.
 *
 * @param tries  so far, the failed one included
 */
export function backOffSeconds(error: unknown, tries: number): number {
  const asked = error instanceof SlackThrottledError ? Math.ceil(error.retryAfterSeconds) : 0;
  const usual = error instanceof SlackThrottledError ? 1 : FIRST_SECONDS * 2 ** (tries - 1);
  return Math.min(Math.max(asked, usual), MOST_SECONDS);
}
