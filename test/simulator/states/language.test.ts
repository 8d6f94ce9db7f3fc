import { describe, expect, it } from 'vitest';
import { functionError, LAMBDA, only, payload, runMachine, sent } from './harness.ts';

const END = { Type: 'Succeed' };

describe('Pass, Succeed and Fail', () => {
  it('a state without Output hands its input on', async () => {
    const ran = await runMachine(
      { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' }, B: END } },
      { input: { a: 1 } },
    );
    expect(ran.output).toEqual({ a: 1 });
    expect(ran.types).toEqual([
      'ExecutionStarted',
      'PassStateEntered',
      'PassStateExited',
      'SucceedStateEntered',
      'SucceedStateExited',
      'ExecutionSucceeded',
    ]);
  });

  it('Succeed has an Output of its own', async () => {
    expect((await runMachine(only({ Type: 'Succeed', Output: { done: '{% 1 = 1 %}' } }))).output).toEqual({
      done: true,
    });
  });

  it('Fail takes expressions for Error and Cause', async () => {
    const ran = await runMachine(
      only({ Type: 'Fail', Error: "{% 'Bad' & $states.input.n %}", Cause: 'so it is' }),
      { input: { n: 1 } },
    );
    expect(ran).toMatchObject({ status: 'FAILED', error: 'Bad1', cause: 'so it is' });
    expect(ran.types).toEqual(['ExecutionStarted', 'FailStateEntered', 'ExecutionFailed']);
  });

  it('an Error that is no text fails the evaluation', async () => {
    expect(await runMachine(only({ Type: 'Fail', Error: '{% 1 %}' }))).toMatchObject({
      error: 'States.QueryEvaluationError',
    });
  });
});

describe('Choice', () => {
  const choose = (input: unknown, more: object = { Default: 'D' }) =>
    runMachine(
      {
        StartAt: 'C',
        States: {
          C: {
            Type: 'Choice',
            Choices: [
              {
                Condition: '{% $states.input.n > 10 %}',
                Next: 'A',
                Output: 'big',
                Assign: { size: '{% $states.input.n %}' },
              },
              { Condition: '{% $states.input.n > 5 %}', Next: 'B' },
            ],
            ...more,
          },
          A: { Type: 'Succeed', Output: '{% [$states.input, $size] %}' },
          B: END,
          ...('Default' in more ? { D: END } : {}),
        },
      },
      { input },
    );

  it('the first rule that holds wins, with its own Output and Assign', async () => {
    expect((await choose({ n: 11 })).output).toEqual(['big', 11]);
    expect((await choose({ n: 6 })).output).toEqual({ n: 6 });
  });

  it('without a rule the Default is taken, with the Output of the state', async () => {
    expect((await choose({ n: 1 }, { Default: 'D', Output: 'none' })).output).toBe('none');
    expect((await choose({ n: 11 }, { Default: 'D', Output: 'none' })).output).toEqual(['big', 11]);
  });

  it('without a Default the execution fails with States.Runtime', async () => {
    const ran = await choose({ n: 1 }, {});
    expect(ran.error).toBe('States.Runtime');
    expect(ran.cause).toContain('The state does not point to a next state.');
  });

  it('a Condition must be a boolean', async () => {
    const ran = await runMachine({
      StartAt: 'C',
      States: { C: { Type: 'Choice', Choices: [{ Condition: "{% 'true' %}", Next: 'A' }] }, A: END },
    });
    expect(ran.error).toBe('States.QueryEvaluationError');
    expect(ran.cause).toContain("Expected 'boolean', but was 'string'");
  });
});

describe('Wait', () => {
  it.each([
    ['Seconds', { Seconds: 90 }, 90],
    ['Seconds of an expression', { Seconds: '{% $states.input.s * 2 %}' }, 20],
    ['0 seconds', { Seconds: 0 }, 0],
    ['Timestamp', { Timestamp: '2030-01-01T01:00:00Z' }, 3600],
    ['Timestamp of an expression', { Timestamp: '{% $states.input.at %}' }, 60],
    ['a Timestamp in the past', { Timestamp: '2029-01-01T00:00:00Z' }, 0],
  ])('%s', async (_what, fields, seconds) => {
    const ran = await runMachine(only({ Type: 'Wait', ...fields }), {
      input: { s: 10, at: '2030-01-01T01:01:00+01:00' },
    });
    expect(ran).toMatchObject({ status: 'SUCCEEDED', seconds });
    expect(ran.types).toEqual([
      'ExecutionStarted',
      'WaitStateEntered',
      'WaitStateExited',
      'ExecutionSucceeded',
    ]);
  });

  it.each([
    ['negative seconds', { Seconds: '{% -1 %}' }],
    ['half seconds', { Seconds: '{% 0.5 %}' }],
    ['text for seconds', { Seconds: "{% '1' %}" }],
    ['no timestamp', { Timestamp: "{% 'tomorrow' %}" }],
  ])('%s fail the evaluation', async (_what, fields) => {
    expect(await runMachine(only({ Type: 'Wait', ...fields }))).toMatchObject({
      error: 'States.QueryEvaluationError',
    });
  });
});

describe('variables', () => {
  it('all expressions of a state see the old values', async () => {
    const ran = await runMachine({
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Assign: { x: 1, y: 2 }, Next: 'B' },
        B: { Type: 'Pass', Assign: { x: '{% $y %}', y: '{% $x %}' }, Output: '{% [$x, $y] %}', Next: 'C' },
        C: { Type: 'Pass', Output: '{% {"before": $states.input, "after": [$x, $y]} %}', End: true },
      },
    });
    expect(ran.output).toEqual({ before: [1, 2], after: [2, 1] });
    expect(ran.events[2].stateExitedEventDetails.assignedVariables).toEqual({ x: '1', y: '2' });
  });

  it('branches read outer variables, and their own end with them', async () => {
    const branch = {
      StartAt: 'I',
      States: {
        I: { Type: 'Pass', Assign: { inner: '{% $outer + 1 %}' }, Next: 'J' },
        J: { Type: 'Pass', Output: '{% $inner %}', End: true },
      },
    };
    const machine = (last: string) => ({
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Assign: { outer: 1 }, Next: 'P' },
        P: { Type: 'Parallel', Branches: [branch], Next: 'Z' },
        Z: { Type: 'Pass', Output: { '0': last }, End: true },
      },
    });
    expect((await runMachine(machine('{% $states.input[0] + $outer %}'))).output).toEqual({ '0': 3 });
    expect((await runMachine(machine('{% $inner %}'))).error).toBe('States.QueryEvaluationError');
  });

  it.each([
    ['$states cannot be assigned', { states: 1 }, '$states is reserved'],
    ['names are identifiers', { 'a-b': 1 }, 'not a variable name'],
  ])('%s', async (_what, Assign, message) => {
    await expect(runMachine(only({ Type: 'Pass', Assign }))).rejects.toThrow(message);
  });

  it('an inner scope may not assign the name of an outer variable', async () => {
    const inner = { StartAt: 'I', States: { I: { Type: 'Pass', Assign: { x: 1 }, End: true } } };
    const machine = {
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Assign: { x: 1 }, Next: 'P' },
        P: { Type: 'Parallel', Branches: [inner], End: true },
      },
    };
    await expect(runMachine(machine)).rejects.toThrow('the variable x is assigned in an outer scope');
  });
});

describe('$states.context', () => {
  it('tells execution, machine and state', async () => {
    const ran = await runMachine(only({ Type: 'Pass', Output: '{% $states.context %}' }), {
      input: { a: 1 },
    });
    expect(ran.output).toEqual({
      Execution: {
        Id: 'arn:aws:states:us-east-1:123456789012:execution:machine:once',
        Input: { a: 1 },
        StartTime: '2030-01-01T00:00:00.000Z',
        Name: 'once',
        RoleArn: 'arn:aws:iam::123456789012:role/machine',
        RedriveCount: 0,
      },
      StateMachine: { Id: 'arn:aws:states:us-east-1:123456789012:stateMachine:machine', Name: 'machine' },
      State: { Name: 'Only', EnteredTime: '2030-01-01T00:00:00.000Z' },
    });
  });

  it('counts the retries of a Task', async () => {
    let tries = 0;
    const ran = await runMachine(
      only({
        ...LAMBDA,
        Arguments: { FunctionName: 'f', Payload: '{% $states.context.State.RetryCount %}' },
        Retry: [{ ErrorEquals: ['States.ALL'] }],
        Output: '{% $states.result.Payload %}',
      }),
      { answer: (call) => ((tries += 1) < 3 ? functionError('Oops') : payload(sent(call))) },
    );
    expect(ran.output).toBe(2);
  });
});
