import {
  BatchWriteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, test } from 'vitest';
import { createKernel, type KernelHost } from '../../../simulator/kernel/index.ts';
import { createInProcessRequestHandler } from '../../../simulator/protocols/in-process.ts';
import { createDynamoDbService } from '../../../simulator/services/dynamodb/service.ts';
import { createEventBridgeService } from '../../../simulator/services/eventbridge/service.ts';
import type { GuestHandler } from '../../../simulator/services/lambda/guest-handler.ts';
import { createLambdaService } from '../../../simulator/services/lambda/service.ts';
import { createS3Service } from '../../../simulator/services/s3/service.ts';
import { createSchedulerService } from '../../../simulator/services/scheduler/service.ts';
import { createSecretsManagerService } from '../../../simulator/services/secrets-manager.ts';
import { createServiceQuotasService } from '../../../simulator/services/service-quotas.ts';
import { createSnsService } from '../../../simulator/services/sns/service.ts';
import { createSqsService } from '../../../simulator/services/sqs/service.ts';

let kernel: KernelHost;
let config: {
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  requestHandler: never;
};
const handlers: Record<string, GuestHandler> = {};
const TopicArn = 'arn:aws:sns:us-east-1:123456789012:messages';

/** a whole little account on the real kernel */
async function account(seed = 'seed'): Promise<void> {
  kernel = createKernel({ seed, startAtMs: Date.parse('2026-01-05T00:00:00Z') });
  const eventbridge = createEventBridgeService(kernel);
  const services = [
    eventbridge,
    createDynamoDbService(kernel),
    createS3Service(kernel, (event) => eventbridge.publish(event)),
    createSnsService(kernel),
    createSqsService(kernel),
    createSchedulerService(kernel),
    createSecretsManagerService(kernel),
    createLambdaService(kernel, {
      handlers,
      requestHandler: createInProcessRequestHandler(kernel),
      accessKeyOf: (principal) => kernel.accessKeys.keyOf(principal),
    }),
  ];
  kernel.register(...services, createServiceQuotasService(kernel, { onDemandVcpus: 640, spotVcpus: 1280 }));
  const deploy = (type: string, properties: object) =>
    services.flatMap(({ resources }) => resources[type] ?? [])[0]!(type, { ...properties }, kernel);
  await deploy('AWS::DynamoDB::Table', {
    TableName: 'ledger',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
  });
  await deploy('AWS::S3::Bucket', { BucketName: 'documents' });
  await deploy('AWS::SQS::Queue', { QueueName: 'work' });
  await deploy('AWS::SNS::Topic', { TopicName: 'messages' });
  await deploy('AWS::SecretsManager::Secret', { Name: 'token', SecretString: 'hush' });
  kernel.access.addRole({
    arn: 'arn:aws:iam::123456789012:role/worker',
    name: 'worker',
    trust: {
      Statement: [
        { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
      ],
    },
    policies: [{ Statement: [{ Effect: 'Allow', Action: 'dynamodb:PutItem', Resource: '*' }] }],
  });
  if (handlers['worker'] !== undefined) {
    await deploy('AWS::Lambda::Function', {
      FunctionName: 'worker',
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { S3Bucket: 'assets', S3Key: 'a.zip' },
      Role: 'arn:aws:iam::123456789012:role/worker',
      Timeout: 60,
    });
  }
  config = {
    region: 'us-east-1',
    credentials: { accessKeyId: kernel.accessKeys.keyOf(kernel.root), secretAccessKey: 's' },
    requestHandler: createInProcessRequestHandler(kernel) as never,
  };
}

beforeEach(() => account());

describe('an SDK client', () => {
  test('of DynamoDB is told why a transaction was cancelled, reason by reason', async () => {
    await kernel.settle(async () => {
      const client = new DynamoDBClient(config);
      const Item = { pk: { S: 'a' }, body: { B: new Uint8Array([1, 2]) } };
      const write = new TransactWriteItemsCommand({
        TransactItems: [
          { Put: { TableName: 'ledger', Item: { pk: { S: 'b' } } } },
          {
            Put: {
              TableName: 'ledger',
              Item,
              ConditionExpression: 'attribute_not_exists(pk)',
              ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
            },
          },
        ],
      });
      await client.send(write);
      await expect(client.send(write)).rejects.toMatchObject({
        name: 'TransactionCanceledException',
        CancellationReasons: [
          { Code: 'None' },
          { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', Item },
        ],
      });
    });
  });

  test('of DynamoDB reads what it wrote, and meets a failed condition as an exception with the item', async () => {
    await kernel.settle(async () => {
      const client = new DynamoDBClient(config);
      const Item = { pk: { S: 'a' }, body: { B: new Uint8Array([1, 2]) } };
      const put = { TableName: 'ledger', Item, ConditionExpression: 'attribute_not_exists(pk)' };
      await client.send(new PutItemCommand(put));
      const { Item: read } = await client.send(
        new GetItemCommand({ TableName: 'ledger', Key: { pk: { S: 'a' } } }),
      );
      expect(read).toEqual(Item);
      const again = { ...put, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;
      await expect(client.send(new PutItemCommand(again))).rejects.toMatchObject({
        name: 'ConditionalCheckFailedException',
        Item,
      });
      const batch = { RequestItems: { ledger: [{ DeleteRequest: { Key: { pk: { S: 'a' } } } }] } };
      expect((await client.send(new BatchWriteItemCommand(batch))).UnprocessedItems).toEqual({});
    });
  });

  test('of S3 reads, lists and meets conditions and missing keys', async () => {
    await kernel.settle(async () => {
      const client = new S3Client(config);
      const object = { Bucket: 'documents', Key: 'runs/a b+ü.json' };
      await client.send(new PutObjectCommand({ ...object, Body: '{"a":1}', Metadata: { run: 'r' } }));
      const read = await client.send(new GetObjectCommand(object));
      expect(await read.Body?.transformToString()).toBe('{"a":1}');
      expect(read).toMatchObject({ Metadata: { run: 'r' }, LastModified: new Date('2026-01-05T00:00:00Z') });
      const part = await client.send(new GetObjectCommand({ ...object, Range: 'bytes=1-3' }));
      expect(await part.Body?.transformToString()).toBe('"a"');
      const listed = await client.send(new ListObjectsV2Command({ Bucket: 'documents', Delimiter: '/' }));
      expect(listed.CommonPrefixes).toEqual([{ Prefix: 'runs/' }]);
      const under = await client.send(new ListObjectsV2Command({ Bucket: 'documents', Prefix: 'runs/' }));
      expect(under.Contents).toMatchObject([{ Key: 'runs/a b+ü.json', Size: 7 }]);
      await expect(
        client.send(new PutObjectCommand({ ...object, Body: '2', IfNoneMatch: '*' })),
      ).rejects.toMatchObject({ name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } });
      const missing = { Bucket: 'documents', Key: 'missing' };
      await expect(client.send(new GetObjectCommand(missing))).rejects.toMatchObject({ name: 'NoSuchKey' });
      await expect(client.send(new HeadObjectCommand(missing))).rejects.toMatchObject({ name: 'NotFound' });
    });
  });

  test('of the messaging services sends, receives and is refused by name', async () => {
    await kernel.settle(async () => {
      const sqs = new SQSClient(config);
      const QueueUrl = 'https://sqs.us-east-1.amazonaws.com/123456789012/work';
      const attribute = { DataType: 'String', StringValue: 'v' };
      await sqs.send(
        new SendMessageCommand({ QueueUrl, MessageBody: 'm', MessageAttributes: { a: attribute } }),
      );
      const received = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'] }),
      );
      expect(received.Messages).toMatchObject([{ Body: 'm', MessageAttributes: { a: attribute } }]);
      await expect(
        sqs.send(new SendMessageCommand({ QueueUrl: `${QueueUrl}x`, MessageBody: 'm' })),
      ).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
      const sns = new SNSClient(config);
      expect((await sns.send(new PublishCommand({ TopicArn, Message: 'm' }))).MessageId).toBeTruthy();
      await expect(
        sns.send(new PublishCommand({ TopicArn, Message: 'm', Subject: 'x'.repeat(101) })),
      ).rejects.toMatchObject({ name: 'InvalidParameterException' });
    });
  });

  test('of the other services gets its answers', async () => {
    await kernel.settle(async () => {
      const secret = await new SecretsManagerClient(config).send(
        new GetSecretValueCommand({ SecretId: 'token' }),
      );
      expect(secret).toMatchObject({ SecretString: 'hush', CreatedDate: new Date('2026-01-05T00:00:00Z') });
      const asked = { ServiceCode: 'ec2', QuotaCode: 'L-34B43A08' };
      const quota = await new ServiceQuotasClient(config).send(new GetServiceQuotaCommand(asked));
      expect(quota.Quota?.Value).toBe(1280);
      const Entries = [{ Source: 'acme', DetailType: 'x', Detail: '{}' }];
      const put = await new EventBridgeClient(config).send(new PutEventsCommand({ Entries }));
      expect(put).toMatchObject({ FailedEntryCount: 0 });
      const listed = await new SchedulerClient(config).send(new ListSchedulesCommand({}));
      expect(listed.Schedules).toEqual([]);
    });
  });
});

describe('a function', () => {
  /** writes to DynamoDB with the request handler it was handed at its cold start */
  function worker(): GuestHandler {
    let client: DynamoDBClient | undefined;
    let seams: { requestHandler?: unknown } = {};
    const handler: GuestHandler = async (event) => {
      client ??= new DynamoDBClient({ requestHandler: seams.requestHandler as never });
      const body = { N: String(Date.now()) };
      await client.send(new PutItemCommand({ TableName: 'ledger', Item: { pk: { S: 'w' }, body } }));
      return {
        event,
        at: new Date().toISOString(),
        role: process.env['AWS_ACCESS_KEY_ID'],
        id: crypto.randomUUID(),
      };
    };
    return Object.assign(handler, {
      reset(next: typeof seams = {}) {
        client = undefined;
        seams = next;
      },
    });
  }

  test('calls AWS by its own role, in virtual time, the same way for the same seed', async () => {
    handlers['worker'] = worker();
    const traces: string[] = [];
    for (const seed of ['one', 'two', 'one']) {
      await account(seed);
      await kernel.settle(async () => {
        const client = new LambdaClient(config);
        const invoke = () =>
          client.send(new InvokeCommand({ FunctionName: 'worker', Payload: Buffer.from('{"n":1}') }));
        const [first] = await Promise.all([invoke(), invoke()]);
        const answer = JSON.parse(first.Payload?.transformToString() ?? '') as Record<string, string>;
        expect(answer).toMatchObject({ event: { n: 1 }, at: expect.stringMatching(/^2026-01-05T00:00:0/) });
        expect(kernel.accessKeys.principalOf(answer['role'] ?? '')).toMatchObject({
          id: 'arn:aws:iam::123456789012:role/worker',
        });
      });
      expect(kernel.violations).toEqual([]);
      traces.push(JSON.stringify(kernel.traced.entries));
    }
    expect(traces[2]).toBe(traces[0]);
    expect(traces[1]).not.toBe(traces[0]);
  });
});
