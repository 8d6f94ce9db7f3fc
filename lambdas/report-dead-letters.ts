import * as z from 'zod';
import { composeControlAlarm } from '../core/report/control-alarm-message.ts';
import { composeDeadLettersMessage } from '../core/report/dead-letters-message.ts';
import { sendMessage } from './aws/messages.ts';
import { commonEnvironment, messagesEnvironment } from './runtime/environment.ts';
import { stateHandler } from './runtime/state-handler.ts';

/**
 * Tells people that an event lies in the queue of dead letters, or what another alarm about Flarepath itself says. The
 * alarm calls this function, because it cannot itself publish to a topic that is encrypted with the key that AWS keeps
 * for SNS.
 *
 * Needs:
 * - sns:Publish on the messages topic
 */
export const Environment = z.object({
  ...commonEnvironment,
  ...messagesEnvironment,
  DEAD_LETTERS_URL: z.string().min(1),
});

/** What CloudWatch hands to a function when an alarm changes state. Everything else is passed over. */
const Alarm = z.object({
  source: z.literal('aws.cloudwatch'),
  time: z.string(),
  alarmData: z.object({
    alarmName: z.string(),
    state: z.object({ value: z.string(), reason: z.string().optional() }),
    configuration: z.object({ description: z.string().optional() }).optional(),
  }),
});
const Told = z.object({ messageId: z.string() });

export const handler = stateHandler(
  { environment: Environment, input: Alarm, output: Told },
  async ({ alarmData, time }, { clients, environment, log }) => {
    const { alarmName, state, configuration } = alarmData;
    const message = alarmName.endsWith('-dead-letters')
      ? composeDeadLettersMessage({ queueUrl: environment.DEAD_LETTERS_URL, time })
      : composeControlAlarm({
          alarmName,
          says: configuration?.description ?? null,
          reason: state.reason ?? null,
          time,
        });
    const messageId = await sendMessage(clients, environment.MESSAGES_TOPIC_ARN, message);
    log.info('told of dead letters', { alarmData, messageId });
    return { messageId };
  },
);
