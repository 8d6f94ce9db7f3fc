import { DescribeSpotPriceHistoryCommand } from '@aws-sdk/client-ec2';
import { GetItemCommand, ConditionalCheckFailedException, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetMetricDataCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeClusterCommand, RunJobFlowCommand } from '@aws-sdk/client-emr';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { GetProductsCommand } from '@aws-sdk/client-pricing';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { GetScheduleCommand, ListSchedulesCommand } from '@aws-sdk/client-scheduler';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { GetServiceQuotaCommand } from '@aws-sdk/client-service-quotas';
import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PublishCommand } from '@aws-sdk/client-sns';
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { AwsFailure } from '../../../simulator/contracts.ts';
import { answering, openAccount, TRANSPORTS, type Account } from './sdk-clients.ts';

const at = new Date('2026-01-04T12:30:00.000Z');
const queue = 'https://sqs.us-east-1.amazonaws.com/123456789012/q';
let account: Account | undefined;

afterEach(async () => {
  expect(account?.kernel.violations).toEqual([]);
  await account?.close();
  account = undefined;
});

describe.each(TRANSPORTS)('an SDK client over %s', (transport) => {
  async function open(...services: ReturnType<typeof answering>[]) {
    account = await openAccount(
      transport,
      services.map(({ service }) => service),
    );
    return account;
  }

  it('runs a job flow and sees its cluster with dates', async () => {
    const emr = answering('emr', {
      RunJobFlow: () => ({
        JobFlowId: 'j-1',
        ClusterArn: 'arn:aws:elasticmapreduce:us-east-1:123456789012:cluster/j-1',
      }),
      DescribeCluster: () => ({
        Cluster: { Id: 'j-1', Status: { State: 'STARTING', Timeline: { CreationDateTime: at } } },
      }),
    });
    const { kernel, clients } = await open(emr);
    const input = {
      Name: 'n',
      Instances: {
        KeepJobFlowAliveWhenNoSteps: false,
        InstanceFleets: [{ InstanceFleetType: 'CORE' as const, TargetSpotCapacity: 4 }],
      },
      Steps: [{ Name: 's', HadoopJarStep: { Jar: 'command-runner.jar', Args: ['spark-submit'] } }],
    };
    const { JobFlowId } = await kernel.settle(() => clients.emr.send(new RunJobFlowCommand(input)));
    expect(JobFlowId).toBe('j-1');
    expect(emr.inputs[0]).toEqual(input);
    const described = await kernel.settle(() =>
      clients.emr.send(new DescribeClusterCommand({ ClusterId: 'j-1' })),
    );
    expect(described.Cluster?.Status?.Timeline?.CreationDateTime).toEqual(at);
  });

  it('asks for spot prices with lists, filters and times', async () => {
    const ec2 = answering('ec2', {
      DescribeSpotPriceHistory: () => ({
        NextToken: '',
        SpotPriceHistory: [
          {
            InstanceType: 'm5.xlarge',
            AvailabilityZone: 'us-east-1a',
            SpotPrice: '0.07',
            Timestamp: at,
            ProductDescription: 'Linux/UNIX',
          },
          {
            InstanceType: 'm5.2xlarge',
            AvailabilityZone: 'us-east-1b',
            SpotPrice: '0.14',
            Timestamp: at,
            ProductDescription: 'Linux/UNIX',
          },
        ],
      }),
    });
    const { kernel, clients } = await open(ec2);
    const input = {
      InstanceTypes: ['m5.xlarge' as const, 'm5.2xlarge' as const],
      ProductDescriptions: ['Linux/UNIX'],
      StartTime: at,
      MaxResults: 100,
      Filters: [{ Name: 'availability-zone', Values: ['us-east-1a', 'us-east-1b'] }],
    };
    const { SpotPriceHistory } = await kernel.settle(() =>
      clients.ec2.send(new DescribeSpotPriceHistoryCommand(input)),
    );
    expect(ec2.inputs[0]).toEqual(input);
    expect(SpotPriceHistory).toHaveLength(2);
    expect(SpotPriceHistory?.[1]).toMatchObject({ SpotPrice: '0.14', Timestamp: at });
  });

  it('keeps items of every attribute type', async () => {
    const item = {
      pk: { S: 'a' },
      n: { N: '12.5' },
      b: { B: new Uint8Array([1, 2, 3]) },
      m: { M: { l: { L: [{ BOOL: true }, { NULL: true }] } } },
      ss: { SS: ['x', 'y'] },
    };
    const dynamodb = answering('dynamodb', { PutItem: () => ({}), GetItem: () => ({ Item: item }) });
    const { kernel, clients } = await open(dynamodb);
    await kernel.settle(() => clients.dynamodb.send(new PutItemCommand({ TableName: 't', Item: item })));
    expect(dynamodb.inputs[0]).toEqual({ TableName: 't', Item: item });
    const got = await kernel.settle(() =>
      clients.dynamodb.send(new GetItemCommand({ TableName: 't', Key: { pk: { S: 'a' } } })),
    );
    expect(got.Item).toEqual(item);
  });

  it('gets exceptions by their names, with their members', async () => {
    const dynamodb = answering('dynamodb', {
      PutItem: () => {
        throw new AwsFailure('ConditionalCheckFailedException', 'The conditional request failed', 400, {
          Item: { pk: { S: 'a' } },
        });
      },
    });
    const s3 = answering('s3', {
      GetObject: () => {
        throw new AwsFailure('NoSuchKey', 'The specified key does not exist.', 404, { Key: 'k' });
      },
      HeadObject: () => {
        throw new AwsFailure('NotFound', 'Not Found', 404);
      },
    });
    const refuse =
      (code: string, status = 400) =>
      () => {
        throw new AwsFailure(code, 'no & <never>', status);
      };
    const { kernel, clients } = await open(
      dynamodb,
      s3,
      answering('sns', { Publish: refuse('NotFoundException', 404) }),
      answering('sqs', { SendMessage: refuse('QueueDoesNotExist') }),
      answering('sfn', { StartExecution: refuse('ExecutionAlreadyExists') }),
      answering('emr', { DescribeCluster: refuse('InvalidRequestException') }),
      answering('ec2', { DescribeSpotPriceHistory: refuse('InvalidParameterValue') }),
      answering('lambda', { Invoke: refuse('ResourceNotFoundException', 404) }),
      answering('scheduler', { GetSchedule: refuse('ResourceNotFoundException', 404) }),
      answering('cloudwatch', { PutMetricData: refuse('InvalidParameterValue') }),
    );
    const failing = (work: () => Promise<unknown>): Promise<unknown> =>
      kernel.settle(() =>
        work().then(
          () => 'no error',
          (error: unknown) => error,
        ),
      );
    const condition = await failing(() =>
      clients.dynamodb.send(new PutItemCommand({ TableName: 't', Item: {} })),
    );
    expect(condition).toBeInstanceOf(ConditionalCheckFailedException);
    expect(condition).toMatchObject({ Item: { pk: { S: 'a' } }, message: 'The conditional request failed' });
    expect(
      await failing(() => clients.s3.send(new GetObjectCommand({ Bucket: 'b-1', Key: 'k' }))),
    ).toMatchObject({
      name: 'NoSuchKey',
    });
    expect(
      await failing(() => clients.s3.send(new HeadObjectCommand({ Bucket: 'b-1', Key: 'k' }))),
    ).toMatchObject({
      name: 'NotFound',
    });
    const named = async (work: () => Promise<unknown>) => {
      const error = await failing(work);
      return error instanceof Error ? `${error.name}: ${error.message}` : error;
    };
    expect(await named(() => clients.sns.send(new PublishCommand({ TopicArn: 'a', Message: 'm' })))).toBe(
      'NotFoundException: no & <never>',
    );
    expect(
      await named(() => clients.sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: 'm' }))),
    ).toBe('QueueDoesNotExist: no & <never>');
    expect(await named(() => clients.sfn.send(new StartExecutionCommand({ stateMachineArn: 'a' })))).toBe(
      'ExecutionAlreadyExists: no & <never>',
    );
    expect(await named(() => clients.emr.send(new DescribeClusterCommand({ ClusterId: 'j' })))).toBe(
      'InvalidRequestException: no & <never>',
    );
    expect(await named(() => clients.ec2.send(new DescribeSpotPriceHistoryCommand({})))).toBe(
      'InvalidParameterValue: no & <never>',
    );
    expect(await named(() => clients.lambda.send(new InvokeCommand({ FunctionName: 'f' })))).toBe(
      'ResourceNotFoundException: no & <never>',
    );
    expect(await named(() => clients.scheduler.send(new GetScheduleCommand({ Name: 's' })))).toBe(
      'ResourceNotFoundException: no & <never>',
    );
    expect(
      await named(() =>
        clients.cloudwatch.send(new PutMetricDataCommand({ Namespace: 'n', MetricData: [] })),
      ),
    ).toMatch(/^InvalidParameterValue(Exception)?: no & <never>$/);
  });

  it('puts, streams, gets, heads, lists and deletes objects', async () => {
    const stored = new Map<string, Uint8Array>();
    const s3 = answering('s3', {
      PutObject: ({ Key, Body }: { Key: string; Body: Uint8Array }) => {
        stored.set(Key, Body);
        return { ETag: '"e"' };
      },
      GetObject: ({ Key }: { Key: string }) => {
        const Body = stored.get(Key) ?? new Uint8Array();
        return {
          Body,
          ContentLength: Body.byteLength,
          ETag: '"e"',
          LastModified: at,
          ContentType: 'text/plain',
          Metadata: { owner: 'me' },
        };
      },
      HeadObject: () => ({ ContentLength: 5, ETag: '"e"', LastModified: at }),
      DeleteObject: () => ({}),
      ListObjectsV2: () => ({
        Name: 'b-1',
        KeyCount: 2,
        IsTruncated: false,
        Prefix: 'a/',
        Contents: [...stored.keys()].map((Key) => ({ Key, Size: 5, LastModified: at, ETag: '"e"' })),
        CommonPrefixes: [{ Prefix: 'a/x/' }],
      }),
    });
    const { kernel, clients } = await open(s3);
    const key = 'a/b c+d&e.json';
    await kernel.settle(() =>
      clients.s3.send(
        new PutObjectCommand({ Bucket: 'b-1', Key: key, Body: 'hello', Metadata: { owner: 'me' } }),
      ),
    );
    expect(s3.inputs[0]).toMatchObject({ Bucket: 'b-1', Key: key, Metadata: { owner: 'me' } });
    await kernel.settle(() =>
      clients.s3.send(
        new PutObjectCommand({
          Bucket: 'b-1',
          Key: 'a/s',
          Body: Readable.from([Buffer.from('stre'), Buffer.from('am')]),
          ContentLength: 6,
        }),
      ),
    );
    expect(Buffer.from(stored.get('a/s') ?? []).toString()).toBe('stream');
    const got = await kernel.settle(async () => {
      const response = await clients.s3.send(new GetObjectCommand({ Bucket: 'b-1', Key: key }));
      return { ...response, text: await response.Body?.transformToString() };
    });
    expect(got).toMatchObject({
      text: 'hello',
      LastModified: at,
      ContentLength: 5,
      Metadata: { owner: 'me' },
    });
    const head = await kernel.settle(() =>
      clients.s3.send(new HeadObjectCommand({ Bucket: 'b-1', Key: key })),
    );
    expect(head.ContentLength).toBe(5);
    const list = await kernel.settle(() =>
      clients.s3.send(new ListObjectsV2Command({ Bucket: 'b-1', Prefix: 'a/' })),
    );
    expect(list.Contents?.map(({ Key }) => Key)).toEqual([key, 'a/s']);
    expect(list.CommonPrefixes).toEqual([{ Prefix: 'a/x/' }]);
    expect(s3.inputs.at(-1)).toEqual({ Bucket: 'b-1', Prefix: 'a/' });
    await kernel.settle(() => clients.s3.send(new DeleteObjectCommand({ Bucket: 'b-1', Key: key })));
    expect(s3.inputs.at(-1)).toEqual({ Bucket: 'b-1', Key: key });
  });

  it('reads a large object whole', async () => {
    const Body = new Uint8Array(3_000_000).fill(7);
    const { kernel, clients } = await open(
      answering('s3', { GetObject: () => ({ Body, ContentLength: Body.byteLength, ETag: '"e"' }) }),
    );
    const length = await kernel.settle(async () => {
      const response = await clients.s3.send(new GetObjectCommand({ Bucket: 'b-1', Key: 'k' }));
      return (await response.Body?.transformToByteArray())?.byteLength;
    });
    expect(length).toBe(3_000_000);
  });

  it('publishes, queues, invokes, schedules, measures', async () => {
    const sns = answering('sns', { Publish: () => ({ MessageId: 'm-1' }) });
    const sqs = answering('sqs', {
      SendMessage: () => ({ MessageId: 'm-2', MD5OfMessageBody: '6f8f57715090da2632453988d9a1501b' }),
      ReceiveMessage: () => ({
        Messages: [
          { MessageId: 'm-2', Body: 'm', MD5OfBody: '6f8f57715090da2632453988d9a1501b', ReceiptHandle: 'r' },
        ],
      }),
    });
    const lambda = answering('lambda', {
      Invoke: () => ({
        StatusCode: 200,
        Payload: Buffer.from('{"a":1}'),
        FunctionError: 'Unhandled',
        ExecutedVersion: '$LATEST',
      }),
    });
    const scheduler = answering('scheduler', {
      GetSchedule: () => ({
        Name: 's',
        CreationDate: at,
        ScheduleExpression: 'rate(1 day)',
        FlexibleTimeWindow: { Mode: 'OFF' },
      }),
      ListSchedules: () => ({ Schedules: [{ Name: 's', GroupName: 'default', State: 'ENABLED' }] }),
    });
    const cloudwatch = answering('cloudwatch', {
      PutMetricData: () => undefined,
      GetMetricData: () => ({
        MetricDataResults: [{ Id: 'a', Label: 'l', Timestamps: [at], Values: [1.5], StatusCode: 'Complete' }],
      }),
    });
    const others = [
      answering('eventbridge', { PutEvents: () => ({ FailedEntryCount: 0, Entries: [{ EventId: 'e' }] }) }),
      answering('sfn', {
        StartExecution: () => ({ executionArn: 'x', startDate: at }),
        DescribeExecution: () => ({
          executionArn: 'x',
          stateMachineArn: 's',
          status: 'RUNNING',
          startDate: at,
        }),
      }),
      answering('pricing', { GetProducts: () => ({ FormatVersion: 'aws_v1', PriceList: ['{"a":1}'] }) }),
      answering('secrets-manager', {
        GetSecretValue: () => ({ Name: 'n', SecretString: 's', CreatedDate: at }),
      }),
      answering('service-quotas', { GetServiceQuota: () => ({ Quota: { QuotaCode: 'L-1', Value: 640 } }) }),
    ];
    const { kernel, clients } = await open(sns, sqs, lambda, scheduler, cloudwatch, ...others);
    const send = <T>(work: () => Promise<T>): Promise<T> => kernel.settle(work);
    const published = {
      TopicArn: 'arn:aws:sns:us-east-1:123456789012:t',
      Subject: 'é?',
      Message: 'a=b&c',
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'miss' } },
    };
    expect((await send(() => clients.sns.send(new PublishCommand(published)))).MessageId).toBe('m-1');
    expect(sns.inputs[0]).toEqual(published);
    await send(() => clients.sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: 'm' })));
    const received = await send(() => clients.sqs.send(new ReceiveMessageCommand({ QueueUrl: queue })));
    expect(received.Messages?.[0]?.Body).toBe('m');
    const invoked = await send(() =>
      clients.lambda.send(
        new InvokeCommand({
          FunctionName: 'arn:aws:lambda:us-east-1:123456789012:function:f',
          Payload: '{"x":1}',
        }),
      ),
    );
    expect(invoked.Payload?.transformToString()).toBe('{"a":1}');
    expect(invoked).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(lambda.inputs[0]).toMatchObject({
      FunctionName: 'arn:aws:lambda:us-east-1:123456789012:function:f',
    });
    expect(
      (await send(() => clients.scheduler.send(new GetScheduleCommand({ Name: 's' })))).CreationDate,
    ).toEqual(at);
    await send(() => clients.scheduler.send(new ListSchedulesCommand({ MaxResults: 5, NamePrefix: 'x y' })));
    expect(scheduler.inputs.at(-1)).toEqual({ MaxResults: 5, NamePrefix: 'x y' });
    const metric = {
      Namespace: 'n',
      MetricData: [{ MetricName: 'm', Value: 1.5, Timestamp: at, Unit: 'Count' as const }],
    };
    await send(() => clients.cloudwatch.send(new PutMetricDataCommand(metric)));
    expect(cloudwatch.inputs[0]).toEqual(metric);
    const data = await send(() =>
      clients.cloudwatch.send(
        new GetMetricDataCommand({
          StartTime: at,
          EndTime: at,
          MetricDataQueries: [{ Id: 'a', Expression: 'b' }],
        }),
      ),
    );
    expect(data.MetricDataResults?.[0]).toMatchObject({ Timestamps: [at], Values: [1.5] });
    const entries = [{ Source: 's', DetailType: 'd', Detail: '{}', Time: at }];
    await send(() => clients.eventbridge.send(new PutEventsCommand({ Entries: entries })));
    expect(others[0]?.inputs[0]).toEqual({ Entries: entries });
    expect(
      (await send(() => clients.sfn.send(new StartExecutionCommand({ stateMachineArn: 's', input: '{}' }))))
        .startDate,
    ).toEqual(at);
    expect(
      (await send(() => clients.sfn.send(new DescribeExecutionCommand({ executionArn: 'x' })))).status,
    ).toBe('RUNNING');
    expect(
      (
        await send(() => clients.pricing.send(new GetProductsCommand({ ServiceCode: 'AmazonEC2' })))
      ).PriceList?.map(String),
    ).toEqual(['{"a":1}']);
    expect(
      (await send(() => clients.secrets.send(new GetSecretValueCommand({ SecretId: 'n' })))).CreatedDate,
    ).toEqual(at);
    const quota = await send(() =>
      clients.quotas.send(new GetServiceQuotaCommand({ ServiceCode: 'ec2', QuotaCode: 'L-1' })),
    );
    expect(quota.Quota?.Value).toBe(640);
  });
});
