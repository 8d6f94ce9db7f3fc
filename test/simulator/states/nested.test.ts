import { describe, expect, it } from 'vitest';
import { AwsFailure } from '../../../simulator/contracts.ts';
import { call, deploy, fakeKernel, only, ranOf } from './harness.ts';

describe('startExecution', () => {
  const child = {
    StartAt: 'W',
    States: {
      W: { Type: 'Wait', Seconds: 100, Next: 'D' },
      D: {
        Type: 'Choice',
        Choices: [{ Condition: "{% $states.input.do = 'fail' %}", Next: 'F' }],
        Default: 'S',
      },
      F: { Type: 'Fail', Error: 'Deep', Cause: 'down' },
      S: { Type: 'Succeed', Output: { said: '{% $states.input.do %}' } },
    },
  };
  async function parent(suffix: string, more: object = {}, input: object = { do: 'it' }) {
    const world = fakeKernel(() => ({}));
    const childArn = await deploy(world, 'child', child);
    const state = {
      Type: 'Task',
      Resource: `arn:aws:states:::states:startExecution${suffix}`,
      Arguments: { StateMachineArn: childArn, Name: 'kid', Input: '{% $states.input %}' },
      ...more,
    };
    const stateMachineArn = await deploy(world, 'parent', only(state));
    const { executionArn } = await call(world, 'StartExecution', {
      stateMachineArn,
      name: 'once',
      input: JSON.stringify(input),
    });
    return { world, executionArn };
  }
  const KID = 'arn:aws:states:us-east-1:123456789012:execution:child:kid';

  it('alone does not wait', async () => {
    const { world, executionArn } = await parent('');
    await world.run();
    const ran = await ranOf(world, executionArn);
    expect(ran).toMatchObject({
      seconds: 0,
      output: { ExecutionArn: KID, StartDate: Date.parse('2030-01-01') },
    });
  });

  it.each([
    ['.sync', '{"said":"it"}'],
    ['.sync:2', { said: 'it' }],
  ])('%s waits and gives the output', async (suffix, Output) => {
    const { world, executionArn } = await parent(suffix);
    await world.run();
    const ran = await ranOf(world, executionArn);
    expect(ran).toMatchObject({
      seconds: 100,
      output: { ExecutionArn: KID, Name: 'kid', Output, Status: 'SUCCEEDED' },
    });
    expect(ran.types).toContain('TaskSubmitted');
    expect(world.asked.map(({ action }) => action)).toEqual(
      [
        'events:PutTargets',
        'events:PutRule',
        'events:DescribeRule',
        'states:StartExecution',
        'states:StartExecution',
        'states:DescribeExecution',
      ].concat(['states:DescribeExecution', 'states:GetExecutionHistory']),
    );
    expect(world.asked[0]!.resource).toBe(
      'arn:aws:events:us-east-1:123456789012:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule',
    );
    expect(world.asked[5]!.resource).toBe(KID);
  });

  it('a child that fails, fails the task with its description as the cause', async () => {
    const { world, executionArn } = await parent('.sync:2', {}, { do: 'fail' });
    await world.run();
    const ran = await ranOf(world, executionArn);
    expect(ran.error).toBe('States.TaskFailed');
    expect(JSON.parse(ran.cause!)).toMatchObject({
      ExecutionArn: KID,
      Status: 'FAILED',
      Error: 'Deep',
      Cause: 'down',
      Input: '{"do":"fail"}',
    });
  });

  it.each([
    ['a time-out of the task', { TimeoutSeconds: 10 }, () => undefined],
    [
      'a stop of the parent',
      {},
      (world: ReturnType<typeof fakeKernel>, executionArn: string) =>
        world.kernel.clock.after(
          10_000,
          'stop',
          async () => void (await call(world, 'StopExecution', { executionArn, error: 'Enough' })),
        ),
    ],
  ])('%s stops the child', async (_what, more, then) => {
    const { world, executionArn } = await parent('.sync:2', more);
    then(world, executionArn);
    await world.run();
    expect(await ranOf(world, KID)).toMatchObject({ status: 'ABORTED', seconds: 10 });
    expect(await ranOf(world, executionArn)).toMatchObject({ seconds: 10 });
  });

  it('a role that may not make the managed rule cannot have such a state machine', async () => {
    const world = fakeKernel(() => ({}));
    Object.assign(world.dependencies, {
      authorise: () => {
        throw new AwsFailure('AccessDeniedException', 'no', 400);
      },
    });
    await expect(
      deploy(
        world,
        'parent',
        only({
          Type: 'Task',
          Resource: 'arn:aws:states:::states:startExecution.sync:2',
          Arguments: { StateMachineArn: 'a' },
        }),
      ),
    ).rejects.toThrow('is not authorized to create managed-rule');
  });

  it('a name that is taken fails with the service’s error', async () => {
    const { world, executionArn } = await parent('.sync:2');
    await world.run(Date.parse('2030-01-01T00:00:01Z'));
    const stateMachineArn = 'arn:aws:states:us-east-1:123456789012:stateMachine:parent';
    const second = await call(world, 'StartExecution', {
      stateMachineArn,
      name: 'twice',
      input: '{"do":"other"}',
    });
    await world.run();
    expect(await ranOf(world, second.executionArn)).toMatchObject({
      error: 'StepFunctions.ExecutionAlreadyExistsException',
    });
    expect((await ranOf(world, executionArn)).status).toBe('SUCCEEDED');
  });
});
