import { describe, expect, it } from 'vitest';
import { AwsFailure } from '../../../simulator/contracts.ts';
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
  sent,
  type Answer,
} from './harness.ts';

const task = (more: object, answer: Answer, input: unknown = {}) =>
  runMachine(only({ ...LAMBDA, ...more }), { answer, input });
const big = 'x'.repeat(262_144);

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

function raise(code: string, status = 400, message = 'no'): never {
  throw new AwsFailure(code, message, status);
}

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

describe('Retry', () => {
  const failing = (Retry: object[], error = 'Oops') => task({ Retry }, () => functionError(error));
  it.each([
    ['three times by default, doubling from 1 s', { ErrorEquals: ['Oops'] }, 4, 1 + 2 + 4],
    ['not at all with MaxAttempts 0', { ErrorEquals: ['Oops'], MaxAttempts: 0 }, 1, 0],
    [
      'with its own interval and rate',
      { ErrorEquals: ['Oops'], IntervalSeconds: 10, BackoffRate: 1.5, MaxAttempts: 2 },
      3,
      25,
    ],
    [
      'with delays up to MaxDelaySeconds',
      { ErrorEquals: ['Oops'], IntervalSeconds: 10, MaxDelaySeconds: 15, MaxAttempts: 3 },
      4,
      40,
    ],
    ['not for other names', { ErrorEquals: ['Other'] }, 1, 0],
    ['for States.ALL', { ErrorEquals: ['States.ALL'], MaxAttempts: 1 }, 2, 1],
    ['for States.TaskFailed', { ErrorEquals: ['States.TaskFailed'], MaxAttempts: 1 }, 2, 1],
    ['not for States.Timeout', { ErrorEquals: ['States.Timeout'], MaxAttempts: 1 }, 1, 0],
  ])('%s', async (_what, retrier, calls, seconds) => {
    const ran = await failing([retrier]);
    expect(ran).toMatchObject({ status: 'FAILED', error: 'Oops', seconds });
    expect(ran.calls).toHaveLength(calls);
  });

  it('every retrier counts for itself', async () => {
    const errors = ['A', 'B', 'A', 'B'];
    let made = 0;
    const ran = await task(
      {
        Retry: [
          { ErrorEquals: ['A'], MaxAttempts: 1 },
          { ErrorEquals: ['B'], MaxAttempts: 1 },
        ],
      },
      () => functionError(errors[made++]!),
    );
    expect(ran).toMatchObject({ error: 'A' });
    expect(made).toBe(3);
  });

  it('full jitter draws the delay from the seed', async () => {
    const delays = await Promise.all(
      [1, 1, 2].map(
        async (seed) =>
          (
            await runMachine(
              only({
                ...LAMBDA,
                Retry: [
                  { ErrorEquals: ['Oops'], IntervalSeconds: 100, MaxAttempts: 1, JitterStrategy: 'FULL' },
                ],
              }),
              { answer: () => functionError('Oops'), seed },
            )
          ).seconds,
      ),
    );
    expect(delays[0]).toBe(delays[1]);
    expect(delays[2]).not.toBe(delays[0]);
    for (const delay of delays) expect(delay).toBeLessThan(100);
  });

  it('a failed evaluation of Output is retried and caught, too', async () => {
    const ran = await runMachine(
      {
        StartAt: 'T',
        States: {
          T: {
            ...LAMBDA,
            Output: '{% $states.result.Nothing %}',
            Retry: [{ ErrorEquals: ['States.QueryEvaluationError'], MaxAttempts: 1 }],
            Catch: [{ ErrorEquals: ['States.ALL'], Output: '{% $states.errorOutput.Error %}', Next: 'Z' }],
            End: true,
          },
          Z: { Type: 'Succeed' },
        },
      },
      { answer: () => payload(1) },
    );
    expect(ran.output).toBe('States.QueryEvaluationError');
    expect(ran.calls).toHaveLength(2);
  });
});

describe('Catch', () => {
  const caught = (catcher: object, answer: Answer, more: object = {}) =>
    runMachine(
      {
        StartAt: 'T',
        States: {
          T: { ...LAMBDA, ...more, Catch: [{ Next: 'Z', ...catcher }], End: true },
          Z: {
            Type: 'Pass',
            Output: '{% {"in": $states.input, "v": $exists($why) ? $why : null} %}',
            End: true,
          },
        },
      },
      { answer, input: { a: 1 } },
    );

  it('hands on the error output by default', async () => {
    const ran = await caught({ ErrorEquals: ['Oops'] }, () => functionError('Oops'));
    expect(ran.output.in.Error).toBe('Oops');
    expect(JSON.parse(ran.output.in.Cause)).toMatchObject({ errorType: 'Oops' });
  });

  it('has Output and Assign of its own, which see error and input', async () => {
    const ran = await caught(
      {
        ErrorEquals: ['States.ALL'],
        Output: '{% [$states.input.a, $states.errorOutput.Error] %}',
        Assign: { why: '{% $states.errorOutput.Error %}' },
      },
      () => functionError('Oops'),
    );
    expect(ran.output).toEqual({ in: [1, 'Oops'], v: 'Oops' });
  });

  it.each([
    ['States.Timeout takes a time-out', { ErrorEquals: ['States.Timeout'] }, true],
    ['States.ALL takes a time-out', { ErrorEquals: ['States.ALL'] }, true],
    ['States.TaskFailed does not take a time-out', { ErrorEquals: ['States.TaskFailed'] }, false],
    ['States.HeartbeatTimeout does not take a time-out', { ErrorEquals: ['States.HeartbeatTimeout'] }, false],
  ])('%s', async (_what, catcher, takes) => {
    const ran = await caught(catcher, () => new Promise(() => undefined), { TimeoutSeconds: 30 });
    expect(ran.seconds).toBe(30);
    expect(ran.status).toBe(takes ? 'SUCCEEDED' : 'FAILED');
    if (takes) expect(ran.output.in).toEqual({ Error: 'States.Timeout' });
    else expect(ran.error).toBe('States.Timeout');
    expect(ran.types).toContain('TaskTimedOut');
  });

  it.each([
    ['States.ALL', false],
    ['States.TaskFailed', false],
    ['States.DataLimitExceeded', true],
  ])('%s takes a result that is too large: %s', async (name, takes) => {
    const ran = await caught({ ErrorEquals: [name] }, () => payload(big));
    expect(ran.status).toBe(takes ? 'SUCCEEDED' : 'FAILED');
    if (!takes) expect(ran.error).toBe('States.DataLimitExceeded');
  });

  it('nothing takes States.Runtime', async () => {
    const inner = {
      StartAt: 'C',
      States: { C: { Type: 'Choice', Choices: [{ Condition: false, Next: 'D' }] }, D: { Type: 'Succeed' } },
    };
    const ran = await runMachine({
      StartAt: 'P',
      States: {
        P: {
          Type: 'Parallel',
          Branches: [inner],
          Retry: [{ ErrorEquals: ['States.ALL'] }],
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Z' }],
          End: true,
        },
        Z: { Type: 'Succeed' },
      },
    });
    expect(ran).toMatchObject({ error: 'States.Runtime', seconds: 0 });
  });
});

describe('limits', () => {
  it('arguments and outputs may take 262,144 bytes and no more', async () => {
    const fits = await runMachine(only({ Type: 'Pass', Output: { a: 'é'.repeat(131_068) } }));
    expect(fits.status).toBe('SUCCEEDED');
    expect(await runMachine(only({ Type: 'Pass', Output: { a: 'é'.repeat(131_069) } }))).toMatchObject({
      error: 'States.DataLimitExceeded',
    });
    expect(await task({ Arguments: { FunctionName: 'f', Payload: big } }, () => payload(1))).toMatchObject({
      error: 'States.DataLimitExceeded',
      calls: [],
    });
  });

  it('a state may assign 256 KiB and no more', async () => {
    expect(
      await runMachine(only({ Type: 'Pass', Assign: { a: big.slice(9), b: big.slice(9) } })),
    ).toMatchObject({ error: 'States.DataLimitExceeded' });
  });

  it('the history ends an execution at 25,000 events', async () => {
    const world = fakeKernel(() => ({}));
    const stateMachineArn = await deploy(world, 'loop', {
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Next: 'B' },
        B: { Type: 'Choice', Choices: [{ Condition: false, Next: 'C' }], Default: 'A' },
        C: { Type: 'Succeed' },
      },
    });
    const { executionArn } = await call(world, 'StartExecution', { stateMachineArn });
    await world.run();
    const ran = await ranOf(world, executionArn);
    expect(ran).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    const [last] = (await call(world, 'GetExecutionHistory', { executionArn, reverseOrder: true })).events;
    expect(last).toMatchObject({ id: 25_000, type: 'ExecutionFailed' });
  });

  it('TimeoutSeconds of the machine ends it as TIMED_OUT, which nothing catches', async () => {
    const ran = await runMachine(
      {
        TimeoutSeconds: 100,
        StartAt: 'T',
        States: { T: { ...LAMBDA, Retry: [{ ErrorEquals: ['States.ALL'] }], End: true } },
      },
      { answer: () => new Promise(() => undefined) },
    );
    expect(ran).toMatchObject({ status: 'TIMED_OUT', error: 'States.Timeout', seconds: 100 });
    expect(ran.types.at(-1)).toBe('ExecutionTimedOut');
  });

  it('TimeoutSeconds may be an expression, and must be a positive integer', async () => {
    const never: Answer = () => new Promise(() => undefined);
    expect(await task({ TimeoutSeconds: '{% $states.input.t %}' }, never, { t: 7 })).toMatchObject({
      error: 'States.Timeout',
      seconds: 7,
    });
    expect(await task({ TimeoutSeconds: '{% 0 %}' }, never)).toMatchObject({
      error: 'States.QueryEvaluationError',
    });
  });
});

describe('.waitForTaskToken', () => {
  const WAIT = {
    ...LAMBDA,
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    Arguments: { FunctionName: 'f', Payload: { token: '{% $states.context.Task.Token %}' } },
  };
  async function waiting(more: object, then: (world: ReturnType<typeof fakeKernel>, token: string) => void) {
    const world = fakeKernel((made) => {
      then(world, sent(made).token);
      return payload(null);
    });
    const stateMachineArn = await deploy(world, 'machine', only({ ...WAIT, ...more }));
    const { executionArn } = await call(world, 'StartExecution', { stateMachineArn, name: 'once' });
    await world.run();
    return ranOf(world, executionArn);
  }
  const later = (world: ReturnType<typeof fakeKernel>, seconds: number, operation: string, input: object) =>
    world.kernel.clock.after(seconds * 1000, 'later', async () => void (await call(world, operation, input)));

  it('waits for the token and takes its output', async () => {
    const ran = await waiting({}, (world, taskToken) =>
      later(world, 50, 'SendTaskSuccess', { taskToken, output: '{"ok":true}' }),
    );
    expect(ran).toMatchObject({ status: 'SUCCEEDED', output: { ok: true }, seconds: 50 });
    expect(ran.types.slice(2, 6)).toEqual(['TaskScheduled', 'TaskStarted', 'TaskSubmitted', 'TaskSucceeded']);
    expect(ran.events[2].taskScheduledEventDetails.resource).toBe('invoke.waitForTaskToken');
  });

  it('an answer that comes before the call returns counts', async () => {
    const ran = await waiting(
      {},
      (world, taskToken) => void call(world, 'SendTaskSuccess', { taskToken, output: '1' }),
    );
    expect(ran.output).toBe(1);
  });

  it('fails as told', async () => {
    const ran = await waiting({}, (world, taskToken) =>
      later(world, 5, 'SendTaskFailure', { taskToken, error: 'No', cause: 'because' }),
    );
    expect(ran).toMatchObject({ status: 'FAILED', error: 'No', cause: 'because' });
  });

  it('times out, and later answers are told so', async () => {
    let refused: unknown;
    const ran = await waiting({ TimeoutSeconds: 10 }, (world, taskToken) =>
      world.kernel.clock.after(20_000, 'late', async () => {
        refused = await call(world, 'SendTaskSuccess', { taskToken, output: '1' }).catch(
          (error: unknown) => error,
        );
      }),
    );
    expect(ran).toMatchObject({ error: 'States.Timeout', seconds: 10 });
    expect(refused).toMatchObject({ code: 'TaskTimedOut' });
  });

  it('heartbeats keep it alive, and their absence ends it', async () => {
    const ran = await waiting(
      { HeartbeatSeconds: 10, TimeoutSeconds: 1000, Retry: [{ ErrorEquals: ['States.TaskFailed'] }] },
      (world, taskToken) => {
        for (const seconds of [8, 16, 24]) later(world, seconds, 'SendTaskHeartbeat', { taskToken });
      },
    );
    expect(ran).toMatchObject({ error: 'States.HeartbeatTimeout', seconds: 34 });
  });

  it('States.Timeout takes a missing heartbeat', async () => {
    const ran = await waiting(
      { HeartbeatSeconds: 10, Retry: [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 1 }] },
      () => undefined,
    );
    expect(ran.seconds).toBe(10 + 1 + 10);
  });

  it('a token nobody gave out is invalid; output must be JSON', async () => {
    const world = fakeKernel(() => ({}));
    await expect(call(world, 'SendTaskSuccess', { taskToken: 'x', output: '1' })).rejects.toMatchObject({
      code: 'InvalidToken',
    });
    await expect(call(world, 'SendTaskSuccess', { taskToken: 'x', output: '{' })).rejects.toMatchObject({
      code: 'InvalidOutput',
    });
  });

  it('the fault late-token makes an answer come too late', async () => {
    const ran = await waiting({ TimeoutSeconds: 60 }, (world, taskToken) => {
      world.faults.set('late-token', {});
      world.kernel.clock.after(5000, 'answer', () =>
        call(world, 'SendTaskSuccess', { taskToken, output: '1' }).catch(() => undefined),
      );
    });
    expect(ran).toMatchObject({ error: 'States.Timeout', seconds: 60 });
  });

  it('the context has no token elsewhere', async () => {
    expect(
      await task({ Arguments: { FunctionName: 'f', Payload: '{% $states.context.Task.Token %}' } }, () =>
        payload(1),
      ),
    ).toMatchObject({ error: 'States.QueryEvaluationError' });
  });
});

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
