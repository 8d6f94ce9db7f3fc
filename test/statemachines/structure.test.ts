import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { RetryableError } from '../../core/errors.ts';
import * as failures from '../../lambdas/aws/failures.ts';
import { definitionOf, MACHINE_FILES, statesOf, textOf, type State } from './definitions.ts';

const aslValidator = createRequire(import.meta.url)('asl-validator') as (definition: unknown) => {
  isValid: boolean;
  errors: unknown[];
};

/** Names of our errors that another try can mend, made the way state machines see them. */
const retryable = Object.values(failures)
  .filter((thing) => typeof thing === 'function' && thing.prototype instanceof RetryableError)
  .map((thing) => new (thing as new (message: string) => Error)('').name);

const tasksOf = (file: string) => statesOf(definitionOf(file)).filter(([, state]) => state.Type === 'Task');
const isLambda = (state: State) => state.Resource?.startsWith('arn:aws:states:::lambda:invoke') === true;

describe.each(MACHINE_FILES)('%s', (file) => {
  it('is a valid definition in JSONata', () => {
    expect(aslValidator(JSON.parse(textOf(file)))).toMatchObject({ isValid: true, errors: [] });
    expect(definitionOf(file).QueryLanguage).toBe('JSONata');
  });

  it('ends by itself, whatever never answers', () => {
    expect(definitionOf(file).TimeoutSeconds).toBeGreaterThan(0);
    for (const [name, state] of tasksOf(file)) expect(state.TimeoutSeconds, name).toBeDefined();
  });

  it('has no state that goes nowhere, or that nothing leads to', () => {
    const walk = ({ StartAt, States }: { StartAt: string; States: Record<string, State> }) => {
      const reached = new Set<string>();
      const ahead = [StartAt];
      for (let name = ahead.pop(); name !== undefined; name = ahead.pop()) {
        if (reached.has(name)) continue;
        reached.add(name);
        const state = States[name];
        expect(state, name).toBeDefined();
        const next = [
          state?.Next,
          state?.Default,
          ...(state?.Choices ?? []).map((rule) => rule.Next),
          ...(state?.Catch ?? []).map((rule) => rule.Next),
        ];
        ahead.push(...next.filter((target) => target !== undefined));
        if (state?.ItemProcessor) walk(state.ItemProcessor as never);
        state?.Branches?.forEach(walk);
      }
      expect([...reached].sort()).toEqual(Object.keys(States).sort());
    };
    walk(definitionOf(file));
  });

  it('tries again with jitter what may mend, and catches everything else', () => {
    for (const [name, state] of tasksOf(file)) {
      const rules = state.Retry ?? [];
      expect(
        rules.every(({ JitterStrategy }) => JitterStrategy === 'FULL'),
        name,
      ).toBe(true);
      expect(
        rules.every(({ MaxAttempts }) => MaxAttempts <= 20),
        name,
      ).toBe(true);
      expect(state.Catch?.at(-1)?.ErrorEquals, name).toEqual(['States.ALL']);
      const errors = rules.flatMap(({ ErrorEquals }) => ErrorEquals);
      if (!isLambda(state)) continue;
      const expected = retryable.filter(
        (error) => error !== 'LaunchOutcomeUnknownError' || name === 'LaunchCluster',
      );
      expect(errors, name).toEqual(
        expect.arrayContaining([
          ...expected,
          'Lambda.ServiceException',
          'Lambda.TooManyRequestsException',
          'Lambda.Unknown',
          // an environment whose memory is full is gone; the next begins with an empty one
          'Runtime.ExitError',
          'Runtime.OutOfMemory',
          'Sandbox.Timedout',
        ]),
      );
    }
  });

  it('hands on what fits into a page: no task passes its whole input on', () => {
    for (const [name, state] of tasksOf(file)) {
      expect(JSON.stringify(state.Arguments?.Payload ?? {}), name).not.toMatch(
        /^"\{% *\$states\.input *%\}"$/,
      );
    }
  });
});
