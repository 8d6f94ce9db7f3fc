import { describe, expect, it } from 'vitest';
import { openAccountForTest } from './account.ts';

describe('a driver that hangs', () => {
  it('is given up and tried once more, although its cluster is never idle', async () => {
    const account = await openAccountForTest({ faults: [{ kind: 'hung-driver', times: 1 }] });
    const runKey = await account.start('called');
    await account.landed(600);
    expect((await account.records('called')).map(({ attempt, failure }) => [attempt, failure?.rule])).toEqual(
      [
        [2, undefined],
        [1, 'hung-driver'],
      ],
    );
    expect(account.runningInstances()).toEqual([]);
    expect(account.published().filter(({ key }) => key.startsWith('called/'))).toHaveLength(1);
    expect((await account.run(runKey))?.closedAt).not.toBeNull();
    expect(account.scenario.violations).toEqual([]);
  });

  it('that hangs every time ends the run, with nothing left running', async () => {
    const account = await openAccountForTest({ faults: [{ kind: 'hung-driver' }] });
    const runKey = await account.start('called');
    await account.landed(900);
    expect(await account.run(runKey)).toMatchObject({ outcome: 'failed' });
    expect(account.runningInstances()).toEqual([]);
    expect(account.published()).toEqual([]);
    expect(account.messages().some(({ subject }) => subject.startsWith('called FAILED'))).toBe(true);
  });
});
