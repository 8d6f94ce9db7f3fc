import { GetMetricDataCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { GetProductsCommand } from '@aws-sdk/client-pricing';
import { GetScheduleCommand, ListSchedulesCommand } from '@aws-sdk/client-scheduler';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { GetServiceQuotaCommand } from '@aws-sdk/client-service-quotas';
import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PublishCommand } from '@aws-sdk/client-sns';
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { answering, openForTest, TRANSPORTS } from './sdk-clients.ts';

const at = new Date('2026-01-04T12:30:00.000Z');
const queue = 'https://sqs.us-east-1.amazonaws.com/123456789012/q';
describe.each(TRANSPORTS)('an SDK client over %s', (transport) => {
  const open = (...services: ReturnType<typeof answering>[]) => openForTest(transport, services);

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
