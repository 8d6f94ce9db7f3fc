import * as z from 'zod';
import {
  AwsFailure,
  operation,
  type Kernel,
  type Operation,
  type RequiredPermission,
  type ResourceHandler,
  type SimulatedService,
} from '../../contracts.ts';
import { sizeBytes } from '../bytes.ts';
import { ignored, known } from '../known.ts';
import { uuid } from '../names.ts';
import { md5, type Queue, type QueuedMessage } from './queue.ts';
import { queueNameOf, queueResources, queueUrl } from './resources.ts';

/** SQS raised it from 256 KiB in August 2025. */
const LARGEST_MESSAGE_BYTES = 1_048_576;

export interface SqsService extends SimulatedService {
  readonly resources: Readonly<Record<string, ResourceHandler>>;
  readonly queues: ReadonlyMap<string, Queue>;
  /** everything in a queue, by the queue's name, ARN or URL */
  messages(queue: string): readonly QueuedMessage[];
}

/** SQS: standard queues. */
export function createSqsService(kernel: Kernel): SqsService {
  const queues = new Map<string, Queue>();
  return {
    name: 'sqs',
    queues,
    operations: {
      ...sending(kernel, queues),
      ...receiving(kernel, queues),
      ...hiding(kernel, queues),
      ...asking(kernel, queues),
    },
    resources: queueResources(queues),
    resourcePolicies: (arn) => queues.get(queueNameOf(arn))?.policies ?? [],
    messages: (queue) => queueFor(queues, queue).all(kernel.clock.nowMs()),
  };
}

const Attributes = z.record(z.string(), z.unknown()).default({});
const SendMessage = z.strictObject({
  QueueUrl: z.string(),
  MessageBody: z.string(),
  DelaySeconds: z.number().optional(),
  MessageAttributes: Attributes,
});
function sending(kernel: Kernel, queues: ReadonlyMap<string, Queue>): Record<string, Operation> {
  const send = (queue: Queue, entry: Omit<z.output<typeof SendMessage>, 'QueueUrl'>) => {
    if (sizeBytes(entry.MessageBody) > LARGEST_MESSAGE_BYTES) {
      throw new AwsFailure(
        'InvalidParameterValue',
        `One or more parameters are invalid. Reason: Message must be shorter than ${LARGEST_MESSAGE_BYTES} bytes.`,
      );
    }
    const id = uuid(kernel.random('sqs:message-id'));
    const message = { id, body: entry.MessageBody, attributes: entry.MessageAttributes };
    queue.send(message, kernel.clock.nowMs(), entry.DelaySeconds ?? queue.settings.delaySeconds);
    return { MessageId: id, MD5OfMessageBody: md5(entry.MessageBody) };
  };
  const permissions = (input: { QueueUrl: string }) =>
    queuePermissions(kernel, queues, 'sqs:SendMessage', input.QueueUrl, [
      'kms:GenerateDataKey',
      'kms:Decrypt',
    ]);
  return {
    SendMessage: operation(known('sqs SendMessage', SendMessage), {
      permissions,
      run: (input) => send(queueFor(queues, input.QueueUrl), input),
    }),
  };
}

const ReceiveMessage = z.strictObject({
  QueueUrl: z.string(),
  MaxNumberOfMessages: z.number().int().min(1).max(10).default(1),
  VisibilityTimeout: z.number().optional(),
  WaitTimeSeconds: z.number().min(0).max(20).optional(),
  /** every attribute is told, asked for or not */
  AttributeNames: ignored,
  MessageSystemAttributeNames: ignored,
  MessageAttributeNames: ignored,
});
const Receipt = z.strictObject({ QueueUrl: z.string(), ReceiptHandle: z.string() });

function receiving(kernel: Kernel, queues: ReadonlyMap<string, Queue>): Record<string, Operation> {
  const consume = (action: string) => (input: { QueueUrl: string }) =>
    queuePermissions(
      kernel,
      queues,
      action,
      input.QueueUrl,
      action === 'sqs:ReceiveMessage' ? ['kms:Decrypt'] : [],
    );
  return {
    ReceiveMessage: operation(known('sqs ReceiveMessage', ReceiveMessage), {
      permissions: consume('sqs:ReceiveMessage'),
      async run(input) {
        const queue = queueFor(queues, input.QueueUrl);
        const take = () => receive(kernel, queues, queue, input);
        const waitSeconds = input.WaitTimeSeconds ?? queue.settings.receiveWaitSeconds;
        const untilMs = kernel.clock.nowMs() + waitSeconds * 1000;
        let messages = take();
        while (messages.length === 0 && kernel.clock.nowMs() < untilMs) {
          await nextChance(kernel, queue, untilMs);
          messages = take();
        }
        return messages.length === 0 ? {} : { Messages: messages.map(told) };
      },
    }),
    DeleteMessage: operation(known('sqs DeleteMessage', Receipt), {
      permissions: consume('sqs:DeleteMessage'),
      run(input) {
        queueFor(queues, input.QueueUrl).delete(input.ReceiptHandle);
        return {};
      },
    }),
  };
}

const LONGEST_HIDDEN_SECONDS = 43_200;
const Visibility = z.strictObject({ ...Receipt.shape, VisibilityTimeout: z.number().int() });

function hiding(kernel: Kernel, queues: ReadonlyMap<string, Queue>): Record<string, Operation> {
  return {
    ChangeMessageVisibility: operation(known('sqs ChangeMessageVisibility', Visibility), {
      permissions: (input) => queuePermissions(kernel, queues, 'sqs:ChangeMessageVisibility', input.QueueUrl),
      run({ QueueUrl, ReceiptHandle, VisibilityTimeout: seconds }) {
        if (seconds < 0 || seconds > LONGEST_HIDDEN_SECONDS) {
          throw new AwsFailure('InvalidParameterValue', `Value ${seconds} for VisibilityTimeout is invalid.`);
        }
        if (!queueFor(queues, QueueUrl).hide(ReceiptHandle, kernel.clock.nowMs(), seconds)) {
          throw new AwsFailure('MessageNotInflight', 'The message is not in flight.');
        }
        return {};
      },
    }),
  };
}

const AttributesRequest = z.strictObject({ QueueUrl: z.string(), AttributeNames: ignored });

function asking(kernel: Kernel, queues: ReadonlyMap<string, Queue>): Record<string, Operation> {
  return {
    GetQueueUrl: operation(
      known('sqs GetQueueUrl', z.strictObject({ QueueName: z.string(), QueueOwnerAWSAccountId: ignored })),
      {
        permissions: (input) =>
          queuePermissions(kernel, queues, 'sqs:GetQueueUrl', queueUrl(kernel, input.QueueName)),
        run: (input) => ({ QueueUrl: queueFor(queues, queueUrl(kernel, input.QueueName)).settings.url }),
      },
    ),
    GetQueueAttributes: operation(known('sqs GetQueueAttributes', AttributesRequest), {
      permissions: (input) => queuePermissions(kernel, queues, 'sqs:GetQueueAttributes', input.QueueUrl),
      run(input) {
        const queue = queueFor(queues, input.QueueUrl);
        const nowMs = kernel.clock.nowMs();
        const messages = queue.all(nowMs);
        const hidden = messages.filter((message) => message.visibleAtMs > nowMs);
        const delayed = hidden.filter((message) => message.receiveCount === 0).length;
        return {
          Attributes: {
            QueueArn: queue.settings.arn,
            ApproximateNumberOfMessages: String(messages.length - hidden.length),
            ApproximateNumberOfMessagesNotVisible: String(hidden.length - delayed),
            ApproximateNumberOfMessagesDelayed: String(delayed),
            VisibilityTimeout: String(queue.settings.visibilityTimeoutSeconds),
            MessageRetentionPeriod: String(queue.settings.retentionSeconds),
          },
        };
      },
    }),
  };
}

function receive(
  kernel: Kernel,
  queues: ReadonlyMap<string, Queue>,
  queue: Queue,
  input: z.output<typeof ReceiveMessage>,
): QueuedMessage[] {
  const { redrive, visibilityTimeoutSeconds } = queue.settings;
  const wanted = {
    limit: input.MaxNumberOfMessages,
    visibilitySeconds: input.VisibilityTimeout ?? visibilityTimeoutSeconds,
  };
  return queue.receive(kernel.clock.nowMs(), wanted, (message) => {
    if (redrive !== undefined) queueFor(queues, redrive.deadLetterArn).adopt(message);
  });
}

/** Waits until a message is sent or becomes visible again, at most until that time. */
function nextChance(kernel: Kernel, queue: Queue, untilMs: number): Promise<void> {
  const nowMs = kernel.clock.nowMs();
  const visibleMs = queue.all(nowMs).map((message) => message.visibleAtMs);
  const wakeAtMs = Math.min(untilMs, ...visibleMs.filter((timeMs) => timeMs > nowMs));
  return new Promise((resolve) => {
    const timer = kernel.clock.at(wakeAtMs, `poll ${queue.settings.name}`, resolve);
    queue.onNextMessage(() => {
      timer.cancel();
      resolve();
    });
  });
}

function told(message: QueuedMessage) {
  return {
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle,
    Body: message.body,
    MD5OfBody: md5(message.body),
    Attributes: {
      SentTimestamp: String(message.sentAtMs),
      ApproximateReceiveCount: String(message.receiveCount),
      ApproximateFirstReceiveTimestamp: String(message.firstReceivedAtMs),
    },
    ...(Object.keys(message.attributes).length > 0 && { MessageAttributes: message.attributes }),
  };
}

function queuePermissions(
  kernel: Kernel,
  queues: ReadonlyMap<string, Queue>,
  action: string,
  url: string,
  keyActions: readonly string[] = [],
): RequiredPermission[] {
  const name = queueNameOf(url);
  const keyArn = queues.get(name)?.settings.kmsKeyArn;
  const onKey =
    keyArn === undefined ? [] : keyActions.map((keyAction) => ({ action: keyAction, resource: keyArn }));
  return [{ action, resource: `arn:aws:sqs:${kernel.region}:${kernel.accountId}:${name}` }, ...onKey];
}

function queueFor(queues: ReadonlyMap<string, Queue>, urlOrArn: string): Queue {
  const queue = queues.get(queueNameOf(urlOrArn));
  if (queue !== undefined) return queue;
  throw new AwsFailure('QueueDoesNotExist', 'The specified queue does not exist.', 400);
}
