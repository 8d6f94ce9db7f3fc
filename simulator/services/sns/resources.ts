import * as z from 'zod';
import { AwsFailure, type ResourceHandler } from '../../contracts.ts';
import { accountKeyArn } from '../kms.ts';
import { ignored, parseKnown, templateFlag } from '../known.ts';
import { physicalName, uuid } from '../names.ts';

export interface Topic {
  readonly arn: string;
  readonly kmsKeyArn: string | undefined;
  readonly subscriptions: Subscription[];
  readonly policies: unknown[];
}

export interface Subscription {
  readonly arn: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly raw: boolean;
}

const Protocol = z.enum(['email', 'email-json', 'https', 'http', 'sms', 'sqs', 'lambda']);
const TopicProperties = z.strictObject({
  TopicName: z.string().optional(),
  KmsMasterKeyId: z.string().optional(),
  Subscription: z.array(z.strictObject({ Protocol, Endpoint: z.string() })).default([]),
  FifoTopic: templateFlag.refine((fifo) => !fifo, { error: 'only standard topics' }).optional(),
  DisplayName: ignored,
  SignatureVersion: ignored,
  TracingConfig: ignored,
  DeliveryStatusLogging: ignored,
  Tags: ignored,
});
const SubscriptionProperties = z.strictObject({
  TopicArn: z.string(),
  Protocol,
  Endpoint: z.string(),
  RawMessageDelivery: templateFlag.default(false),
  Region: ignored,
});
const PolicyProperties = z.strictObject({ Topics: z.array(z.string()), PolicyDocument: z.unknown() });

/** Creates topics, subscriptions and topic policies from a template. */
export function topicResources(topics: Map<string, Topic>): Readonly<Record<string, ResourceHandler>> {
  const topicFor = (arn: string): Topic => {
    const topic = topics.get(arn);
    if (topic === undefined) throw new AwsFailure('NotFound', `Topic ${arn} does not exist`, 404);
    return topic;
  };
  return {
    'AWS::SNS::Topic': (logicalId, properties, kernel) => {
      const parsed = parseKnown(`AWS::SNS::Topic ${logicalId}`, TopicProperties, properties);
      const name = parsed.TopicName ?? physicalName(kernel, logicalId, 256);
      const arn = `arn:aws:sns:${kernel.region}:${kernel.accountId}:${name}`;
      const subscriptions = parsed.Subscription.map(({ Protocol: protocol, Endpoint: endpoint }) => ({
        arn: `${arn}:${uuid(kernel.random(`subscription:${logicalId}`))}`,
        protocol,
        endpoint,
        raw: false,
      }));
      const kmsKeyArn = accountKeyArn(kernel, parsed.KmsMasterKeyId);
      topics.set(arn, { arn, kmsKeyArn, subscriptions, policies: [] });
      return { ref: arn, attributes: { TopicArn: arn, TopicName: name } };
    },
    'AWS::SNS::Subscription': (logicalId, properties, kernel) => {
      const parsed = parseKnown(`AWS::SNS::Subscription ${logicalId}`, SubscriptionProperties, properties);
      const arn = `${parsed.TopicArn}:${uuid(kernel.random(`subscription:${logicalId}`))}`;
      const { Protocol: protocol, Endpoint: endpoint, RawMessageDelivery: raw } = parsed;
      topicFor(parsed.TopicArn).subscriptions.push({ arn, protocol, endpoint, raw });
      return { ref: arn, attributes: { Arn: arn } };
    },
    'AWS::SNS::TopicPolicy': (logicalId, properties) => {
      const parsed = parseKnown(`AWS::SNS::TopicPolicy ${logicalId}`, PolicyProperties, properties);
      for (const arn of parsed.Topics) topicFor(arn).policies.push(parsed.PolicyDocument);
      return { ref: logicalId, attributes: {} };
    },
  };
}
