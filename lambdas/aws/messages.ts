import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Message } from '../../core/report/message.ts';
import { oncePerClients, type Clients } from '../runtime/clients.ts';
import { awsCall } from './failures.ts';
import { sdkClient } from './settings.ts';

const snsClient = oncePerClients((clients) => sdkClient(clients, SNSClient));

/**
 * Sends a message to the people who subscribe to the topic, and in its other forms to their machines.
 *
 * @param message  subject: at most 100 ASCII characters, as SNS allows
 * @returns SNS's id of the message
 */
export async function sendMessage(clients: Clients, topicArn: string, message: Message): Promise<string> {
  const answer = await awsCall('sns:Publish', () =>
    snsClient(clients).send(
      new PublishCommand({ TopicArn: topicArn, Subject: message.subject, ...body(message) }),
    ),
  );
  return answer.MessageId ?? '';
}

/** One message, one call: SNS hands each protocol its own form. Amazon Q Developer subscribes by HTTPS. */
function body({ text, forms }: Message) {
  if (forms === undefined) return { Message: text };
  const { kind, json, notification } = forms;
  return {
    Message: JSON.stringify({ default: text, https: notification, sqs: json }),
    MessageStructure: 'json',
    // subscriptions filter by it
    MessageAttributes: { kind: { DataType: 'String', StringValue: kind } },
  };
}
