import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { oncePerClients, type Clients } from '../runtime/clients.ts';
import { awsCall } from './failures.ts';
import { sdkClient } from './settings.ts';

const snsClient = oncePerClients((clients) => sdkClient(clients, SNSClient));

/**
 * Sends a message to the people who subscribe to the topic.
 *
 * @param message  subject: at most 100 ASCII characters, as SNS allows
 * @returns SNS's id of the message
 */
export async function sendMessage(
  clients: Clients,
  topicArn: string,
  message: { subject: string; text: string },
): Promise<string> {
  const answer = await awsCall('sns:Publish', () =>
    snsClient(clients).send(
      new PublishCommand({ TopicArn: topicArn, Subject: message.subject, Message: message.text }),
    ),
  );
  return answer.MessageId ?? '';
}
