import { describe, expect, it } from 'vitest';
import { call, ranOf, ROLE, started } from './harness.ts';

const day = 86_400_000;

describe('StartExecution', () => {
  it('the same name and input while it runs is the same execution', async () => {
    const { start, executionArn } = await started('a', '{"n":1}');
    expect(executionArn).toBe('arn:aws:states:us-east-1:123456789012:execution:machine:a');
    expect((await start()).executionArn).toBe(executionArn);
    await expect(start({ input: '{"n":2}' })).rejects.toMatchObject({
      code: 'ExecutionAlreadyExists',
      message: `Execution Already Exists: '${executionArn}'`,
    });
  });

  it('a name is free again 90 days after its execution ended', async () => {
    const { world, start, executionArn } = await started('a');
    await world.run();
    await expect(start()).rejects.toMatchObject({ code: 'ExecutionAlreadyExists' });
    await world.run(world.kernel.clock.nowMs() + 90 * day + 1);
    await expect(call(world, 'DescribeExecution', { executionArn })).rejects.toMatchObject({
      code: 'ExecutionDoesNotExist',
    });
    expect((await start()).executionArn).toBe(executionArn);
  });

  it('makes up a name', async () => {
    expect((await started(undefined)).executionArn).toMatch(/:machine:[0-9a-f-]{36}$/);
  });

  it.each([
    ['a name with a blank', { name: 'a b' }, 'InvalidName'],
    ['a name with a colon', { name: 'a:b' }, 'InvalidName'],
    ['a name of 81 characters', { name: 'a'.repeat(81) }, 'InvalidName'],
    ['input that is not JSON', { input: '{' }, 'InvalidExecutionInput'],
    ['input beyond the quota', { input: JSON.stringify('x'.repeat(262_144)) }, 'InvalidExecutionInput'],
    [
      'another machine',
      { stateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:none' },
      'StateMachineDoesNotExist',
    ],
    ['no ARN', { stateMachineArn: 'machine' }, 'InvalidArn'],
  ])('refuses %s', async (_what, more, code) => {
    const { start } = await started('ok');
    await expect(start({ name: 'other', ...more })).rejects.toMatchObject({ code });
  });
});

describe('an execution seen from outside', () => {
  it('DescribeExecution tells input, output and times', async () => {
    const { world, executionArn, stateMachineArn } = await started('a', '{"n":1}');
    expect(await call(world, 'DescribeExecution', { executionArn })).toMatchObject({
      status: 'RUNNING',
      input: '{"n":1}',
      redriveStatus: 'NOT_REDRIVABLE',
    });
    await world.run();
    expect(await call(world, 'DescribeExecution', { executionArn })).toMatchObject({
      executionArn,
      stateMachineArn,
      name: 'a',
      status: 'SUCCEEDED',
      output: '{"n":1}',
      startDate: new Date('2030-01-01T00:00:00Z'),
      stopDate: new Date('2030-01-01T01:00:00Z'),
    });
  });

  it('ListExecutions gives the latest first, by page and status', async () => {
    const { world, stateMachineArn, start } = await started('a');
    await world.run();
    await start({ name: 'b' });
    await start({ name: 'c' });
    const names = async (more: object) => {
      const listed = await call(world, 'ListExecutions', { stateMachineArn, ...more });
      return [listed.executions.map(({ name }: { name: string }) => name), listed.nextToken];
    };
    expect(await names({})).toEqual([['c', 'b', 'a'], undefined]);
    expect(await names({ statusFilter: 'RUNNING' })).toEqual([['c', 'b'], undefined]);
    expect(await names({ maxResults: 2 })).toEqual([['c', 'b'], '2']);
    expect(await names({ maxResults: 2, nextToken: '2' })).toEqual([['a'], undefined]);
  });

  it('GetExecutionHistory gives pages, either order, and leaves data out on demand', async () => {
    const { world, executionArn } = await started('a');
    await world.run();
    const first = await call(world, 'GetExecutionHistory', { executionArn, maxResults: 3 });
    expect(first.events.map(({ id }: { id: number }) => id)).toEqual([1, 2, 3]);
    expect(
      (await call(world, 'GetExecutionHistory', { executionArn, nextToken: first.nextToken })).events,
    ).toHaveLength(1);
    const { events } = await call(world, 'GetExecutionHistory', {
      executionArn,
      reverseOrder: true,
      includeExecutionData: false,
    });
    expect(events[0]).toEqual({
      timestamp: new Date('2030-01-01T01:00:00Z'),
      type: 'ExecutionSucceeded',
      id: 4,
      previousEventId: 3,
      executionSucceededEventDetails: {},
    });
    expect(first.events[0].executionStartedEventDetails).toEqual({
      input: '{}',
      inputDetails: { truncated: false },
      roleArn: ROLE,
    });
  });

  it('StopExecution aborts it at once', async () => {
    const { world, executionArn } = await started('a');
    await world.run(Date.parse('2030-01-01T00:10:00Z'));
    await call(world, 'StopExecution', { executionArn, error: 'Enough', cause: 'really' });
    await world.run();
    expect(await ranOf(world, executionArn)).toMatchObject({
      status: 'ABORTED',
      error: 'Enough',
      cause: 'really',
      seconds: 600,
      types: ['ExecutionStarted', 'WaitStateEntered', 'ExecutionAborted'],
    });
  });

  it('its changes of status reach EventBridge, with the input as text', async () => {
    const { world, executionArn, stateMachineArn } = await started('a', '{"n":1}');
    await world.run();
    expect(world.events.map(({ detail }) => detail['status'])).toEqual(['RUNNING', 'SUCCEEDED']);
    expect(world.events[1]).toMatchObject({
      source: 'aws.states',
      detailType: 'Step Functions Execution Status Change',
      resources: [executionArn],
      detail: {
        executionArn,
        stateMachineArn,
        name: 'a',
        input: '{"n":1}',
        output: '{"n":1}',
        startDate: Date.parse('2030-01-01'),
        stopDate: Date.parse('2030-01-01') + 3_600_000,
        inputDetails: { included: true },
        redriveCount: 0,
        error: null,
      },
    });
  });

  it('every operation asks for its own right on its own resource', async () => {
    const { world, executionArn, stateMachineArn } = await started('a');
    const ask = (operation: string, input: object) =>
      world.sfn.operations[operation]!.permissions(input, {
        principal: { kind: 'root', id: 'r' },
        requestId: 'r',
        nowMs: 0,
      });
    for (const operation of [
      'StopExecution',
      'DescribeExecution',
      'GetExecutionHistory',
      'RedriveExecution',
    ]) {
      expect(ask(operation, { executionArn })).toEqual([
        { action: `states:${operation}`, resource: executionArn },
      ]);
    }
    for (const operation of ['StartExecution', 'ListExecutions', 'DescribeStateMachine']) {
      expect(ask(operation, { stateMachineArn })).toEqual([
        { action: `states:${operation}`, resource: stateMachineArn },
      ]);
    }
    expect(ask('ListStateMachines', {})).toEqual([{ action: 'states:ListStateMachines', resource: '*' }]);
  });
});
