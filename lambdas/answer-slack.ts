import * as z from 'zod';
import { SlackPress } from '../core/contracts/slack-press.ts';
import { commonEnvironment, ledgerEnvironment } from './runtime/environment.ts';
import { stateHandler } from './runtime/state-handler.ts';
import { answerPress } from './slack/answer-press.ts';
import { SlackBatch, slackEnvironment, workForSlack } from './slack/queued-work.ts';

/**
 * Does what somebody asked for with a button in Slack, and says in the thread what came of it. `receive-from-slack` has
 * checked that the press is Slack's.
 *
 * Needs:
 * - dynamodb:GetItem, PutItem, DeleteItem, Query on the ledger
 * - states:SendTaskSuccess on run-job
 * - secretsmanager:GetSecretValue on the secret with the bot token
 * - sqs:ReceiveMessage, DeleteMessage, GetQueueAttributes, ChangeMessageVisibility on the queue
 */
export const Environment = z.object({
  ...commonEnvironment,
  ...ledgerEnvironment,
  ...slackEnvironment,
  /** Slack's ids of those who may do more than ask why, with spaces between; absent: whoever is in the channel */
  SLACK_USERS: z.string().min(1).optional(),
});

const Done = z.object({ done: z.enum(['answered', 'refused', 'not ours']) });

export const handler = stateHandler(
  { environment: Environment, input: SlackBatch, output: Done },
  (batch, services) =>
    workForSlack(batch, SlackPress, services, async (press, access) => {
      const { clients, environment, now, log } = services;
      const users = environment.SLACK_USERS?.split(' ');
      const done = await answerPress(press, users === undefined ? null : new Set(users), {
        ledger: { clients, table: environment.LEDGER_TABLE },
        access,
        buttons: true,
        now: now(),
      });
      log.info('answered Slack', {
        subject: press.subject,
        ask: press.ask,
        user: press.user.id,
        done,
      });
      return { done };
    }),
);
