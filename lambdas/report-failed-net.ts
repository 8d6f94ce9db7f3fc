import * as z from 'zod';
import { composeFailedNetMessage } from '../core/report/failed-net-message.ts';
import { onceAnHourForNet } from './aws/ledger-nets.ts';
import { sendMessage } from './aws/messages.ts';
import { commonEnvironment, ledgerEnvironment, messagesEnvironment } from './runtime/environment.ts';
import { stateHandler } from './runtime/state-handler.ts';

/**
 * Tells people that a net failed: `reap` left clusters, or `release` did. Once an hour for each, while it goes on.
 * EventBridge cannot publish to a topic that is encrypted with the key that AWS keeps for SNS; hence a function.
 *
 * Needs:
 * - dynamodb:GetItem, PutItem on the ledger
 * - sns:Publish on the messages topic
 */
export const Environment = z.object({ ...commonEnvironment, ...ledgerEnvironment, ...messagesEnvironment });

/** A status change of an execution, as EventBridge tells it. */
const StatusChange = z.object({
  detail: z.object({
    status: z.string(),
    executionArn: z.string(),
    stateMachineArn: z.string(),
    error: z.string().nullish().default(null),
    cause: z.string().nullish().default(null),
  }),
});
const Told = z.object({ told: z.boolean() });

export const handler = stateHandler(
  { environment: Environment, input: StatusChange, output: Told },
  async ({ detail }, { clients, environment, now, log }) => {
    const ledger = { clients, table: environment.LEDGER_TABLE };
    const machine = detail.stateMachineArn.split(':').at(-1) ?? detail.stateMachineArn;
    const message = composeFailedNetMessage({ ...detail, machine });
    const told = await onceAnHourForNet(ledger, machine, now(), () =>
      sendMessage(clients, environment.MESSAGES_TOPIC_ARN, message),
    );
    log.warn('a net failed', { detail, told });
    return { told };
  },
);
