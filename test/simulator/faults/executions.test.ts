import { describe, expect, it } from 'vitest';
import type { FaultInput } from '../../../simulator/faults.ts';
import { CALLBACK, faultyAccount, INVOKE } from './faulty-account.ts';

const catchAll = { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }] };
const states = {
  First: { ...INVOKE, ...catchAll, Next: 'Second' },
  Second: { Type: 'Wait', Seconds: 300, Next: 'Third' },
  Third: { ...INVOKE, ...catchAll, End: true },
  Caught: { Type: 'Succeed' },
};
const workedIn = (account: Awaited<ReturnType<typeof faultyAccount>>) =>
  account.invocations.map(({ event }) => (event as { state: string }).state);

async function run(faults: FaultInput[]) {
  const account = await faultyAccount(faults, { states });
  await account.start();
  await account.pass(30);
  return { account, execution: account.executions()[0]!, worked: workedIn(account) };
}

describe('an execution ends in a state, whatever it catches', () => {
  it.each([
    ['execution-timeout', 'TIMED_OUT', 'States.Timeout', 'REDRIVABLE'],
    ['execution-aborted', 'ABORTED', undefined, 'REDRIVABLE'],
    ['data-limit-exceeded', 'FAILED', 'States.DataLimitExceeded', 'REDRIVABLE'],
    ['history-exhausted', 'FAILED', 'States.Runtime', 'NOT_REDRIVABLE'],
  ] as const)('%s: %s', async (kind, status, error, redriveStatus) => {
    const match = { stateMachine: 'small', state: 'Third' };
    const entering = await run([{ kind, match, times: 1 }]);
    expect(entering.execution.status).toBe(status);
    expect(entering.execution.ending.error).toBe(error);
    expect(entering.worked).toEqual(['First']);
    const leaving = await run([{ kind, match: { ...match, moment: 'exit' }, times: 1 }]);
    expect(leaving.execution.status).toBe(status);
    expect(leaving.worked).toEqual(['First', 'Third']);
    const { account, execution } = entering;
    expect(await account.call('sfn', 'DescribeExecution', { executionArn: execution.arn })).toMatchObject({
      redriveStatus,
    });
  });

  it('so long after it was entered, if it is still there', async () => {
    const kill = (seconds: number): FaultInput => ({
      kind: 'execution-aborted',
      match: { state: 'Second' },
      with: { seconds },
    });
    expect((await run([kill(200)])).execution.status).toBe('ABORTED');
    expect((await run([kill(301)])).execution.status).toBe('SUCCEEDED');
  });

  it('and goes on from there when it is redriven', async () => {
    const { account, execution } = await run([
      { kind: 'execution-aborted', match: { state: 'Second' }, times: 1 },
    ]);
    await account.call('sfn', 'RedriveExecution', { executionArn: execution.arn });
    await account.pass(30);
    expect(execution.status).toBe('SUCCEEDED');
    expect(workedIn(account)).toEqual(['First', 'Third']);
  });
});

it('a start without a name may start two executions; a named one never does', async () => {
  const account = await faultyAccount([{ kind: 'duplicate-start', match: { stateMachine: 'small' } }]);
  await account.start({ name: 'mine' });
  expect(account.executions()).toHaveLength(1);
  await account.start();
  expect(account.executions()).toHaveLength(3);
});

describe('the answer to a task token', () => {
  const waiting = {
    Wait: { ...CALLBACK, ...catchAll, End: true },
    Caught: { Type: 'Fail', Error: 'NoAnswer' },
  };

  it.each([
    ['late-token', 'TaskTimedOut', 'FAILED'],
    ['lost-token', undefined, 'FAILED'],
    ['duplicate-token', 'TaskTimedOut', 'SUCCEEDED'],
  ] as const)('%s', async (kind, refusal, status) => {
    const account = await faultyAccount([{ kind, match: { stateMachine: 'small', state: 'Wait' } }], {
      states: waiting,
    });
    await account.start();
    await account.pass(1);
    const { token } = account.invocations[0]!.event as { token: string };
    const answer = account.call('sfn', 'SendTaskSuccess', { taskToken: token, output: '"yes"' });
    if (refusal === undefined) await expect(answer).resolves.toEqual({});
    else await expect(answer).rejects.toMatchObject({ code: refusal });
    await account.pass(5);
    expect(account.executions()[0]!.status).toBe(status);
    expect(account.struck(kind)).toBe(1);
  });
});
