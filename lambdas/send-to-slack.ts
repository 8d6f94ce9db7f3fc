import * as z from 'zod';
import { PlanQuestion } from '../core/contracts/plan-question.ts';
import { SuperAlarm } from '../core/contracts/super-alarm.ts';
import { commonEnvironment, ledgerEnvironment } from './runtime/environment.ts';
import { stateHandler } from './runtime/state-handler.ts';
import { askSlack } from './slack/ask-slack.ts';
import { SlackBatch, slackEnvironment, workForSlack } from './slack/queued-work.ts';
import { tellSlack } from './slack/tell-slack.ts';

/**
 * Tells Slack of an incident, or asks about a plan that waits. A queue between the topic and this function keeps what Slack does not take: it is tried
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

const Told = z.union([SuperAlarm, PlanQuestion]);
const Done = z.object({ done: z.enum(['posted', 'updated', 'older']) });

export const handler = stateHandler(
  { environment: Environment, input: SlackBatch, output: Done },
  (batch, services) =>
    workForSlack(batch, Told, services, async (told, access) => {
      const { clients, environment, now, log } = services;
      const to = {
        ledger: { clients, table: environment.LEDGER_TABLE },
        access,
        channel: environment.SLACK_CHANNEL,
        buttons: environment.SLACK_BUTTONS === 'on',
        now: now(),
      };
      const done = await ('asks' in told ? askSlack(told, to) : tellSlack(told, to));
      const about = 'asks' in told ? { runKey: told.runKey } : { incidentId: told.incidentId };
      log.info('told Slack', { ...about, done });
      return { done };
    }),
);
