import { describe, expect, it } from 'vitest';
import { NotSimulatedError } from '../../../simulator/contracts.ts';
import {
  call,
  deploy,
  fakeKernel,
  functionError,
  LAMBDA,
  only,
  payload,
  ranOf,
  ROLE,
  runMachine,
} from './harness.ts';

const WAIT = only({ Type: 'Wait', Seconds: 3600 });
const day = 86_400_000;

async function started(name: string | undefined, input = '{}', definition: object = WAIT) {
  const world = fakeKernel(() => payload(1));
  const stateMachineArn = await deploy(world, 'machine', definition);
  const start = (more: object = {}) =>
    call(world, 'StartExecution', {
      stateMachineArn,
      ...(name === undefined ? {} : { name }),
      input,
      ...more,
    });
  const { executionArn } = (await start()) as { executionArn: string };
  return { world, stateMachineArn, start, executionArn };
}

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

describe('RedriveExecution', () => {
  it('goes on from the failed state with its input and the variables', async () => {
    let broken = true;
    const world = fakeKernel(() => (broken ? functionError('Oops') : payload('fine')));
    const stateMachineArn = await deploy(world, 'machine', {
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Assign: { v: 9 }, Output: { n: 1 }, Next: 'T' },
        T: {
          ...LAMBDA,
          Output:
            '{% [$states.input.n, $v, $states.result.Payload, $states.context.Execution.RedriveCount] %}',
          End: true,
        },
      },
    });
    const { executionArn } = await call(world, 'StartExecution', { stateMachineArn });
    await world.run();
    expect(await call(world, 'DescribeExecution', { executionArn })).toMatchObject({
      status: 'FAILED',
      redriveStatus: 'REDRIVABLE',
    });
    broken = false;
    await call(world, 'RedriveExecution', { executionArn });
    await world.run();
    const ran = await ranOf(world, executionArn);
    expect(ran).toMatchObject({ status: 'SUCCEEDED', output: [1, 9, 'fine', 1] });
    expect(ran.types.slice(-6)).toEqual(
      [
        'ExecutionFailed',
        'ExecutionRedriven',
        'TaskScheduled',
        'TaskStarted',
        'TaskSucceeded',
        'TaskStateExited',
        'ExecutionSucceeded',
      ].slice(-6),
    );
    expect(world.events.map(({ detail }) => detail['status'])).toEqual([
      'RUNNING',
      'FAILED',
      'RUNNING',
      'SUCCEEDED',
    ]);
  });

  it('refuses what runs, what succeeded, and what ended more than 14 days ago', async () => {
    const { world, executionArn } = await started('a');
    const redrive = () => call(world, 'RedriveExecution', { executionArn });
    await expect(redrive()).rejects.toMatchObject({ code: 'ExecutionNotRedrivable' });
    await world.run();
    await expect(redrive()).rejects.toMatchObject({ code: 'ExecutionNotRedrivable' });
    const failed = await runMachine(only({ Type: 'Fail', Error: 'X' }));
    await failed.world.run(failed.world.kernel.clock.nowMs() + 14 * day + 1);
    await expect(call(failed.world, 'RedriveExecution', { executionArn: failed.arn })).rejects.toThrow(
      'redrivable period',
    );
  });

  it('does not know half a Parallel', async () => {
    const ran = await runMachine(
      only({ Type: 'Parallel', Branches: [{ StartAt: 'F', States: { F: { Type: 'Fail', Error: 'X' } } }] }),
    );
    await expect(call(ran.world, 'RedriveExecution', { executionArn: ran.arn })).rejects.toBeInstanceOf(
      NotSimulatedError,
    );
  });
});

describe('express workflows', () => {
  async function express(definition: object, faults: string[] = []) {
    const world = fakeKernel(() => payload(1));
    for (const fault of faults) world.faults.set(fault, {});
    const stateMachineArn = await deploy(world, 'quick', definition, { StateMachineType: 'EXPRESS' });
    return { world, stateMachineArn };
  }

  it('start, leave no history and no events', async () => {
    const { world, stateMachineArn } = await express(only(LAMBDA));
    const { executionArn } = await call(world, 'StartExecution', { stateMachineArn, name: 'a' });
    await call(world, 'StartExecution', { stateMachineArn, name: 'a' });
    await world.run();
    expect(executionArn).toContain(':express:quick:a:');
    expect(world.calls.filter(({ service }) => service === 'lambda')).toHaveLength(2);
    expect(world.events).toEqual([]);
    await expect(call(world, 'DescribeExecution', { executionArn })).rejects.toMatchObject({
      code: 'InvalidArn',
    });
    await expect(call(world, 'ListExecutions', { stateMachineArn })).rejects.toMatchObject({
      code: 'StateMachineTypeNotSupported',
    });
  });

  it('may start twice', async () => {
    const { world, stateMachineArn } = await express(only(LAMBDA), ['duplicate-delivery']);
    await call(world, 'StartExecution', { stateMachineArn });
    await world.run();
    expect(world.calls.filter(({ service }) => service === 'lambda')).toHaveLength(2);
  });

  it('end after five minutes; StartSyncExecution waits for the end', async () => {
    const { world, stateMachineArn } = await express(WAIT);
    const result = call(world, 'StartSyncExecution', { stateMachineArn, input: '{"a":1}' });
    await world.run();
    expect(await result).toMatchObject({
      status: 'TIMED_OUT',
      error: 'States.Timeout',
      stopDate: new Date('2030-01-01T00:05:00Z'),
    });
  });
});

describe('AWS::StepFunctions::StateMachine', () => {
  it('fills substitutions in, takes an object, and accepts logging and tracing', async () => {
    const world = fakeKernel(() => payload(1));
    const resource = await world.sfn.resources['AWS::StepFunctions::StateMachine']!(
      'Machine',
      {
        RoleArn: ROLE,
        Definition: {
          QueryLanguage: 'JSONata',
          ...only({ ...LAMBDA, Arguments: { FunctionName: '${theFunction}' } }),
        },
        DefinitionSubstitutions: { theFunction: 'arn:aws:lambda:us-east-1:123456789012:function:f' },
        LoggingConfiguration: { Level: 'ALL' },
        TracingConfiguration: { Enabled: true },
        Tags: [{ Key: 'a', Value: 'b' }],
      },
      world.kernel,
    );
    expect(resource.attributes).toMatchObject({
      Arn: resource.ref,
      Name: expect.stringMatching(/^Machine-/),
    });
    await call(world, 'StartExecution', { stateMachineArn: resource.ref });
    await world.run();
    expect(world.calls.at(-1)!.input.FunctionName).toBe('arn:aws:lambda:us-east-1:123456789012:function:f');
    expect(world.sfn.executions(resource.ref)[0]!.status).toBe('SUCCEEDED');
  });

  it('refuses properties it does not know, and activities', async () => {
    const world = fakeKernel(() => ({}));
    await expect(deploy(world, 'm', WAIT, { DefinitionS3Location: {} })).rejects.toThrow(
      'DefinitionS3Location',
    );
    expect(() => world.sfn.resources['AWS::StepFunctions::Activity']!('Act', {}, world.kernel)).toThrow(
      'Activities are not simulated',
    );
  });
});
