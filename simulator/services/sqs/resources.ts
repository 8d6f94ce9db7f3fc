import * as z from 'zod';
import type { Kernel, ResourceHandler } from '../../contracts.ts';
import { accountKeyArn } from '../kms.ts';
import { ignored, parseKnown, templateFlag, templateNumber } from '../known.ts';
import { arnResource, physicalName } from '../names.ts';
import { Queue } from './queue.ts';

const notFifo = templateFlag.refine((fifo) => !fifo, { error: 'only standard queues' }).optional();

const QueueProperties = z.strictObject({
  QueueName: z.string().optional(),
  VisibilityTimeout: templateNumber.default(30),
  MessageRetentionPeriod: templateNumber.default(345_600),
  DelaySeconds: templateNumber.default(0),
  ReceiveMessageWaitTimeSeconds: templateNumber.default(0),
  RedrivePolicy: z
    .strictObject({ deadLetterTargetArn: z.string(), maxReceiveCount: templateNumber })
    .optional(),
  KmsMasterKeyId: z.string().optional(),
  FifoQueue: notFifo,
  RedriveAllowPolicy: ignored,
  SqsManagedSseEnabled: ignored,
  KmsDataKeyReusePeriodSeconds: ignored,
  Tags: ignored,
});

const QueuePolicyProperties = z.strictObject({ Queues: z.array(z.string()), PolicyDocument: z.unknown() });

/** Creates queues and their policies from a template. */
export function queueResources(queues: Map<string, Queue>): Readonly<Record<string, ResourceHandler>> {
  return {
    'AWS::SQS::Queue': (logicalId, properties, kernel) => {
      const parsed = parseKnown(`AWS::SQS::Queue ${logicalId}`, QueueProperties, properties);
      const name = parsed.QueueName ?? physicalName(kernel, logicalId, 80);
      const url = queueUrl(kernel, name);
      const arn = `arn:aws:sqs:${kernel.region}:${kernel.accountId}:${name}`;
      queues.set(
        name,
        new Queue({
          name,
          arn,
          url,
          visibilityTimeoutSeconds: parsed.VisibilityTimeout,
          retentionSeconds: parsed.MessageRetentionPeriod,
          delaySeconds: parsed.DelaySeconds,
          receiveWaitSeconds: parsed.ReceiveMessageWaitTimeSeconds,
          redrive: parsed.RedrivePolicy && {
            deadLetterArn: parsed.RedrivePolicy.deadLetterTargetArn,
            maxReceiveCount: parsed.RedrivePolicy.maxReceiveCount,
          },
          kmsKeyArn: accountKeyArn(kernel, parsed.KmsMasterKeyId),
        }),
      );
      return { ref: url, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
    },
    'AWS::SQS::QueuePolicy': (logicalId, properties) => {
      const parsed = parseKnown(`AWS::SQS::QueuePolicy ${logicalId}`, QueuePolicyProperties, properties);
      for (const url of parsed.Queues) queues.get(queueNameOf(url))?.policies.push(parsed.PolicyDocument);
      return { ref: logicalId, attributes: {} };
    },
  };
}

export function queueUrl(kernel: Kernel, name: string): string {
  return `https://sqs.${kernel.region}.amazonaws.com/${kernel.accountId}/${name}`;
}

/** The name in a queue's URL or ARN. */
export function queueNameOf(urlOrArn: string): string {
  return urlOrArn.startsWith('arn:') ? arnResource(urlOrArn) : (urlOrArn.split('/').at(-1) ?? urlOrArn);
}
