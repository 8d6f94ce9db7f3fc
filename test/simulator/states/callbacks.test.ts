import { describe, expect, it } from 'vitest';
import {
  call,
  deploy,
  fakeKernel,
  LAMBDA,
  only,
  payload,
  ranOf,
  runMachine,
  sent,
  type Answer,
} from './harness.ts';

const task = (more: object, answer: Answer, input: unknown = {}) =>
  runMachine(only({ ...LAMBDA, ...more }), { answer, input });

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
