import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { handler as admitRun } from '../../lambdas/admit-run.ts';
import { reserve } from './reservations.ts';
import { nameCluster, takeLease } from '../../lambdas/aws/ledger-leases.ts';
import { wakeCount } from '../../lambdas/aws/ledger-wake.ts';
import { handler as sleep } from '../../lambdas/sleep.ts';
import { handler as wake } from '../../lambdas/wake.ts';
import { EXECUTION, openAccount, START, type Account } from './account.ts';

const CLUSTER = 'j-ABC';
let account: Account;
let run: { runKey: string };

beforeEach(async () => {
  account = await openAccount();
  ({ run } = await account.invoke(admitRun, { ...START, executionArn: EXECUTION }));
  const lease = {
    clusterName: 'flarepath-x-1',
    runKey: run.runKey,
    job: START.job,
    attempt: 1,
    requestedAt: START.scheduledAt,
    leaseUntil: START.scheduledAt,
    clusterId: null,
    releasedAt: null,
  };
  await account.kernel.settle(async () => {
    await reserve(account.ledger, lease);
    await takeLease(account.ledger, lease);
    await nameCluster(account.ledger, lease.clusterName, CLUSTER);
  });
});

const event = (detail: object) => ({ source: 'aws.emr', 'detail-type': 'EMR Step Status Change', detail });
const wakeUp = () => account.invoke(wake, event({ clusterId: CLUSTER, state: 'FAILED' }));
const look = () => account.kernel.settle(() => wakeCount(account.ledger, run.runKey));
const fallAsleep = (count: number, taskToken: string) =>
  account.invoke(sleep, { run, wakeCount: count, taskToken });
const completed = () => account.outside.completed.map(({ taskToken }) => taskToken);

describe('a flight that sleeps', () => {
  it('is woken by an event of its cluster', async () => {
    await fallAsleep(await look(), 't-1');
    expect(await wakeUp()).toMatchObject({ woken: true });
    expect(completed()).toEqual(['t-1']);
  });

  it('is not put to sleep when the event came during its look', async () => {
    const before = await look();
    expect(await wakeUp()).toMatchObject({ woken: false });
    expect(await fallAsleep(before, 't-1')).toEqual({ asleep: false });
    expect(completed()).toEqual(['t-1']);
  });

  it('is not harmed by an event that comes twice', async () => {
    await fallAsleep(await look(), 't-1');
    await wakeUp();
    expect(await wakeUp()).toMatchObject({ woken: false });
  });

  it('never misses a wake-up, in whatever order events, looks and sleeps come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('look', 'sleep', 'wake'), { maxLength: 8 }),
        async (steps) => {
          let seen = await look();
          let token = '';
          let pending = false;
          for (const [i, step] of steps.entries()) {
            if (step === 'look') {
              seen = await look();
              pending = false;
            }
            if (step === 'sleep') {
              token = `${Math.random()}-${i}`;
              await fallAsleep(seen, token);
            }
            if (step === 'wake') {
              await wakeUp();
              pending = true;
            }
            // whoever sleeps although there was a wake-up since the last look has been woken
            if (token !== '' && pending && step !== 'look') expect(completed()).toContain(token);
          }
        },
      ),
      { numRuns: 8 },
    );
  });
});

describe('an event', () => {
  it('of a cluster or an instance that is not ours changes nothing', async () => {
    expect(await account.invoke(wake, event({ clusterId: 'j-OTHER' }))).toMatchObject({ woken: false });
    const warning = {
      source: 'aws.ec2',
      'detail-type': 'EC2 Spot Instance Interruption Warning',
      detail: { 'instance-id': 'i-0123456789abcdef0' },
    };
    expect(await account.invoke(wake, warning)).toMatchObject({ woken: false });
    expect(account.kernel.violations).toEqual([]);
  });
});
