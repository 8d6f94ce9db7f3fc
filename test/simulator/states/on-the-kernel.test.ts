import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { operation } from '../../../simulator/contracts.ts';
import { createKernel } from '../../../simulator/kernel/index.ts';
import { createSfnService } from '../../../simulator/states/service.ts';
import { functionError, LAMBDA, payload, ROLE } from './harness.ts';

/** The whole service on the real kernel: its answers fit the published API model, and a seed gives one trace. */
const CHILD = 'arn:aws:states:us-east-1:123456789012:stateMachine:child';
const RULE = 'arn:aws:events:us-east-1:123456789012:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule';
const GRANTS: readonly (readonly [string, string])[] = [
  ['lambda:InvokeFunction', 'arn:aws:lambda:us-east-1:123456789012:function:f'],
  ['states:StartExecution', CHILD],
  ['states:DescribeExecution', `${CHILD.replace('stateMachine', 'execution')}:*`],
  ['events:PutTargets', RULE],
  ['events:PutRule', RULE],
  ['events:DescribeRule', RULE],
];

async function simulate(seed: number, without?: string) {
  const kernel = createKernel({ seed, startAtMs: Date.parse('2030-01-01T00:00:00Z') });
  const sfn = createSfnService(kernel, {
    publish: () => undefined,
    authorise: (...asked) => kernel.authorise(...asked),
  });
  let calls = 0;
  const invoke = operation(z.looseObject({}), {
    permissions: () => [
      { action: 'lambda:InvokeFunction', resource: 'arn:aws:lambda:us-east-1:123456789012:function:f' },
    ],
    run: () => ((calls += 1) % 3 === 0 ? functionError('Oops') : payload({ calls })),
  });
  kernel.register(sfn, { name: 'lambda', operations: { Invoke: invoke } });
  kernel.access.addRole({
    arn: ROLE,
    name: 'machine',
    trust: {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ],
    },
    policies: GRANTS.filter(([action]) => action !== without).map(([Action, Resource]) => ({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action, Resource }],
    })),
  });
  const deploy = async (name: string, definition: object) =>
    (
      await sfn.resources['AWS::StepFunctions::StateMachine']!(
        name,
        {
          StateMachineName: name,
          RoleArn: ROLE,
          DefinitionString: JSON.stringify({ QueryLanguage: 'JSONata', ...definition }),
        },
        kernel,
      )
    ).ref;
  const task = { ...LAMBDA, TimeoutSeconds: 60, Retry: [{ ErrorEquals: ['Oops'], JitterStrategy: 'FULL' }] };
  const child = await deploy('child', {
    StartAt: 'A',
    States: { A: { ...task, Next: 'W' }, W: { Type: 'Wait', Seconds: 60, End: true } },
  });
  const parent = await deploy('parent', {
    StartAt: 'M',
    States: {
      M: {
        Type: 'Map',
        Items: [1, 2, 3],
        ItemProcessor: { StartAt: 'T', States: { T: { ...task, End: true } } },
        Next: 'S',
      },
      S: {
        Type: 'Task',
        TimeoutSeconds: 600,
        Resource: 'arn:aws:states:::states:startExecution.sync:2',
        Arguments: { StateMachineArn: child, Input: { a: 1 } },
        End: true,
      },
    },
  });
  const executionArn = await kernel.settle(async () => {
    const started = await kernel.call(
      'sfn',
      'StartExecution',
      { stateMachineArn: parent, name: 'once', input: '{}' },
      kernel.root,
    );
    return z.object({ executionArn: z.string() }).parse(started).executionArn;
  });
  await kernel.runUntil(kernel.clock.nowMs() + 3_600_000);
  const ask = (name: string, input: object) =>
    kernel.settle(() => kernel.call('sfn', name, input, kernel.root));
  const described = await ask('DescribeExecution', { executionArn });
  await ask('GetExecutionHistory', { executionArn, maxResults: 1000 });
  await ask('ListExecutions', { stateMachineArn: parent });
  await ask('DescribeStateMachine', { stateMachineArn: parent });
  await ask('ListStateMachines', {});
  return { described, hash: kernel.traced.hash(), violations: kernel.violations };
}

describe('the service on the kernel', () => {
  it('answers in the form of the published API, and the same seed gives the same trace', async () => {
    const one = await simulate(1);
    expect(one.violations).toEqual([]);
    expect(one.described).toMatchObject({ status: 'SUCCEEDED' });
    expect((await simulate(2)).hash).not.toBe(one.hash);
    expect((await simulate(1)).hash).toBe(one.hash);
  });

  it.each(GRANTS.map(([action]) => action))('without the right to %s it does not work', async (action) => {
    const outcome = await simulate(1, action).then(
      ({ described }) => described,
      (error: unknown) => ({ status: 'not deployed', cause: String(error) }),
    );
    expect(outcome).toMatchObject({
      status: action.startsWith('events:') ? 'not deployed' : 'FAILED',
      cause: expect.stringContaining(action),
    });
  });
});
