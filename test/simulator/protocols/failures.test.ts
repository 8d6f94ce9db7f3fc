import { DescribeSpotPriceHistoryCommand } from '@aws-sdk/client-ec2';
import { ConditionalCheckFailedException, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeClusterCommand } from '@aws-sdk/client-emr';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { GetScheduleCommand } from '@aws-sdk/client-scheduler';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PublishCommand } from '@aws-sdk/client-sns';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { AwsFailure } from '../../../simulator/contracts.ts';
import { answering, openForTest, TRANSPORTS } from './sdk-clients.ts';

const queue = 'https://sqs.us-east-1.amazonaws.com/123456789012/q';
describe.each(TRANSPORTS)('an SDK client over %s', (transport) => {
  const open = (...services: ReturnType<typeof answering>[]) => openForTest(transport, services);

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
});
