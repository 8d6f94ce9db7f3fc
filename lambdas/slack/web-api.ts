import * as z from 'zod';
import { RetryableError, TerminalError } from '../../core/errors.ts';
import { jsonOf } from '../runtime/parse.ts';

/** Slack asks us to slow down. */
export class SlackThrottledError extends RetryableError {
  override readonly name = 'SlackThrottledError';
  readonly retryAfterSeconds: number;

  constructor(message: string, retryAfterSeconds: number) {
    super(message);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Slack failed on its side, did not answer in time, or could not be reached. */
class SlackUnavailableError extends RetryableError {
  override readonly name = 'SlackUnavailableError';
}

/** Slack refused the request as such: the token, the channel, the message. */
export class SlackRefusedError extends TerminalError {
  override readonly name = 'SlackRefusedError';
  /** Slack's word for it, such as `channel_not_found` */
  readonly reason: string;

  constructor(message: string, reason: string) {
    super(message);
    this.reason = reason;
  }
}

/** Where Slack is called, and as whom. The token appears in no message and no log. */
export interface SlackAccess {
  /** ends in a slash: `https://slack.com/api/` */
  readonly apiUrl: string;
  readonly botToken: string;
  readonly timeoutMilliseconds: number;
}

const Answer = z.object({
  ok: z.boolean(),
  error: z.string().optional(),
  channel: z.string().optional(),
  ts: z.string().optional(),
});
const Posted = z.object({ channel: z.string(), ts: z.string() });
/** A message of Slack: its channel's id and its time are its name. */
export type Posted = z.infer<typeof Posted>;

const TOO_MANY_REQUESTS = 429;
const SERVER_FAULT = 500;
const RETRY_AFTER_DEFAULT_SECONDS = 30;
/** Slack's words for failures that pass. */
const PASSING = new Set(['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout']);

/**
 * Calls a method of Slack's Web API that posts or changes a message.
 *
 * @throws SlackThrottledError, SlackUnavailableError  when trying again later can help
 * @throws SlackRefusedError  when it cannot
 * @see https://docs.slack.dev/apis/web-api/rate-limits
 */
export async function callSlack(
  access: SlackAccess,
  method: 'chat.postMessage' | 'chat.update',
  body: object,
): Promise<Posted> {
  const response = await reach(access, method, body);
  if (response.status === TOO_MANY_REQUESTS) {
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
    const wait = Number.isFinite(seconds) && seconds >= 0 ? seconds : RETRY_AFTER_DEFAULT_SECONDS;
    throw new SlackThrottledError(`Slack's ${method} asks to wait ${wait} s.`, wait);
  }
  if (response.status >= SERVER_FAULT) {
    throw new SlackUnavailableError(`Slack's ${method} answered ${response.status}; it is tried again.`);
  }
  const answer = Answer.safeParse(response.json);
  const reason = answer.success ? (answer.data.error ?? 'no reason given') : `status ${response.status}`;
  if (answer.success && answer.data.ok) return Posted.parse(answer.data);
  if (reason === 'ratelimited') {
    throw new SlackThrottledError(`Slack's ${method} asks to wait.`, RETRY_AFTER_DEFAULT_SECONDS);
  }
  if (PASSING.has(reason)) throw new SlackUnavailableError(`Slack's ${method} failed: ${reason}.`);
  throw new SlackRefusedError(
    `Slack's ${method} refused: ${reason}. See docs/operations/slack.md for the token's scope and the channel.`,
    reason,
  );
}

async function reach({ apiUrl, botToken, timeoutMilliseconds }: SlackAccess, method: string, body: object) {
  try {
    const response = await fetch(new URL(method, apiUrl), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${botToken}`,
        'content-type': 'application/json; charset=utf-8',
      },
      body: JSON.stringify(body),
      redirect: 'error',
      // holds for the body of the answer, too
      signal: AbortSignal.timeout(timeoutMilliseconds),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, json: jsonOf(text) };
  } catch (error) {
    const why = error instanceof Error ? error.name : 'unknown';
    throw new SlackUnavailableError(`Slack's ${method} gave no answer: ${why}; it is tried again.`);
  }
}
