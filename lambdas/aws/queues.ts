import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { oncePerClients, type Clients } from '../runtime/clients.ts';
import { awsCall } from './failures.ts';
import { sdkClient } from './settings.ts';

const sqsClient = oncePerClients((clients) => sdkClient(clients, SQSClient));

/** Hides a received message for so long from now on; then it is received again. */
export async function hideMessage(
  clients: Clients,
  queueUrl: string,
  receiptHandle: string,
  seconds: number,
): Promise<void> {
  await awsCall('sqs:ChangeMessageVisibility', () =>
    sqsClient(clients).send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queueUrl,
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: seconds,
      }),
    ),
  );
}

/** Puts a message into a queue. */
export async function sendToQueue(clients: Clients, queueUrl: string, body: unknown): Promise<void> {
  await awsCall('sqs:SendMessage', () =>
    sqsClient(clients).send(
      new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(body) }),
    ),
  );
}
