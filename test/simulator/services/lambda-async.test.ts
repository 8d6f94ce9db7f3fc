import { beforeEach, describe, expect, test } from 'vitest';
import { AwsFailure, type ResourceHandler } from '../../../simulator/contracts.ts';
import type { GuestHandler } from '../../../simulator/services/lambda/guest-handler.ts';
import { createLambdaService, type LambdaService } from '../../../simulator/services/lambda/service.ts';
import { createSqsService, type SqsService } from '../../../simulator/services/sqs/service.ts';
import { asked, fakeKernel, type FakeKernel } from './fake-kernel.ts';

let kernel: FakeKernel;
let lambda: LambdaService;
let sqs: SqsService;
const handlers: Record<string, GuestHandler> = {};

beforeEach(() => {
  kernel = fakeKernel();
  lambda = createLambdaService(kernel, { handlers, accessKeyOf: ({ id }) => id });
  sqs = createSqsService(kernel);
  kernel.register(lambda, sqs);
});

const create = (
  resources: Readonly<Record<string, ResourceHandler>>,
  type: string,
  logicalId: string,
  properties: object,
) => resources[type]!(logicalId, { ...properties }, kernel);

async function deploy(name: string, handler: GuestHandler, properties: object = {}) {
  handlers[name] = handler;
  return create(lambda.resources, 'AWS::Lambda::Function', name, {
    FunctionName: name,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Code: { S3Bucket: 'assets', S3Key: 'abc.zip' },
    Role: 'arn:aws:iam::123456789012:role/worker',
    ...properties,
  });
}

function send(FunctionName: string, event: unknown) {
  const input = { FunctionName, InvocationType: 'Event', Payload: JSON.stringify(event) };
  return asked(kernel, 'lambda', 'Invoke', input);
}

describe('asynchronous invocation', () => {
  const queue = async (name: string) => {
    await create(sqs.resources, 'AWS::SQS::Queue', name, { QueueName: name });
    return `arn:aws:sqs:us-east-1:123456789012:${name}`;
  };

  test('retries a failing function after one and two minutes, then sends the event to the destination', async () => {
    const times: number[] = [];
    await deploy('flaky', () => {
      times.push(kernel.clock.nowMs());
      throw new Error('no');
    });
    await create(lambda.resources, 'AWS::Lambda::EventInvokeConfig', 'Config', {
      FunctionName: 'flaky',
      Qualifier: '$LATEST',
      DestinationConfig: { OnFailure: { Destination: await queue('failed') } },
    });
    expect(await send('flaky', { n: 1 })).toMatchObject({ StatusCode: 202 });
    await kernel.advance(600_000);
    expect(times).toHaveLength(3);
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(60_000);
    expect(times[2]! - times[1]!).toBeGreaterThanOrEqual(120_000);
    const [message] = sqs.messages('failed');
    expect(JSON.parse(message!.body)).toMatchObject({
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
      requestPayload: { n: 1 },
      responsePayload: { errorMessage: 'no' },
    });
    expect(kernel.calls.find(({ service }) => service === 'sqs')?.principal).toMatchObject({
      kind: 'role',
      id: 'arn:aws:iam::123456789012:role/worker',
    });
  });

  test('without retries the dead-letter queue gets the event itself', async () => {
    await deploy(
      'once',
      () => {
        throw new Error('no');
      },
      { DeadLetterConfig: { TargetArn: await queue('dead') } },
    );
    await create(lambda.resources, 'AWS::Lambda::EventInvokeConfig', 'Config', {
      FunctionName: 'once',
      Qualifier: '$LATEST',
      MaximumRetryAttempts: 0,
    });
    await send('once', { n: 2 });
    await kernel.advance(60_000);
    expect(sqs.messages('dead').map(({ body }) => body)).toEqual(['{"n":2}']);
  });

  test('a destination the role may not send to is lost without harm', async () => {
    await deploy(
      'mute',
      () => {
        throw new Error('no');
      },
      { DeadLetterConfig: { TargetArn: await queue('closed') } },
    );
    kernel.refuse = ({ action }) =>
      action === 'sqs:SendMessage' ? new AwsFailure('AccessDenied', 'no', 403) : undefined;
    await send('mute', {});
    await kernel.advance(600_000);
    expect(sqs.messages('closed')).toEqual([]);
    expect(kernel.traced.map(({ kind }) => kind)).toContain('lambda:destination failed');
  });
});
