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
  sent,
  ROLE,
  runMachine,
  started,
  WAIT,
} from './harness.ts';

const day = 86_400_000;

describe('RedriveExecution', () => {
  it('goes on in a Parallel where its branches stood, and leaves those that succeeded alone', async () => {
    let broken = true;
    const world = fakeKernel((call) =>
      broken && sent(call) === 'second' ? functionError('Oops') : payload('fine'),
    );
    const branch = (name: string) => ({
      StartAt: `${name} begins`,
      States: {
        [`${name} begins`]: { Type: 'Pass', Assign: { own: name }, Next: name },
        [name]: {
          ...LAMBDA,
          Arguments: { ...LAMBDA.Arguments, Payload: '{% $own %}' },
          Output: '{% $own & " " & $states.result.Payload %}',
          End: true,
        },
      },
    });
    const stateMachineArn = await deploy(world, 'machine', {
      StartAt: 'P',
      States: {
        P: { Type: 'Parallel', Branches: [branch('first'), branch('second')], End: true },
      },
    });
    const { executionArn } = await call(world, 'StartExecution', { stateMachineArn });
    await world.run();
    expect(await ranOf(world, executionArn)).toMatchObject({ status: 'FAILED', error: 'Oops' });
    broken = false;
    const before = (await ranOf(world, executionArn)).calls.length;
    await call(world, 'RedriveExecution', { executionArn });
    await world.run();
    const ran = await ranOf(world, executionArn);
    expect(ran).toMatchObject({ status: 'SUCCEEDED', output: ['first fine', 'second fine'] });
    // the first had its answer, or was still waiting for it when the second failed
    expect(ran.calls.length - before).toBeLessThanOrEqual(2);
  });

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

  it('does not know half a Map', async () => {
    const ran = await runMachine(
      only({
        Type: 'Map',
        Items: [1],
        ItemProcessor: { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'X' } } },
      }),
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
