import { describe, expect, it } from 'vitest';
import { AwsFailure } from '../../../simulator/contracts.ts';
import { functionError, LAMBDA, only, payload, ROLE, runMachine, sent, type Answer } from './harness.ts';

const task = (more: object, answer: Answer, input: unknown = {}) =>
  runMachine(only({ ...LAMBDA, ...more }), { answer, input });

function raise(code: string, status = 400, message = 'no'): never {
  throw new AwsFailure(code, message, status);
}

describe('lambda:invoke', () => {
  it('calls as the role and gives Payload as JSON', async () => {
    const ran = await task({}, (made) => payload({ got: sent(made) }), { a: 1 });
    expect(ran.output).toMatchObject({ Payload: { got: { a: 1 } }, StatusCode: 200 });
    expect(ran.calls[0]).toMatchObject({
      service: 'lambda',
      operation: 'Invoke',
      principal: { kind: 'role', id: ROLE },
    });
    expect(ran.types).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    expect(ran.events[2]).toMatchObject({
      previousEventId: 2,
      taskScheduledEventDetails: {
        resourceType: 'lambda',
        resource: 'invoke',
        region: 'us-east-1',
        parameters: '{"FunctionName":"f","Payload":{"a":1}}',
      },
    });
  });

  it('$states.result is the answer, and Output shapes it', async () => {
    expect((await task({ Output: '{% $states.result.Payload.x %}' }, () => payload({ x: 4 }))).output).toBe(
      4,
    );
  });

  it.each([
    [
      'the function’s error type',
      () => functionError('LeaseTaken', 'busy'),
      'LeaseTaken',
      '"errorMessage":"busy"',
    ],
    [
      'a time-out of the function',
      () => functionError('Sandbox.Timedout', 'Task timed out'),
      'Sandbox.Timedout',
      'timed out',
    ],
    [
      'an error without a type',
      () => ({ ...payload('gone'), FunctionError: 'Unhandled' }),
      'Lambda.Unknown',
      'gone',
    ],
    [
      'throttling',
      () => raise('TooManyRequestsException', 429),
      'Lambda.TooManyRequestsException',
      'Status Code: 429',
    ],
    [
      'a failure of Lambda',
      () => raise('ServiceException', 500),
      'Lambda.ServiceException',
      'Service: Lambda',
    ],
    [
      'no such function',
      () => raise('ResourceNotFoundException', 404),
      'Lambda.ResourceNotFoundException',
      'Status Code: 404',
    ],
    [
      'a missing right',
      () => raise('AccessDeniedException', 403),
      'Lambda.AWSLambdaException',
      'Status Code: 403',
    ],
    ['a lost answer', () => raise('SdkClientException', 500), 'Lambda.SdkClientException', ''],
  ])('%s names the error', async (_what, answer, error, cause) => {
    const ran = await task({}, answer);
    expect(ran).toMatchObject({ status: 'FAILED', error });
    expect(ran.cause).toContain(cause);
    expect(ran.types.slice(-2)).toEqual(['TaskFailed', 'ExecutionFailed']);
  });

  it('a function named by its ARN gets the input and gives its answer bare', async () => {
    const Resource = 'arn:aws:lambda:us-east-1:123456789012:function:f';
    const ran = await runMachine(only({ Type: 'Task', Resource }), {
      input: { n: 2 },
      answer: (made) => payload(sent(made).n + 1),
    });
    expect(ran.output).toBe(3);
    expect(ran.types.slice(2, 5)).toEqual([
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionSucceeded',
    ]);
  });
});

describe('other integrations', () => {
  const service = (Resource: string, Arguments: unknown, answer: Answer = () => ({})) =>
    runMachine(only({ Type: 'Task', Resource, Arguments }), { answer });

  it.each([
    [
      'sns:publish',
      { TopicArn: 't', Message: { a: 1 } },
      'sns',
      'Publish',
      { TopicArn: 't', Message: '{"a":1}' },
    ],
    [
      'sqs:sendMessage',
      { QueueUrl: 'q', MessageBody: { a: 1 } },
      'sqs',
      'SendMessage',
      { QueueUrl: 'q', MessageBody: '{"a":1}' },
    ],
    [
      'events:putEvents',
      { Entries: [{ Source: 's', Detail: { a: 1 } }] },
      'eventbridge',
      'PutEvents',
      { Entries: [{ Source: 's', Detail: '{"a":1}' }] },
    ],
    [
      'dynamodb:putItem',
      { TableName: 't', Item: { pk: { S: 'a' } } },
      'dynamodb',
      'PutItem',
      { TableName: 't', Item: { pk: { S: 'a' } } },
    ],
    ['aws-sdk:emr:describeCluster', { ClusterId: 'j' }, 'emr', 'DescribeCluster', { ClusterId: 'j' }],
  ])('%s', async (name, args, target, operation, input) => {
    const ran = await service(`arn:aws:states:::${name}`, args);
    expect(ran.status).toBe('SUCCEEDED');
    expect(ran.calls[0]).toMatchObject({ service: target, operation, input });
  });

  it('SDK integrations answer dates as text and in Pascal case', async () => {
    const ran = await service('arn:aws:states:::aws-sdk:emr:describeCluster', { ClusterId: 'j' }, () => ({
      Cluster: { At: new Date(0), Bytes: new Uint8Array([65]) },
    }));
    expect(ran.output).toEqual({ Cluster: { At: '1970-01-01T00:00:00.000Z', Bytes: 'A' } });
    const own = await service('arn:aws:states:::aws-sdk:sfn:listStateMachines', {});
    expect(own.output.StateMachines[0]).toMatchObject({
      Name: 'machine',
      CreationDate: '2030-01-01T00:00:00.000Z',
    });
  });

  it.each([
    ['aws-sdk:emr:describeCluster', 'InvalidRequestException', 'Emr.InvalidRequestException'],
    ['aws-sdk:emr:describeCluster', 'ThrottlingException', 'Emr.EmrException'],
    ['aws-sdk:s3:getObject', 'NoSuchKey', 'S3.NoSuchKeyException'],
    ['aws-sdk:ec2:describeInstances', 'InvalidInstanceID.NotFound', 'Ec2.Ec2Exception'],
    [
      'aws-sdk:dynamodb:putItem',
      'ConditionalCheckFailedException',
      'DynamoDb.ConditionalCheckFailedException',
    ],
    ['aws-sdk:dynamodb:putItem', 'ValidationException', 'DynamoDb.DynamoDbException'],
    ['dynamodb:putItem', 'ConditionalCheckFailedException', 'DynamoDB.ConditionalCheckFailedException'],
    ['dynamodb:putItem', 'ValidationException', 'DynamoDB.AmazonDynamoDBException'],
  ])('%s answering %s fails with %s', async (name, code, error) => {
    expect(await service(`arn:aws:states:::${name}`, {}, () => raise(code))).toMatchObject({ error });
  });

  it('an entry that EventBridge did not take fails the task', async () => {
    const ran = await service('arn:aws:states:::events:putEvents', { Entries: [{}] }, () => ({
      FailedEntryCount: 1,
      Entries: [],
    }));
    expect(ran.error).toBe('EventBridge.FailedEntry');
  });
});
