import { describe, expect, it } from 'vitest';
import { faultyAccount } from './faulty-account.ts';

type Faults = Parameters<typeof faultyAccount>[0];

async function invoked(faults: Faults, handler: () => unknown = () => 'done') {
  const account = await faultyAccount(faults, { handler });
  const fromMs = account.scenario.kernel.clock.nowMs();
  const invoke = async () => {
    const { Payload } = (await account.call('lambda', 'Invoke', { FunctionName: 'worker' })) as {
      Payload: Uint8Array;
    };
    return JSON.parse(new TextDecoder().decode(Payload)) as unknown;
  };
  const answer = await invoke();
  return { account, invoke, answer, seconds: (account.scenario.kernel.clock.nowMs() - fromMs) / 1000 };
}

describe('a function', () => {
  it.each([
    ['before', 0],
    ['after', 1],
  ])('hangs until its time-out, its work not done or done (%s)', async (when, done) => {
    const { account, answer, seconds } = await invoked([
      { kind: 'function-timeout', with: { when }, times: 1 },
    ]);
    expect(answer).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringContaining('Task timed out after 60.00 seconds'),
    });
    expect(seconds).toBeGreaterThan(60);
    expect(account.invocations).toHaveLength(done);
  });

  it.each([
    ['before', 'Runtime.OutOfMemory', 0],
    ['after', 'Runtime.ExitError', 1],
  ])('is killed for its memory (%s), as %s', async (when, errorType, done) => {
    const { account, invoke, answer, seconds } = await invoked([
      { kind: 'function-out-of-memory', with: { when, errorType }, times: 1 },
    ]);
    expect(answer).toMatchObject({ errorType });
    expect(seconds).toBeLessThan(10);
    expect(account.invocations).toHaveLength(done);
    expect(await invoke()).toBe('done');
  });

  it('is throttled, which callers see as a refusal', async () => {
    const account = await faultyAccount([
      { kind: 'function-throttled', match: { function: 'work*' }, times: 1 },
    ]);
    const invoke = () => account.call('lambda', 'Invoke', { FunctionName: 'worker' });
    await expect(invoke()).rejects.toMatchObject({ code: 'TooManyRequestsException' });
    await expect(invoke()).resolves.toMatchObject({ StatusCode: 200 });
  });

  it('starts cold and slowly, though a warm environment was there', async () => {
    const { account, invoke } = await invoked([
      { kind: 'cold-start', with: { seconds: 20 }, from: '2026-01-05T00:01:00Z', times: 1 },
    ]);
    await account.pass(2);
    const fromMs = account.scenario.kernel.clock.nowMs();
    await invoke();
    expect(account.scenario.kernel.clock.nowMs() - fromMs).toBeGreaterThan(20_000);
  });

  it.each([300, -300])('has a clock that is wrong by %i s, and timers that are not', async (seconds) => {
    const handler = async () => {
      const before = Date.now();
      await new Promise((resolve) => setTimeout(resolve, 5000));
      return { before, date: new Date().getTime(), past: new Date(0).getTime(), waited: Date.now() - before };
    };
    const { account, answer } = await invoked([{ kind: 'clock-skew', with: { seconds }, times: 1 }], handler);
    const { before, date, past, waited } = answer as Record<string, number>;
    expect(before).toBe(account.invocations[0]!.atMs + seconds * 1000);
    expect(date).toBe(before! + 5000);
    expect([past, waited]).toEqual([0, 5000]);
  });
});
