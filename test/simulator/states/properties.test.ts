import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { functionError, LAMBDA, payload, runMachine, type Answer } from './harness.ts';

/** Small machines whose states only go forward, so that every one must end. */
const names = ['A', 'B', 'C', 'D', 'E'];

const stateAt = (index: number, prefix: string, depth: number): fc.Arbitrary<object> => {
  const next = names[index + 1];
  const go = next === undefined ? { End: true } : { Next: prefix + next };
  const simple: fc.Arbitrary<object>[] = [
    fc.record({ Type: fc.constant('Pass'), Assign: fc.constantFrom({ [`${prefix}v`]: '{% $random() %}' }, {}) }).map((state) => ({ ...state, ...go })),
    fc.integer({ min: 0, max: 50 }).map((Seconds) => ({ Type: 'Wait', Seconds, ...go })),
    fc.record({ MaxAttempts: fc.integer({ min: 0, max: 3 }), JitterStrategy: fc.constantFrom('FULL', 'NONE'), caught: fc.boolean() }).map(({ caught, ...retrier }) => ({
      ...LAMBDA,
      TimeoutSeconds: 5,
      Retry: [{ ErrorEquals: ['States.ALL'], ...retrier }],
      ...(caught && next !== undefined ? { Catch: [{ ErrorEquals: ['States.ALL'], Next: prefix + next }] } : {}),
      ...go,
    })),
  ];
  if (next !== undefined) {
    simple.push(fc.constantFrom('{% $random() < 0.5 %}', true, false).map((Condition) => ({ Type: 'Choice', Choices: [{ Condition, Next: prefix + next }], Default: prefix + next })));
  }
  if (depth > 0) {
    simple.push(
      fc.tuple(machine(`${prefix}x`, depth - 1), machine(`${prefix}y`, depth - 1)).map((Branches) => ({ Type: 'Parallel', Branches, ...go })),
      fc.tuple(machine(`${prefix}m`, depth - 1), fc.integer({ min: 0, max: 3 })).map(([ItemProcessor, MaxConcurrency]) => ({ Type: 'Map', Items: [1, 2, 3], MaxConcurrency, ItemProcessor, ...go })),
    );
  }
  return fc.oneof(...simple);
};

function machine(prefix: string, depth: number): fc.Arbitrary<object> {
  // prefix differs along the way down and names differ along the line: every name is used once
  const unique = `${prefix}${depth}`;
  return fc.tuple(...names.map((_, index) => stateAt(index, unique + String(index), depth))).map(() => ({})).chain(() =>
    fc.tuple(...names.map((_, index) => stateAt(index, unique, depth))).map((states) => ({
      StartAt: `${unique}A`,
      States: Object.fromEntries(states.map((state, index) => [`${unique}${names[index]}`, rename(state, `${unique}${names[index]}`)])),
    })),
  );
}

/** Machines nested in a state take the state's name into theirs. */
function rename(state: object, name: string): object {
  const text = JSON.stringify(state, (key, value: unknown) => {
    if ((key !== 'Branches' && key !== 'ItemProcessor') || typeof value !== 'object') return value;
    return JSON.parse(JSON.stringify(value).replaceAll(/"((?:StartAt|Next|Default)":")|"([a-z0-9]+[A-E])":\{/g, (_all, target, own) => (target === undefined ? `"${name}.${String(own)}":{` : `"${String(target)}${name}.`)));
  });
  return JSON.parse(text);
}

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
      fc.asyncProperty(machine('', 1), fc.integer(), async (definition, seed) => {
        const one = await runMachine(definition, { seed, answer: flaky() });
        const two = await runMachine(definition, { seed, answer: flaky() });
        expect(['SUCCEEDED', 'FAILED']).toContain(one.status);
        expect(two.events).toEqual(one.events);
        one.events.forEach((event, index) => {
          expect(event.id).toBe(index + 1);
          expect(event.previousEventId).toBeLessThan(event.id);
        });
        expect(one.types.filter((type) => /^Execution(Succeeded|Failed)$/.test(type))).toHaveLength(1);
      }),
      { numRuns: 60 },
    );
  });
});
