import fc from 'fast-check';
import * as z from 'zod';
import { beforeEach, describe, expect, test } from 'vitest';
import { AwsFailure, operation, type SimulatedService } from '../../../simulator/contracts.ts';
import { nextInvocation } from '../../../simulator/services/scheduler/expression.ts';
import {
  createSchedulerService,
  type SchedulerService,
} from '../../../simulator/services/scheduler/service.ts';
import { createSqsService, type SqsService } from '../../../simulator/services/sqs/service.ts';
import { asked, fakeKernel, type FakeKernel } from './fake-kernel.ts';

const LAMBDA_ARN = 'arn:aws:lambda:us-east-1:123456789012:function:start-run';
const ROLE_ARN = 'arn:aws:iam::123456789012:role/schedules';
const DLQ_ARN = 'arn:aws:sqs:us-east-1:123456789012:dead';
const DAY_MS = 86_400_000;

let kernel: FakeKernel;
let scheduler: SchedulerService;
let sqs: SqsService;
let invocations: { service: string; atMs: number; input: Record<string, unknown> }[];
let answer: () => unknown;

const stub = (name: string, operationName: string): SimulatedService => ({
  name,
  operations: {
    [operationName]: operation(z.looseObject({}), {
      permissions: () => [],
      run(input) {
        invocations.push({ service: name, atMs: kernel.clock.nowMs(), input });
        return answer();
      },
    }),
  },
});

beforeEach(async () => {
  kernel = fakeKernel('2026-03-27T00:00:00Z');
  invocations = [];
  answer = () => ({});
  scheduler = createSchedulerService(kernel);
  sqs = createSqsService(kernel);
  kernel.register(scheduler, sqs, stub('lambda', 'Invoke'), stub('sfn', 'StartExecution'));
  await sqs.resources['AWS::SQS::Queue']!('Dead', { QueueName: 'dead' }, kernel);
});

const schedule = (properties: object, target: object = {}) =>
  scheduler.resources['AWS::Scheduler::Schedule']!(
    'Nightly',
    {
      Name: 'nightly',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: LAMBDA_ARN, RoleArn: ROLE_ARN, Input: '{}', ...target },
      ...properties,
    },
    kernel,
  );

const payloads = () =>
  invocations.map(({ input }) => JSON.parse(String(input['Payload'])) as Record<string, string>);

describe('a schedule', () => {
  test('invokes its target once a day, within the minute, in local time across daylight saving', async () => {
    await schedule(
      { ScheduleExpression: 'cron(30 4 * * ? *)', ScheduleExpressionTimezone: 'Europe/Berlin' },
      { Input: '{"job":"sales","scheduledAt":"<aws.scheduler.scheduled-time>"}' },
    );
    await kernel.advance(4 * DAY_MS);
    expect(payloads().map(({ scheduledAt }) => scheduledAt)).toEqual([
      '2026-03-27T03:30:00Z',
      '2026-03-28T03:30:00Z',
      '2026-03-29T02:30:00Z',
      '2026-03-30T02:30:00Z',
    ]);
    for (const { atMs } of invocations) expect(new Date(atMs).getUTCMinutes()).toBe(30);
    expect(kernel.calls[0]?.principal).toMatchObject({
      kind: 'role',
      id: ROLE_ARN,
      assumedBy: 'scheduler.amazonaws.com',
    });
  });

  test('at a local time that daylight saving skips does not run that day', async () => {
    await schedule({ ScheduleExpression: 'cron(30 2 * * ? *)', ScheduleExpressionTimezone: 'Europe/Berlin' });
    await kernel.advance(4 * DAY_MS);
    expect(invocations).toHaveLength(3);
  });

  test('tells its ARN, the execution and the attempt to its target', async () => {
    let failures = 1;
    answer = () => {
      if ((failures -= 1) >= 0) throw new AwsFailure('InternalFailure', 'later', 500);
      return {};
    };
    const Input =
      '{"arn":"<aws.scheduler.schedule-arn>","id":"<aws.scheduler.execution-id>","n":<aws.scheduler.attempt-number>}';
    await schedule({ ScheduleExpression: 'at(2026-03-27T01:00:00)' }, { Input });
    await kernel.advance(DAY_MS);
    const arn = 'arn:aws:scheduler:us-east-1:123456789012:schedule/default/nightly';
    expect(payloads()).toEqual([
      { arn, id: expect.stringMatching(/^[a-z0-9]{16}$/), n: 1 },
      { arn, id: expect.stringMatching(/^[a-z0-9]{16}$/), n: 2 },
    ]);
  });

  test('drops an event that is too old, and the dead-letter queue says why', async () => {
    answer = () => {
      throw new AwsFailure('ServiceUnavailable', 'later', 503);
    };
    await schedule(
      { ScheduleExpression: 'at(2026-03-27T01:00:00)' },
      { RetryPolicy: { MaximumEventAgeInSeconds: 300 }, DeadLetterConfig: { Arn: DLQ_ARN } },
    );
    await kernel.advance(DAY_MS);
    const last = invocations.at(-1)!;
    expect(last.atMs).toBeLessThanOrEqual(Date.parse('2026-03-27T01:05:00Z'));
    expect(sqs.messages('dead')[0]).toMatchObject({
      body: '{}',
      attributes: {
        EXHAUSTED_RETRY_CONDITION: { StringValue: 'MaximumEventAgeInSeconds' },
        SCHEDULED_TIME: { StringValue: '2026-03-27T01:00:00Z' },
        TARGET_ARN: { StringValue: LAMBDA_ARN },
        ERROR_CODE: { StringValue: 'ServiceUnavailable' },
      },
    });
    const letter = kernel.calls.find(({ service }) => service === 'sqs');
    expect(letter?.principal).toMatchObject({ kind: 'role', id: ROLE_ARN });
  });

  test('calls any operation of the SDK as a universal target', async () => {
    await schedule(
      { ScheduleExpression: 'at(2026-03-27T01:00:00)' },
      {
        Arn: 'arn:aws:scheduler:::aws-sdk:sfn:startExecution',
        Input: '{"StateMachineArn":"m","Name":"run-<aws.scheduler.execution-id>"}',
      },
    );
    await kernel.advance(DAY_MS);
    expect(invocations).toMatchObject([
      { service: 'sfn', input: { StateMachineArn: 'm', Name: expect.stringMatching(/^run-/) } },
    ]);
  });

  test('keeps to its start and end dates, and does nothing when disabled', async () => {
    const ScheduleExpression = 'rate(1 hour)';
    await schedule({
      ScheduleExpression,
      StartDate: '2026-03-27T03:30:00Z',
      EndDate: '2026-03-27T06:00:00Z',
    });
    await schedule({ Name: 'off', ScheduleExpression, State: 'DISABLED' });
    await kernel.advance(DAY_MS);
    expect(invocations.map(({ atMs }) => new Date(atMs).toISOString().slice(11, 16))).toEqual([
      '03:30',
      '04:30',
      '05:30',
    ]);
  });

  test('is listed, and runs as it was changed', async () => {
    await schedule({ ScheduleExpression: 'at(2026-03-27T01:00:00)' });
    const found = await asked<object>(kernel, 'scheduler', 'GetSchedule', { Name: 'nightly' });
    expect(found).toMatchObject({ State: 'ENABLED', Target: { Arn: LAMBDA_ARN } });
    await asked(kernel, 'scheduler', 'UpdateSchedule', {
      Name: 'nightly',
      ScheduleExpression: 'at(2026-03-27T02:00:00)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: LAMBDA_ARN, RoleArn: ROLE_ARN, Input: '{}' },
    });
    expect(kernel.required.map(({ action }) => action).slice(-2)).toEqual([
      'scheduler:UpdateSchedule',
      'iam:PassRole',
    ]);
    await kernel.advance(DAY_MS);
    expect(invocations.map(({ atMs }) => new Date(atMs).getUTCHours())).toEqual([2]);
    expect(await asked(kernel, 'scheduler', 'ListSchedules', { State: 'DISABLED' })).toEqual({
      Schedules: [],
    });
  });

  test('with a flexible window or an unknown target is refused by name', async () => {
    const window = { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 5 };
    const ScheduleExpression = 'rate(1 hour)';
    expect(() => schedule({ ScheduleExpression, FlexibleTimeWindow: window })).toThrow(/FlexibleTimeWindow/);
    const Arn = 'arn:aws:ecs:us-east-1:123456789012:cluster/c';
    expect(() => schedule({ ScheduleExpression }, { Arn })).toThrow(/ecs.* is not simulated/);
    expect(() => schedule({ ScheduleExpression: 'every noon' })).toThrow(/every noon is not simulated/);
  });
});

describe('expressions', () => {
  const inBerlin = (local: string) => nextInvocation(`at(${local})`, 'Europe/Berlin', 0);

  test('a one-time schedule is a local time', () => {
    expect(inBerlin('2026-01-15T12:00:00')(0)).toBe(Date.parse('2026-01-15T11:00:00Z'));
    expect(inBerlin('2026-07-15T12:00:00')(0)).toBe(Date.parse('2026-07-15T10:00:00Z'));
    expect(inBerlin('2026-10-25T02:30:00')(0)).toBe(Date.parse('2026-10-25T00:30:00Z'));
    expect(() => inBerlin('2026-03-29T02:30:00')).toThrow(/does not exist in Europe\/Berlin/);
  });

  test('a rate comes at its period, strictly after', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 0, max: 1e9 }), (minutes, afterMs) => {
        const startMs = 123_456_789;
        const next = nextInvocation(`rate(${minutes} minutes)`, 'UTC', startMs)(afterMs)!;
        expect(next).toBeGreaterThan(afterMs);
        expect((next - startMs) % (minutes * 60_000)).toBe(0);
        if (afterMs >= startMs) expect(next - afterMs).toBeLessThanOrEqual(minutes * 60_000);
      }),
    );
  });
});
