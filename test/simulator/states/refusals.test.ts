import { describe, expect, it } from 'vitest';
import { NotSimulatedError } from '../../../simulator/contracts.ts';
import { LAMBDA, only, runMachine } from './harness.ts';

const END = { Type: 'Succeed' };

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
