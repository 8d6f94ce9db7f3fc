import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { functionError, LAMBDA, payload, runMachine, type Answer } from './harness.ts';

/** A state without its name and target; machines only go forward, so every one must end. */
type Sketch =
  | { kind: 'pass' }
  | { kind: 'wait'; seconds: number }
  | { kind: 'choice'; condition: unknown }
  | { kind: 'task'; retries: number; jitter: string; caught: boolean }
  | { kind: 'parallel'; branches: Sketch[][] }
  | { kind: 'map'; processor: Sketch[]; concurrency: number };

const line = (depth: number): fc.Arbitrary<Sketch[]> =>
  fc.array(sketch(depth), { minLength: 1, maxLength: 4 });

function sketch(depth: number): fc.Arbitrary<Sketch> {
  const flat: fc.Arbitrary<Sketch>[] = [
    fc.constant({ kind: 'pass' }),
    fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 0, max: 50 }) }),
    fc.record({
      kind: fc.constant('choice' as const),
      condition: fc.constantFrom('{% $random() < 0.5 %}', true, false),
    }),
    fc.record({
      kind: fc.constant('task' as const),
      retries: fc.integer({ min: 0, max: 3 }),
      jitter: fc.constantFrom('FULL', 'NONE'),
      caught: fc.boolean(),
    }),
  ];
  if (depth === 0) return fc.oneof(...flat);
  return fc.oneof(
    ...flat,
    fc.record({
      kind: fc.constant('parallel' as const),
      branches: fc.array(line(depth - 1), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({
      kind: fc.constant('map' as const),
      processor: line(depth - 1),
      concurrency: fc.integer({ min: 0, max: 2 }),
    }),
  );
}

function build(sketches: readonly Sketch[], prefix = 's'): object {
  const name = (index: number) => (index < sketches.length ? `${prefix}${index}` : `${prefix}_end`);
  const states = sketches.map((sketched, index) => [
    name(index),
    stateOf(sketched, name(index), name(index + 1)),
  ]);
  return {
    StartAt: name(0),
    States: Object.fromEntries([...states, [name(sketches.length), { Type: 'Succeed' }]]),
  };
}

function stateOf(sketched: Sketch, name: string, Next: string): object {
  switch (sketched.kind) {
    case 'pass':
      return { Type: 'Pass', Assign: { [name]: '{% $random() %}' }, Next };
    case 'wait':
      return { Type: 'Wait', Seconds: sketched.seconds, Next };
    case 'choice':
      return { Type: 'Choice', Choices: [{ Condition: sketched.condition, Next }], Default: Next };
    case 'task':
      return {
        ...LAMBDA,
        TimeoutSeconds: 5,
        Retry: [
          { ErrorEquals: ['States.ALL'], MaxAttempts: sketched.retries, JitterStrategy: sketched.jitter },
        ],
        ...(sketched.caught ? { Catch: [{ ErrorEquals: ['States.ALL'], Next }] } : {}),
        Next,
      };
    case 'parallel':
      return {
        Type: 'Parallel',
        Branches: sketched.branches.map((branch, index) => build(branch, `${name}_${index}_`)),
        Next,
      };
    case 'map':
      return {
        Type: 'Map',
        Items: [1, 2, 3],
        MaxConcurrency: sketched.concurrency,
        ItemProcessor: build(sketched.processor, `${name}_i_`),
        Next,
      };
  }
}

/** Every fifth call never answers, every third fails. */
function flaky(): Answer {
  let calls = 0;
  return () => {
    calls += 1;
    if (calls % 5 === 0) return new Promise(() => undefined);
    return calls % 3 === 0 ? functionError('Oops') : payload(calls);
  };
}

describe('random small machines', () => {
  it('end, and the same seed gives the same history', async () => {
    await fc.assert(
      fc.asyncProperty(line(2), fc.integer(), async (sketches, seed) => {
        const definition = build(sketches);
        const one = await runMachine(definition, { seed, answer: flaky() });
        const two = await runMachine(definition, { seed, answer: flaky() });
        expect(['SUCCEEDED', 'FAILED']).toContain(one.status);
        expect(two.events).toEqual(one.events);
        one.events.forEach((event, index) => {
          expect(event.id).toBe(index + 1);
          expect(event.previousEventId).toBeLessThan(event.id);
        });
        expect(one.types.filter((type) => /^Execution(Succeeded|Failed)$/.test(type))).toEqual([
          one.types.at(-1),
        ]);
      }),
      { numRuns: 40 },
    );
  });
});
