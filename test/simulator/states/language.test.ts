import { describe, expect, it } from 'vitest';
import { NotSimulatedError } from '../../../simulator/contracts.ts';
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

describe('Parallel', () => {
  const pass = (name: string, Output: unknown) => ({
    StartAt: name,
    States: { [name]: { Type: 'Pass', Output, End: true } },
  });
  const wait = (name: string, Seconds: number, then: object) => ({
    StartAt: name,
    States: { [name]: { Type: 'Wait', Seconds, Next: `${name}2` }, [`${name}2`]: then },
  });

  it('gives every branch the arguments and gathers their outputs in order', async () => {
    const ran = await runMachine(
      only({
        Type: 'Parallel',
        Arguments: { v: 5 },
        Branches: [wait('A', 9, END), pass('B', '{% $states.input.v + 1 %}')],
      }),
    );
    expect(ran.output).toEqual([{ v: 5 }, 6]);
    expect(ran.seconds).toBe(9);
    expect(ran.types.slice(1, 3)).toEqual(['ParallelStateEntered', 'ParallelStateStarted']);
    expect(ran.types.slice(-3)).toEqual([
      'ParallelStateSucceeded',
      'ParallelStateExited',
      'ExecutionSucceeded',
    ]);
  });

  it('the first failure ends the others, and Catch takes it', async () => {
    const ran = await runMachine({
      StartAt: 'P',
      States: {
        P: {
          Type: 'Parallel',
          Branches: [wait('A', 1, { Type: 'Fail', Error: 'Mine' }), wait('B', 1000, END)],
          Catch: [{ ErrorEquals: ['Mine'], Output: '{% $states.errorOutput %}', Next: 'Z' }],
          End: true,
        },
        Z: END,
      },
    });
    expect(ran).toMatchObject({ status: 'SUCCEEDED', seconds: 1, output: { Error: 'Mine' } });
    expect(ran.types).toContain('WaitStateAborted');
    expect(ran.types).toContain('ParallelStateFailed');
  });

  it('is retried as a whole', async () => {
    const ran = await runMachine(
      only({
        Type: 'Parallel',
        Branches: [wait('A', 1, { Type: 'Fail', Error: 'Mine' })],
        Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 2, IntervalSeconds: 10, BackoffRate: 1 }],
      }),
    );
    expect(ran).toMatchObject({ error: 'Mine', seconds: 1 + 10 + 1 + 10 + 1 });
  });
});

describe('Map', () => {
  const map = (
    more: object,
    states: object = { I: { Type: 'Pass', Output: '{% $states.input * 2 %}', End: true } },
  ) =>
    only({
      Type: 'Map',
      Items: '{% $states.input.items %}',
      ItemProcessor: { StartAt: 'I', States: states },
      ...more,
    });

  it('runs the processor for each item', async () => {
    const ran = await runMachine(map({}), { input: { items: [1, 2, 3] } });
    expect(ran.output).toEqual([2, 4, 6]);
    expect(ran.events[2].mapStateStartedEventDetails).toEqual({ length: 3 });
    expect(ran.types.slice(3, 6)).toEqual([
      'MapIterationStarted',
      'MapIterationStarted',
      'MapIterationStarted',
    ]);
    expect(ran.events[3]).toMatchObject({
      previousEventId: 3,
      mapIterationStartedEventDetails: { index: 0, name: 'Only' },
    });
  });

  it('no items, no iterations', async () => {
    expect((await runMachine(map({}), { input: { items: [] } })).output).toEqual([]);
  });

  it('takes the input when Items is missing', async () => {
    const { Items: _items, ...rest } = (map({}) as any).States.Only;
    expect((await runMachine(only(rest), { input: [4] })).output).toEqual([8]);
    expect((await runMachine(only(rest), { input: { a: 4 } })).error).toBe('States.QueryEvaluationError');
  });

  it('ItemSelector sees the item and the state input', async () => {
    const states = {
      I: { Type: 'Pass', Output: '{% [$states.input, $states.context.Map.Item.Index] %}', End: true },
    };
    const ItemSelector = {
      v: '{% $states.context.Map.Item.Value %}',
      at: '{% $states.context.Map.Item.Index %}',
      n: '{% $count($states.input.items) %}',
    };
    expect(
      (await runMachine(map({ ItemSelector }, states), { input: { items: ['a', 'b'] } })).output,
    ).toEqual([
      [{ v: 'a', at: 0, n: 2 }, 0],
      [{ v: 'b', at: 1, n: 2 }, 1],
    ]);
  });

  it.each([
    [0, 5],
    [1, 20],
    [2, 10],
    ['{% 2 %}', 10],
  ])('MaxConcurrency %s lets four waits of 5 s take %s s', async (MaxConcurrency, seconds) => {
    const ran = await runMachine(map({ MaxConcurrency }, { I: { Type: 'Wait', Seconds: 5, End: true } }), {
      input: { items: [1, 2, 3, 4] },
    });
    expect(ran.seconds).toBe(seconds);
  });

  it('inline mode runs 40 at a time and no more', async () => {
    const ran = await runMachine(map({}, { I: { Type: 'Wait', Seconds: 5, End: true } }), {
      input: { items: Array.from({ length: 81 }, () => 1) },
    });
    expect(ran.seconds).toBe(15);
  });

  it('one failed iteration fails the Map and aborts the others', async () => {
    const states = {
      I: { Type: 'Choice', Choices: [{ Condition: '{% $states.input = 2 %}', Next: 'F' }], Default: 'W' },
      F: { Type: 'Fail', Error: 'Two' },
      W: { Type: 'Wait', Seconds: 60, End: true },
    };
    const ran = await runMachine(map({}, states), { input: { items: [1, 2, 3] } });
    expect(ran).toMatchObject({ error: 'Two', seconds: 0 });
    expect(
      ran.types.filter((type) => type.startsWith('MapIteration') && type !== 'MapIterationStarted'),
    ).toEqual(['MapIterationFailed', 'MapIterationAborted', 'MapIterationAborted']);
  });
});

describe('definitions that CreateStateMachine refuses', () => {
  it.each([
    [
      'an unknown field',
      only({ Type: 'Pass', Colour: 1 }),
      "Field 'Colour' is not supported at /States/Only",
    ],
    ['fields of JSONPath', only({ Type: 'Pass', InputPath: '$' }), "Field 'InputPath' is not supported"],
    ['Parameters', only({ ...LAMBDA, Parameters: {} }), "Field 'Parameters' is not supported"],
    ['ResultPath', only({ ...LAMBDA, ResultPath: '$' }), "Field 'ResultPath' is not supported"],
    ['Result', only({ Type: 'Pass', Result: 1 }), "Field 'Result' is not supported"],
    ['an unknown type', only({ Type: 'Nap' }), '/States/Only'],
    ['a missing target', { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' } } }, 'there is no state B'],
    ['a missing start', { StartAt: 'X', States: { A: END } }, 'StartAt names no state: X'],
    ['a state out of reach', { StartAt: 'A', States: { A: END, B: END } }, 'State "B" is not reachable'],
    ['neither Next nor End', { StartAt: 'A', States: { A: { Type: 'Pass' } } }, 'exactly one of Next'],
    [
      'both Next and End',
      { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B', End: true }, B: END } },
      'exactly one of Next',
    ],
    ['no end', { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'A' } } }, 'NO_TERMINAL_STATE'],
    [
      'two kinds of wait',
      only({ Type: 'Wait', Seconds: 1, Timestamp: '2030-01-01T00:00:00Z' }),
      'exactly one of Seconds and Timestamp',
    ],
    [
      'States.ALL in company',
      only({ ...LAMBDA, Retry: [{ ErrorEquals: ['States.ALL', 'X'] }] }),
      'States.ALL must stand alone',
    ],
    [
      'States.ALL not last',
      only({ ...LAMBDA, Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['X'] }] }),
      'States.ALL must stand last',
    ],
    [
      'a back-off below 1',
      only({ ...LAMBDA, Retry: [{ ErrorEquals: ['X'], BackoffRate: 0.5 }] }),
      '/States/Only/Retry',
    ],
    [
      'a heartbeat beyond the time-out',
      only({ ...LAMBDA, TimeoutSeconds: 5, HeartbeatSeconds: 5 }),
      'HeartbeatSeconds must be smaller',
    ],
    ['a resource that is none', only({ Type: 'Task', Resource: 'lambda' }), 'not a valid resource ARN'],
    [
      '.sync where there is none',
      only({ Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke.sync' }),
      'does not support .sync',
    ],
    [
      'an unknown suffix',
      only({ Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke.later' }),
      'unknown suffix',
    ],
    [
      'names used twice',
      only({ Type: 'Parallel', Branches: [{ StartAt: 'Only', States: { Only: END } }] }),
      'more than one state Only',
    ],
    [
      'arguments that the integration does not have',
      only({ ...LAMBDA, Arguments: { FunctionName: 'f', Body: 1 } }),
      "'Body' is not supported",
    ],
    [
      'arguments that the integration needs',
      only({ ...LAMBDA, Arguments: { Payload: 1 } }),
      "'FunctionName' is required",
    ],
  ])('%s', async (_what, definition, message) => {
    const deployed = runMachine(definition);
    await expect(deployed).rejects.toMatchObject({ code: 'InvalidDefinition' });
    await expect(deployed).rejects.toThrow(message);
  });

  it('express workflows do not wait for other work', async () => {
    await expect(
      runMachine(only({ ...LAMBDA, Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken' }), {
        type: 'EXPRESS',
      }),
    ).rejects.toThrow("does not support 'waitForTaskToken'");
  });
});

describe('what AWS runs and the interpreter does not is refused by name', () => {
  it.each([
    ['JSONPath', { QueryLanguage: 'JSONPath', ...only(END) }, 'JSONata only'],
    ['JSONPath in one state', only({ Type: 'Pass', QueryLanguage: 'JSONPath' }), 'states in JSONPath'],
    [
      'distributed Map',
      only({
        Type: 'Map',
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'I',
          States: { I: END },
        },
      }),
      'distributed mode',
    ],
    [
      'tolerated failures',
      only({ Type: 'Map', ToleratedFailureCount: 1, ItemProcessor: { StartAt: 'I', States: { I: END } } }),
      'ToleratedFailureCount',
    ],
    ['credentials', only({ ...LAMBDA, Credentials: { RoleArn: 'x' } }), 'Credentials'],
    [
      'activities',
      only({ Type: 'Task', Resource: 'arn:aws:states:us-east-1:123456789012:activity:a' }),
      'Activities',
    ],
    [
      'another integration',
      only({ Type: 'Task', Resource: 'arn:aws:states:::glue:startJobRun' }),
      'glue:startJobRun is not simulated',
    ],
    [
      'another SDK service',
      only({ Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:glue:startJobRun' }),
      'is not simulated',
    ],
  ])('%s', async (_what, definition, message) => {
    const deployed = runMachine(definition);
    await expect(deployed).rejects.toBeInstanceOf(NotSimulatedError);
    await expect(deployed).rejects.toThrow(message);
  });
});
