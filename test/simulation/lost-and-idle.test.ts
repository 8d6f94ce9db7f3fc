/** Functions that die of their memory, and clusters on which nothing happens. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { FaultInput } from '../../simulator/faults.ts';
import { openAccountForTest } from './account.ts';
import { testAssembly } from './assembly.ts';

beforeAll(async () => {
  await testAssembly();
});

async function flown(fault: FaultInput) {
  const account = await openAccountForTest({ faults: [fault] });
  await account.start('called');
  const startedMs = account.nowMs();
  await account.landed(900);
  const records = (await account.records('called')).sort((a, b) => a.attempt - b.attempt);
  expect(account.runningInstances()).toEqual([]);
  expect(account.scenario.violations).toEqual([]);
  return { account, records, hours: (account.nowMs() - startedMs) / 3_600_000 };
}

describe.each(['Runtime.OutOfMemory', 'Runtime.ExitError'] as const)(
  'a function that dies as %s',
  (errorType) => {
    it.each(['before', 'after'] as const)(
      '%s its work is called again, and its work done once',
      async (when) => {
        const { account, records } = await flown({
          kind: 'function-out-of-memory',
          match: { function: 'flarepath-launch-cluster' },
          with: { when, errorType },
          times: 1,
        });
        expect(account.scenario.kernel.faultsInjected.get('function-out-of-memory')).toBe(1);
        expect(records).toMatchObject([{ attempt: 1, outcome: 'succeeded' }]);
        expect(account.clusters()).toHaveLength(1);
      },
    );
  },
);

describe('an application that gets nothing from YARN', () => {
  const starved: FaultInput = { kind: 'starvation', with: { minutes: 240 } };

  it('is given up within half an hour, and tried on other nodes', async () => {
    const { records, hours } = await flown({ ...starved, times: 1 });
    expect(records.map(({ outcome, failure }) => [outcome, failure?.rule ?? null, failure?.remedy])).toEqual([
      ['failed', 'starvation', 'other-plan'],
      ['succeeded', null, undefined],
    ]);
    expect(hours).toBeLessThan(2);
  });

  it('waits on in the last attempt', async () => {
    const { records, hours } = await flown(starved);
    expect(records.map(({ outcome, failure }) => [outcome, failure?.rule])).toEqual([
      ['failed', 'starvation'],
      ['failed', 'starvation'],
    ]);
    expect(hours).toBeGreaterThan(2);
  });
});

describe('a cluster whose steps never begin', () => {
  it('is ended as idle, and the run is tried once more', async () => {
    const { records, hours } = await flown({ kind: 'idle-cluster', times: 1 });
    expect(records.map(({ outcome, failure }) => [outcome, failure?.rule ?? null, failure?.remedy])).toEqual([
      ['failed', 'idle-waste', 'same-again'],
      ['succeeded', null, undefined],
    ]);
    expect(hours).toBeLessThan(2);
  });
});
