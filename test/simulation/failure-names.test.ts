/** Every fault of the simulated EMR and Spark that ends an attempt is named by its row of the failure policy. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { RunFailure } from '../../core/contracts/failure.ts';
import type { FaultInput } from '../../simulator/faults.ts';
import { openAccountForTest } from './account.ts';
import { testAssembly } from './assembly.ts';

beforeAll(async () => {
  await testAssembly();
});

const CASES: readonly [string, Omit<FaultInput, 'times'>, RunFailure['rule'], RunFailure['remedy']][] = [
  ['S3 refuses', { kind: 'access-denied' }, 'access-denied', 'stop-and-tell'],
  ['KMS refuses', { kind: 'access-denied', with: { service: 'kms' } }, 'access-denied', 'stop-and-tell'],
  ['there is no output', { kind: 'output-missing' }, 'output-missing', 'stop-and-tell'],
  ['the quota is used up', { kind: 'vcpu-quota' }, 'vcpu-quota', 'same-again'],
  ['the subnet is full', { kind: 'network' }, 'network', 'other-zone'],
  ['a fleet times out', { kind: 'fleet-timeout' }, 'insufficient-capacity', 'other-zone'],
  ['a bootstrap action fails', { kind: 'bootstrap-failure' }, 'bootstrap-failure', 'same-again'],
  [
    'the primary fails',
    { kind: 'instance-failure', match: { fleet: 'MASTER' } },
    'instance-failure',
    'same-again',
  ],
  [
    'executors lack memory',
    { kind: 'executor-out-of-memory' },
    'executor-out-of-memory',
    'more-executor-memory',
  ],
  ['results are too large', { kind: 'driver-out-of-memory' }, 'driver-out-of-memory', 'more-driver-memory'],
  [
    'the driver lacks memory',
    { kind: 'driver-out-of-memory', with: { form: 'heap' } },
    'driver-out-of-memory',
    'more-driver-memory',
  ],
  ['shuffle files find no room', { kind: 'shuffle-disk-full' }, 'shuffle-disk-full', 'more-disk'],
  ['S3 slows down for good', { kind: 's3-slow-down', with: { fails: true } }, 's3-slow-down', 'same-again'],
  ['the program fails', { kind: 'step-failure' }, 'step-failure', 'same-again'],
];

describe('an attempt of which it is known that', () => {
  it.each(CASES)('%s', async (_, fault, rule, remedy) => {
    const account = await openAccountForTest({ faults: [{ ...fault, times: 1 }] });
    await account.start('steady');
    await account.until(() => account.executions('run-job').at(-1)?.status !== 'RUNNING', 600);
    const records = (await account.records('steady')).sort((a, b) => a.attempt - b.attempt);
    expect(records[0]?.failure).toMatchObject({ rule, remedy });
    expect(records[0]?.failure?.evidence).not.toEqual([]);
    expect(records).toHaveLength(remedy === 'stop-and-tell' ? 1 : 2);
    if (remedy !== 'stop-and-tell') expect(records[1]).toMatchObject({ outcome: 'succeeded', failure: null });
    expect(account.runningInstances()).toEqual([]);
  });
});
