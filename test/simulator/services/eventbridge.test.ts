import { beforeEach, describe, expect, test } from 'vitest';
import {
  AwsFailure,
  NotSimulatedError,
  operation,
  type Operation,
  type SimulatedService,
} from '../../../simulator/contracts.ts';
import { compileEventPattern } from '../../../simulator/services/eventbridge/event-pattern.ts';
import {
  createEventBridgeService,
  type EventBridgeService,
} from '../../../simulator/services/eventbridge/service.ts';
import { createSqsService, type SqsService } from '../../../simulator/services/sqs/service.ts';
import * as z from 'zod';
import { asked, fakeKernel, type FakeKernel } from './fake-kernel.ts';

let kernel: FakeKernel;
let eventbridge: EventBridgeService;
let sqs: SqsService;
let invocations: { atMs: number; input: { Payload?: string; input?: string } }[];
let answer: () => unknown;

const RULE_ARN = 'arn:aws:events:us-east-1:123456789012:rule/r';
const LAMBDA_ARN = 'arn:aws:lambda:us-east-1:123456789012:function:wake';
const MACHINE_ARN = 'arn:aws:states:us-east-1:123456789012:stateMachine:release';
const DLQ_ARN = 'arn:aws:sqs:us-east-1:123456789012:dead';

/** a target that notes how it was called */
function stub(name: string, operationName: string): SimulatedService {
  const Invoke: Operation = operation(z.looseObject({}), {
    permissions: () => [],
    run(input) {
      invocations.push({ atMs: kernel.clock.nowMs(), input });
      return answer();
    },
  });
  return { name, operations: { [operationName]: Invoke } };
}

beforeEach(async () => {
  kernel = fakeKernel();
  invocations = [];
  answer = () => ({});
  eventbridge = createEventBridgeService(kernel);
  sqs = createSqsService(kernel);
  kernel.register(eventbridge, sqs, stub('lambda', 'Invoke'), stub('sfn', 'StartExecution'));
  await sqs.resources['AWS::SQS::Queue']!('Dead', { QueueName: 'dead' }, kernel);
});

const rule = (properties: object) =>
  eventbridge.resources['AWS::Events::Rule']!('Rule', { Name: 'r', ...properties }, kernel);

const terminated = {
  source: 'aws.emr',
  detailType: 'EMR Cluster State Change',
  resources: [],
  detail: { clusterId: 'j-1', state: 'TERMINATED', name: 'flarepath-sales-1' },
};

describe('a rule', () => {
  test('hands a matching event to its function, as the service it is, and no other event', async () => {
    await rule({
      EventPattern: { source: ['aws.emr'], detail: { state: ['TERMINATED', 'TERMINATED_WITH_ERRORS'] } },
      Targets: [{ Id: 'T', Arn: LAMBDA_ARN }],
    });
    eventbridge.publish(terminated);
    eventbridge.publish({ ...terminated, detail: { state: 'RUNNING' } });
    await kernel.advance(5000);
    expect(invocations).toHaveLength(1);
    expect(JSON.parse(invocations[0]!.input.Payload!)).toMatchObject({
      version: '0',
      source: 'aws.emr',
      'detail-type': 'EMR Cluster State Change',
      account: '123456789012',
      region: 'us-east-1',
      time: '2026-01-05T00:00:00Z',
      detail: { clusterId: 'j-1' },
    });
    expect(kernel.calls[0]).toMatchObject({
      service: 'lambda',
      principal: { kind: 'service', id: 'events.amazonaws.com', sourceArn: RULE_ARN },
    });
  });

  test('starts a state machine with its role and a transformed input', async () => {
    await rule({
      EventPattern: { detail: { state: ['TERMINATED'] } },
      Targets: [
        {
          Id: 'T',
          Arn: MACHINE_ARN,
          RoleArn: 'arn:aws:iam::123456789012:role/events',
          InputTransformer: {
            InputPathsMap: { id: '$.detail.clusterId', all: '$.detail' },
            InputTemplate: '{"clusterId": <id>, "reason": "cluster <id> ended", "detail": <all>}',
          },
        },
      ],
    });
    eventbridge.publish(terminated);
    await kernel.advance(5000);
    expect(JSON.parse(invocations[0]!.input.input!)).toEqual({
      clusterId: 'j-1',
      reason: 'cluster j-1 ended',
      detail: terminated.detail,
    });
    expect(kernel.calls[0]?.principal).toMatchObject({ kind: 'role', assumedBy: 'events.amazonaws.com' });
  });

  test('retries what may pass, with growing waits', async () => {
    let failures = 3;
    answer = () => {
      if ((failures -= 1) >= 0) throw new AwsFailure('ThrottlingException', 'slow down', 400);
      return {};
    };
    await rule({ EventPattern: { source: ['aws.emr'] }, Targets: [{ Id: 'T', Arn: LAMBDA_ARN }] });
    eventbridge.publish(terminated);
    await kernel.advance(60_000);
    const waits = invocations.slice(1).map(({ atMs }, i) => atMs - invocations[i]!.atMs);
    expect(waits).toHaveLength(3);
    expect(waits[2]).toBeGreaterThan(waits[0]!);
  });

  test('gives up a missing right at once, and the dead-letter queue says why', async () => {
    answer = () => {
      throw new AwsFailure('AccessDeniedException', 'not you', 403);
    };
    await rule({
      EventPattern: { source: ['aws.emr'] },
      Targets: [{ Id: 'T', Arn: LAMBDA_ARN, DeadLetterConfig: { Arn: DLQ_ARN } }],
    });
    eventbridge.publish(terminated);
    await kernel.advance(60_000);
    expect(invocations).toHaveLength(1);
    const [letter] = sqs.messages('dead');
    expect(JSON.parse(letter!.body)).toMatchObject({ source: 'aws.emr' });
    expect(letter!.attributes).toMatchObject({
      RULE_ARN: { StringValue: RULE_ARN },
      ERROR_CODE: { StringValue: 'AccessDeniedException' },
      RETRY_ATTEMPTS: { StringValue: '0' },
    });
  });

  test('stops retrying at its limits', async () => {
    answer = () => {
      throw new AwsFailure('ServiceUnavailable', 'later', 503);
    };
    await rule({
      EventPattern: { source: ['aws.emr'] },
      Targets: [
        {
          Id: 'T',
          Arn: LAMBDA_ARN,
          RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 3600 },
          DeadLetterConfig: { Arn: DLQ_ARN },
        },
      ],
    });
    eventbridge.publish(terminated);
    await kernel.advance(600_000);
    expect(invocations).toHaveLength(3);
    expect(sqs.messages('dead')[0]?.attributes).toMatchObject({
      EXHAUSTED_RETRY_CONDITION: { StringValue: 'MaximumRetryAttempts' },
    });
  });

  test('delivers twice when a scenario says so', async () => {
    kernel.faults.set('duplicate-delivery', [{}]);
    await rule({ EventPattern: { source: ['aws.emr'] }, Targets: [{ Id: 'T', Arn: LAMBDA_ARN }] });
    eventbridge.publish(terminated);
    await kernel.advance(5000);
    expect(invocations).toHaveLength(2);
  });

  test('runs on a schedule, unless it is disabled', async () => {
    const target = { Targets: [{ Id: 'T', Arn: LAMBDA_ARN, Input: '{}' }] };
    await rule({ ScheduleExpression: 'rate(15 minutes)', ...target });
    await rule({ ScheduleExpression: 'rate(1 minute)', State: 'DISABLED', ...target });
    await kernel.advance(3_600_000);
    expect(invocations.length).toBeGreaterThanOrEqual(3);
    expect(invocations.length).toBeLessThanOrEqual(4);
    expect(invocations[0]?.input.Payload).toBe('{}');
  });
});

test('applications put events of their own, but not in the name of AWS', async () => {
  await rule({ EventPattern: { source: ['acme'] }, Targets: [{ Id: 'T', Arn: LAMBDA_ARN }] });
  const entry = { DetailType: 'x', Detail: '{"a":1}' };
  const put = await asked(kernel, 'eventbridge', 'PutEvents', {
    Entries: [
      { ...entry, Source: 'acme' },
      { ...entry, Source: 'aws.emr' },
      { ...entry, Source: 'acme', Detail: 'no' },
    ],
  });
  expect(put).toMatchObject({
    FailedEntryCount: 2,
    Entries: [{}, { ErrorCode: 'NotAuthorizedForSourceException' }, { ErrorCode: 'MalformedDetail' }],
  });
  await kernel.advance(5000);
  expect(invocations).toHaveLength(1);
  expect(kernel.required).toContainEqual({
    action: 'events:PutEvents',
    resource: 'arn:aws:events:us-east-1:123456789012:event-bus/default',
    context: { 'events:source': ['acme'], 'events:detail-type': ['x'] },
  });
});

describe('patterns', () => {
  const event = {
    source: 'aws.s3',
    detail: { key: 'in/day=1/_SUCCESS', size: 7, tags: ['a', 'b'], gone: null },
  };
  test.each([
    [{ detail: { key: [{ prefix: 'in/' }] } }, true],
    [{ detail: { key: [{ suffix: '_SUCCESS' }] } }, true],
    [{ detail: { key: [{ wildcard: 'in/*/_SUCCESS' }] } }, true],
    [{ detail: { key: [{ wildcard: 'in/*.parquet' }] } }, false],
    [{ detail: { key: [{ 'equals-ignore-case': 'IN/DAY=1/_success' }] } }, true],
    [{ detail: { key: [{ prefix: { 'equals-ignore-case': 'IN/' } }] } }, true],
    [{ detail: { key: [{ 'anything-but': { prefix: 'out/' } }] } }, true],
    [{ detail: { key: [{ 'anything-but': ['in/day=1/_SUCCESS'] }] } }, false],
    [{ detail: { missing: [{ 'anything-but': 'x' }] } }, false],
    [{ detail: { size: [{ numeric: ['>', 5, '<=', 7] }] } }, true],
    [{ detail: { size: [{ numeric: ['<', 7] }] } }, false],
    [{ detail: { size: ['7'] } }, false],
    [{ detail: { tags: ['b', 'c'] } }, true],
    [{ detail: { gone: [null] } }, true],
    [{ detail: { missing: [{ exists: false }], size: [{ exists: true }] } }, true],
    [{ $or: [{ source: ['aws.ec2'] }, { detail: { size: [7] } }] }, true],
    [{ source: ['aws.s3'], $or: [{ detail: { size: [8] } }, { detail: { size: [9] } }] }, false],
  ])('%j', (pattern, matches) => {
    expect(compileEventPattern(pattern)(event)).toBe(matches);
  });

  test('an unknown matcher is refused by name', () => {
    expect(() => compileEventPattern({ detail: { ip: [{ cidr: '10.0.0.0/8' }] } })).toThrow(
      NotSimulatedError,
    );
  });
});
