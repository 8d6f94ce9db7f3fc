import * as z from 'zod';
import { SuperAlarm } from '../core/contracts/super-alarm.ts';
import { InvalidInputError } from '../core/errors.ts';
import { hideMessage } from './aws/queues.ts';
import { forgetSecret, secretText } from './aws/secrets.ts';
import { commonEnvironment, ledgerEnvironment } from './runtime/environment.ts';
import { eachDespiteFailures } from './runtime/despite-failures.ts';
import { jsonOf, parseContract } from './runtime/parse.ts';
import { stateHandler } from './runtime/state-handler.ts';
import { backOffSeconds } from './slack/back-off.ts';
import { readSlackSecret } from './slack/read-secret.ts';
import { tellSlack } from './slack/tell-slack.ts';
import { SlackRefusedError } from './slack/web-api.ts';

/**
 * Tells Slack of an incident. A queue between the topic and this function keeps what Slack does not take: it is tried
 * again, later each time or when Slack says, and in the end parked with the queue's dead letters.
 *
 * Needs:
 * - dynamodb:GetItem, PutItem on the ledger
 * - secretsmanager:GetSecretValue on the secret with the bot token
 * - sqs:ReceiveMessage, DeleteMessage, GetQueueAttributes, ChangeMessageVisibility on the queue
 */
export const Environment = z.object({
  ...commonEnvironment,
  ...ledgerEnvironment,
  SLACK_CHANNEL: z.string().min(1),
  SLACK_SECRET_ARN: z.string().startsWith('arn:'),
  SLACK_QUEUE_URL: z.string().min(1),
  SLACK_API_URL: z.url().default('https://slack.com/api/'),
  SLACK_TIMEOUT_MILLISECONDS: z
    .string()
    .regex(/^[1-9]\d{0,4}$/)
    .default('8000')
    .transform(Number),
});

/** A batch of one: what fails is tried again by itself. */
const Batch = z.object({
  Records: z
    .array(
      z.object({
        body: z.string(),
        receiptHandle: z.string(),
        attributes: z.object({ ApproximateReceiveCount: z.coerce.number().int().min(1) }),
      }),
    )
    .length(1),
});
const Done = z.object({ done: z.enum(['posted', 'updated', 'older']) });

export const handler = stateHandler(
  { environment: Environment, input: Batch, output: Done },
  async ({ Records }, { clients, environment, now, log }) => {
    const [record] = Records;
    if (record === undefined) throw new InvalidInputError('Found no message; allowed: one.');
    const { SLACK_SECRET_ARN, SLACK_QUEUE_URL, SLACK_CHANNEL } = environment;
    try {
      const told = parseContract(SuperAlarm, jsonOf(record.body), 'message');
      const { botToken } = readSlackSecret(await secretText(clients, SLACK_SECRET_ARN, now()));
      const { SLACK_API_URL: apiUrl, SLACK_TIMEOUT_MILLISECONDS: timeoutMilliseconds } = environment;
      const done = await tellSlack(told, {
        ledger: { clients, table: environment.LEDGER_TABLE },
        access: { apiUrl, botToken, timeoutMilliseconds },
        channel: SLACK_CHANNEL,
        now: now(),
      });
      log.info('told Slack', { incidentId: told.incidentId, version: told.version, done });
      return { done };
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
  },
);
