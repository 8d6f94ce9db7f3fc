import { describe, expect, it } from 'vitest';
import { apiModel } from '../../simulator/protocols/api-model.ts';
import { lintDefinition } from '../../simulator/states/lint.ts';
import { readDefinition } from '../../simulator/states/read-definition.ts';
import { MACHINE_FILES, textOf } from './definitions.ts';

const isOperation = (service: string, operation: string) =>
  apiModel(service)?.operations[operation] !== undefined;

const lint = (definition: object) =>
  lintDefinition(readDefinition(JSON.stringify({ QueryLanguage: 'JSONata', ...definition })), {
    isOperation,
  });

describe('the state machines of the project', () => {
  it.each(MACHINE_FILES)('%s has no fault', (file) => {
    const definition = readDefinition(textOf(file));
    expect(lintDefinition(definition, { isOperation })).toEqual([]);
  });
});

describe('the linter finds', () => {
  const END = { Type: 'Succeed' };
  it.each([
    [
      'a variable nobody assigns',
      { StartAt: 'A', States: { A: { Type: 'Pass', Output: '{% $nothing %}', End: true } } },
      'reads $nothing',
    ],
    [
      'a variable that only one way assigns',
      {
        StartAt: 'C',
        States: {
          C: { Type: 'Choice', Choices: [{ Condition: true, Next: 'A', Assign: { v: 1 } }], Default: 'A' },
          A: { Type: 'Pass', Output: '{% $v %}', End: true },
        },
      },
      'reads $v, which some way',
    ],
    [
      'an action that does not exist',
      {
        StartAt: 'A',
        States: {
          A: {
            Type: 'Task',
            Resource: 'arn:aws:states:::aws-sdk:emr:fixCluster',
            Arguments: {},
            TimeoutSeconds: 5,
            End: true,
          },
        },
      },
      'names no operation of emr: FixCluster',
    ],
    [
      'a Task without a time-out',
      {
        StartAt: 'A',
        States: {
          A: {
            Type: 'Task',
            Resource: 'arn:aws:states:::lambda:invoke',
            Arguments: { FunctionName: 'f' },
            End: true,
          },
        },
      },
      'needs TimeoutSeconds',
    ],
    [
      'a token that is not handed out',
      {
        StartAt: 'A',
        States: {
          A: {
            Type: 'Task',
            Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
            Arguments: { FunctionName: 'f' },
            TimeoutSeconds: 5,
            End: true,
          },
        },
      },
      'do not hand out',
    ],
    [
      'a result in a state without one',
      { StartAt: 'A', States: { A: { Type: 'Pass', Output: '{% $states.result %}', End: true } } },
      'reads $states.result',
    ],
    [
      'an error output outside of Catch',
      { StartAt: 'A', States: { A: { Type: 'Pass', Output: '{% $states.errorOutput %}', End: true } } },
      'only a Catch has',
    ],
  ])('%s', (_what, definition, message) => {
    expect(lint(definition)).toEqual([expect.stringContaining(message)]);
  });

  it('nothing where every way assigns, or $exists asks', () => {
    expect(
      lint({
        StartAt: 'C',
        States: {
          C: {
            Type: 'Choice',
            Choices: [{ Condition: true, Next: 'A', Assign: { v: 1, w: 1 } }],
            Default: 'A',
            Assign: { v: 2 },
          },
          A: { Type: 'Pass', Output: '{% [$v, $exists($w) ? $w : 0] %}', Next: 'Z' },
          Z: END,
        },
      }),
    ).toEqual([]);
  });
});
