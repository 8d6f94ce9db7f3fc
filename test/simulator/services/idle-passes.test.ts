import * as z from 'zod';
import { describe, expect, it } from 'vitest';
import { operation, type SimulatedService } from '../../../simulator/contracts.ts';
import type { FaultInput } from '../../../simulator/faults.ts';
import { createKernel } from '../../../simulator/kernel/index.ts';
import { createLambdaService } from '../../../simulator/services/lambda/service.ts';
import { createSchedulerService } from '../../../simulator/services/scheduler/service.ts';

const START = '2026-01-05T00:00:00.000Z';
const HOUR_MS = 3_600_000;
const at = (hours: number) => new Date(Date.parse(START) + hours * HOUR_MS).toISOString();

/** An account in which a schedule calls a function every ten minutes, which answers what it is given. */
async function accountWith(answer: () => unknown, faults: FaultInput[] = [], leavesOutIdlePasses = true) {
  const calls: string[] = [];
  const kernel = createKernel({ seed: 1, startAtMs: Date.parse(START), faults, leavesOutIdlePasses });
  const handler = async () => {
    calls.push(new Date(kernel.clock.nowMs()).toISOString());
    return answer();
  };
  const lambda = createLambdaService(kernel, { accessKeyOf: () => 'key', handlers: { look: handler } });
  const scheduler = createSchedulerService(kernel);
  const sns: SimulatedService = {
    name: 'sns',
    operations: {
      Publish: operation(z.looseObject({}), { permissions: () => [], run: () => ({ MessageId: 'm' }) }),
    },
  };
  kernel.register(lambda, scheduler, sns);
  kernel.access.addRole({
    ...{ arn: 'arn:aws:iam::123456789012:role/any', name: 'any' },
    trust: {
      Statement: {
        Effect: 'Allow',
        Principal: { Service: 'scheduler.amazonaws.com' },
        Action: 'sts:AssumeRole',
      },
    },
    policies: [{ Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }],
  });
  const role = 'arn:aws:iam::123456789012:role/any';
  const made = await lambda.resources['AWS::Lambda::Function']!(
    'Look',
    {
      FunctionName: 'look',
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Role: role,
      Code: { S3Bucket: 'b', S3Key: 'k' },
    },
    kernel,
  );
  await scheduler.resources['AWS::Scheduler::Schedule']!(
    'Every',
    {
      ...{ Name: 'every', ScheduleExpression: 'rate(10 minutes)', FlexibleTimeWindow: { Mode: 'OFF' } },
      Target: { Arn: made.attributes['Arn'], RoleArn: role, Input: '{}' },
    },
    kernel,
  );
  const publish = () =>
    kernel.settle(() =>
      kernel.call('sns', 'Publish', { TopicArn: 'arn:aws:sns:us-east-1:1:t', Message: 'm' }, kernel.root),
    );
  return { kernel, calls, publish, runUntil: (hours: number) => kernel.runUntil(Date.parse(at(hours))) };
}

describe('a pass of a schedule', () => {
  it('is left out until something becomes due', async () => {
    const { calls, runUntil } = await accountWith(() => ({ idleUntil: at(2) }));
    await runUntil(4);
    expect(calls.filter((call) => call < at(1.9))).toHaveLength(1);
    expect(calls.filter((call) => call >= at(2.2))).toHaveLength(10);
  });

  it('is carried out once something has happened in the account', async () => {
    const { calls, runUntil, publish } = await accountWith(() => ({ idleUntil: at(24) }));
    await runUntil(2);
    expect(calls).toHaveLength(1);
    await publish();
    await runUntil(4);
    expect(calls).toHaveLength(2);
  });

  it('is carried out where its answer promises nothing, or it fails', async () => {
    const silent = await accountWith(() => ({ done: true }));
    await silent.runUntil(2);
    expect(silent.calls.length).toBeGreaterThan(10);
    const failing = await accountWith(() => Promise.reject(new Error('broken')));
    await failing.runUntil(2);
    expect(failing.calls.length).toBeGreaterThan(10);
  });

  it('is carried out while a fault could strike it, and not because of one that could not', async () => {
    const window = { from: at(1), until: at(2) };
    const near = await accountWith(
      () => ({ idleUntil: at(24) }),
      [{ kind: 'function-timeout', probability: 0.01, ...window }],
    );
    await near.runUntil(3);
    expect(near.calls.filter((call) => call > at(1) && call < at(2)).length).toBeGreaterThan(4);
    expect(near.calls.filter((call) => call < at(0.9) || call > at(2.2))).toHaveLength(1);
    const far = await accountWith(() => ({ idleUntil: at(24) }), [{ kind: 'bootstrap-failure', ...window }]);
    await far.runUntil(3);
    expect(far.calls).toHaveLength(1);
  });

  it('is always carried out unless the account says otherwise', async () => {
    const { calls, runUntil } = await accountWith(() => ({ idleUntil: at(24) }), [], false);
    await runUntil(2);
    expect(calls.length).toBeGreaterThan(10);
  });
});
