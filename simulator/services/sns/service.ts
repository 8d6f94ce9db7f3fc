import * as z from 'zod';
import {
  AwsFailure,
  NotSimulatedError,
  operation,
  type Kernel,
  type Principal,
  type ResourceHandler,
  type SimulatedService,
} from '../../contracts.ts';
import { sizeBytes } from '../bytes.ts';
import { sendOrLose } from '../delivery.ts';
import { known } from '../known.ts';
import { arnResource, uuid } from '../names.ts';
import { targetCall } from '../targets.ts';
import { topicResources, type Subscription, type Topic } from './resources.ts';

const LARGEST_MESSAGE_BYTES = 262_144;
const LONGEST_SUBJECT = 100;
const DELIVERY_MS = 150;

/** A published message, as a person subscribed to the topic would see it. */
export interface PublishedMessage {
  readonly topicArn: string;
  readonly messageId: string;
  readonly subject: string | undefined;
  /** as people read it; other protocols may get a form of their own */
  readonly message: string;
  readonly forms: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly publishedAtMs: number;
}

export interface SnsService extends SimulatedService {
  readonly resources: Readonly<Record<string, ResourceHandler>>;
  /** everything published so far, in order */
  readonly outbox: readonly PublishedMessage[];
}

const Publish = z.strictObject({
  TopicArn: z.string(),
  Message: z.string(),
  Subject: z.string().optional(),
  MessageStructure: z.literal('json').optional(),
  MessageAttributes: z.record(z.string(), z.unknown()).default({}),
});

/** SNS: standard topics. Mail and other deliveries to people end in the outbox; queues and functions get theirs. */
export function createSnsService(kernel: Kernel): SnsService {
  const topics = new Map<string, Topic>();
  const outbox: PublishedMessage[] = [];
  const topicFor = (arn: string): Topic => {
    const topic = topics.get(arn);
    if (topic === undefined) throw new AwsFailure('NotFound', 'Topic does not exist', 404);
    return topic;
  };
  const publish = operation(known('sns Publish', Publish), {
    permissions: (input) => {
      const keyArn = topics.get(input.TopicArn)?.kmsKeyArn;
      const onKey = keyArn === undefined ? [] : ['kms:GenerateDataKey', 'kms:Decrypt'];
      return [
        { action: 'sns:Publish', resource: input.TopicArn },
        ...onKey.map((action) => ({ action, resource: keyArn ?? '*' })),
      ];
    },
    run(input) {
      const topic = topicFor(input.TopicArn);
      check(input);
      const forms = formsOf(input);
      const published: PublishedMessage = {
        topicArn: topic.arn,
        messageId: uuid(kernel.random('sns:message-id')),
        subject: input.Subject,
        message: forms['default'] ?? input.Message,
        forms,
        attributes: input.MessageAttributes,
        publishedAtMs: kernel.clock.nowMs(),
      };
      outbox.push(published);
      for (const subscription of topic.subscriptions) deliverTo(kernel, topic, subscription, published);
      return { MessageId: published.messageId };
    },
  });
  return {
    name: 'sns',
    outbox,
    operations: { Publish: publish },
    resources: topicResources(topics),
    resourcePolicies: (arn) => topics.get(arn)?.policies ?? [],
  };
}

function check(input: z.output<typeof Publish>): void {
  const { Subject, Message } = input;
  if (Subject !== undefined && !isSubject(Subject)) {
    throw new AwsFailure('InvalidParameter', 'Invalid parameter: Subject', 400);
  }
  if (Message === '') throw new AwsFailure('InvalidParameter', 'Invalid parameter: Empty message', 400);
  if (sizeBytes(Message) + sizeBytes(JSON.stringify(input.MessageAttributes)) > LARGEST_MESSAGE_BYTES) {
    throw new AwsFailure('InvalidParameter', 'Invalid parameter: Message too long', 400);
  }
}

const Forms = z.record(z.string(), z.unknown());

/** What each protocol gets, by name, where the message says so: `default` for all others. Only texts count. */
function formsOf({ Message, MessageStructure }: z.output<typeof Publish>): Record<string, string> {
  if (MessageStructure === undefined) return {};
  const parsed = Forms.safeParse(jsonOf(Message));
  const texts = Object.entries(parsed.data ?? {}).flatMap(([protocol, text]) =>
    typeof text === 'string' ? [[protocol, text] as const] : [],
  );
  const forms = Object.fromEntries(texts);
  if (forms['default'] === undefined) {
    const why = parsed.success
      ? 'No default entry in JSON message body'
      : 'JSON message body failed to parse';
    throw new AwsFailure('InvalidParameter', `Invalid parameter: Message Structure - ${why}`, 400);
  }
  return forms;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** ASCII, without line breaks and control characters, not led by a space, fewer than 100 characters. */
function isSubject(subject: string): boolean {
  return subject.length <= LONGEST_SUBJECT && /^[\x21-\x7e][\x20-\x7e]*$/.test(subject);
}

function deliverTo(
  kernel: Kernel,
  topic: Topic,
  subscription: Subscription,
  published: PublishedMessage,
): void {
  const { protocol, endpoint } = subscription;
  if (protocol !== 'sqs' && protocol !== 'lambda') return;
  const notification = notificationOf(kernel, subscription, published);
  const text =
    protocol === 'sqs'
      ? subscription.raw
        ? textFor(subscription, published)
        : JSON.stringify(notification)
      : JSON.stringify({
          Records: [
            {
              EventSource: 'aws:sns',
              EventVersion: '1.0',
              EventSubscriptionArn: subscription.arn,
              Sns: notification,
            },
          ],
        });
  const principal: Principal = { kind: 'service', id: 'sns.amazonaws.com', sourceArn: topic.arn };
  kernel.clock.after(DELIVERY_MS, `sns to ${arnResource(endpoint)}`, () => {
    const { service, operation: name, input } = targetCall(kernel, endpoint, text);
    return sendOrLose(kernel, subscription.arn, () => kernel.call(service, name, input, principal));
  });
}

function textFor({ protocol }: Subscription, { forms, message }: PublishedMessage): string {
  return forms[protocol] ?? message;
}

function notificationOf(kernel: Kernel, subscription: Subscription, published: PublishedMessage) {
  if (Object.keys(published.attributes).length > 0 && subscription.raw) {
    throw new NotSimulatedError('Message attributes in raw delivery are not simulated');
  }
  return {
    Type: 'Notification',
    MessageId: published.messageId,
    TopicArn: published.topicArn,
    ...(published.subject !== undefined && { Subject: published.subject }),
    Message: textFor(subscription, published),
    Timestamp: new Date(published.publishedAtMs).toISOString(),
    SignatureVersion: '1',
    Signature: 'simulated',
    SigningCertURL: `https://sns.${kernel.region}.amazonaws.com/simulated.pem`,
    UnsubscribeURL: `https://sns.${kernel.region}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`,
    MessageAttributes: published.attributes,
  };
}
