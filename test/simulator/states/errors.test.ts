import { describe, expect, it } from 'vitest';
import {
  call,
  deploy,
  fakeKernel,
  functionError,
  LAMBDA,
  only,
  payload,
  ranOf,
  runMachine,
  type Answer,
} from './harness.ts';

const task = (more: object, answer: Answer, input: unknown = {}) =>
  runMachine(only({ ...LAMBDA, ...more }), { answer, input });
const big = 'x'.repeat(262_144);

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
