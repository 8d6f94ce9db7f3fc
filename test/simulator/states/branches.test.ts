import { describe, expect, it } from 'vitest';
import { only, runMachine, type Loose } from './harness.ts';

const END = { Type: 'Succeed' };

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
    const { Items: _items, ...rest } = (map({}) as Loose).States.Only;
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
