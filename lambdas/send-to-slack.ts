import * as z from 'zod';
import { SuperAlarm } from '../core/contracts/super-alarm.ts';
import { commonEnvironment, ledgerEnvironment } from './runtime/environment.ts';
import { stateHandler } from './runtime/state-handler.ts';
import { SlackBatch, slackEnvironment, workForSlack } from './slack/queued-work.ts';
import { tellSlack } from './slack/tell-slack.ts';

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
  ...slackEnvironment,
  SLACK_CHANNEL: z.string().min(1),
  /** whether messages have buttons: only where something answers them */
  SLACK_BUTTONS: z.enum(['on', 'off']).default('off'),
});

const Done = z.object({ done: z.enum(['posted', 'updated', 'older']) });

export const handler = stateHandler(
  { environment: Environment, input: SlackBatch, output: Done },
  (batch, services) =>
    workForSlack(batch, SuperAlarm, services, async (told, access) => {
      const { clients, environment, now, log } = services;
      const done = await tellSlack(told, {
        ledger: { clients, table: environment.LEDGER_TABLE },
        access,
        channel: environment.SLACK_CHANNEL,
        buttons: environment.SLACK_BUTTONS === 'on',
        now: now(),
      });
      log.info('told Slack', { incidentId: told.incidentId, version: told.version, done });
      return { done };
    }),
);
