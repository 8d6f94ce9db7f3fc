import * as z from 'zod';
import { hideMessage } from '../aws/queues.ts';
import { forgetSecret, secretText } from '../aws/secrets.ts';
import type { Clients } from '../runtime/clients.ts';
import { eachDespiteFailures } from '../runtime/despite-failures.ts';
import type { Log } from '../runtime/log.ts';
import { jsonOf, parseContract } from '../runtime/parse.ts';
import { backOffSeconds } from './back-off.ts';
import { readBotToken } from './read-secret.ts';
import { SlackRefusedError, type SlackAccess } from './web-api.ts';

/** What a function needs that calls Slack for a queue. */
export const slackEnvironment = {
  SLACK_SECRET_ARN: z.string().startsWith('arn:'),
  SLACK_QUEUE_URL: z.string().min(1),
  SLACK_API_URL: z.url().default('https://slack.com/api/'),
  SLACK_TIMEOUT_MILLISECONDS: z
    .string()
    .regex(/^[1-9]\d{0,4}$/)
    .default('8000')
    .transform(Number),
};

/** A batch of one: what fails is tried again by itself. */
export const SlackBatch = z.object({
  Records: z.tuple([
    z.object({
      body: z.string(),
      receiptHandle: z.string(),
      attributes: z.object({ ApproximateReceiveCount: z.coerce.number().int().min(1) }),
    }),
  ]),
});

interface Services {
  readonly clients: Clients;
  readonly environment: z.output<z.ZodObject<typeof slackEnvironment>>;
  readonly now: () => Date;
  readonly log: Log;
}

/**
 * Does what a queued message wants done in Slack. What fails is hidden for a while, longer each time or as long as Slack
 * says, and thrown: the queue hands it out again, and parks it in the end.
 */
export async function workForSlack<Schema extends z.ZodType, T>(
  { Records: [record] }: z.output<typeof SlackBatch>,
  schema: Schema,
  { clients, environment, now, log }: Services,
  act: (message: z.output<Schema>, access: SlackAccess) => Promise<T>,
): Promise<T> {
  const { SLACK_SECRET_ARN, SLACK_QUEUE_URL } = environment;
  try {
    const message = parseContract(schema, jsonOf(record.body), 'message');
    const botToken = readBotToken(await secretText(clients, SLACK_SECRET_ARN, now()));
    const { SLACK_API_URL: apiUrl, SLACK_TIMEOUT_MILLISECONDS: timeoutMilliseconds } = environment;
    return await act(message, { apiUrl, botToken, timeoutMilliseconds });
  } catch (error) {
    // it may be the token, and that may have been replaced
    if (error instanceof SlackRefusedError) forgetSecret(clients, SLACK_SECRET_ARN);
    const seconds = backOffSeconds(error, record.attributes.ApproximateReceiveCount);
    // should it fail, the queue's own time-out holds
    const failed = await eachDespiteFailures(
      [record],
      () => 'queue',
      ({ receiptHandle }) => hideMessage(clients, SLACK_QUEUE_URL, receiptHandle, seconds),
    );
    log.warn('Slack was not told', { againInSeconds: seconds, failed });
    throw error;
  }
}
