/** What a run's own control plane costs, and that long runs stay within what Step Functions allows. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { deployScenario } from '../../bench/simulate/deploy-scenario.ts';
import { morning, program } from '../../bench/simulate/mutations/morning.ts';
import { testAssembly } from './assembly.ts';
import { controlPlaneBill } from './control-plane-bill.ts';

const HOUR_MS = 3_600_000;
const PATIENCE_MS = 300_000;
const MORNING = '2026-01-06T03:00:00.000Z';

/** A run that takes about so long, with all of its executions. */
async function flown(hours: number) {
  // 8 GiB on about twenty-seven cores, which is what such a job is given
  const coreSecondsPerGib = (hours * 3600 * 27) / 8;
  const settings = {
    deadline: { withinMinutes: hours * 120 },
    budget: { perRun: { targetUsd: 200, limitUsd: 500 } },
    capacity: { families: ['m5'], maxNodes: 4 },
    baseline: { instanceType: 'm5.xlarge', count: 4, typicalMinutes: hours * 60 },
  };
  const { account, outputs } = await deployScenario(
    morning({}, settings, { ...program(coreSecondsPerGib, 640), spark: { progressReported: true } }),
    { assemblyDirectory: await testAssembly('bench/simulate/palette'), effort: 'fast' },
  );
  onTestFinished(() => account.close());
  await account.runUntil(Date.parse(MORNING));
  await account.during(() =>
    account.kernel.call(
      'sfn',
      'StartExecution',
      {
        stateMachineArn: outputs['RunJobArn'],
        name: 'long',
        input: JSON.stringify({ job: 'scores', scheduledAt: MORNING }),
      },
      account.kernel.root,
    ),
  );
  const runs = () => account.services.sfn.executions('flarepath-run-job');
  const endMs = Date.parse(MORNING) + hours * 3 * HOUR_MS;
  while (runs().some(({ status }) => status === 'RUNNING') && account.kernel.clock.nowMs() < endMs)
    await account.runUntil(account.kernel.clock.nowMs() + HOUR_MS / 12);
  const tookHours = (account.kernel.clock.nowMs() - Date.parse(MORNING)) / HOUR_MS;
  return { account, runs: runs(), flights: account.services.sfn.executions('flarepath-fly'), tookHours };
}

describe('a run of three hours', () => {
  it(
    'costs at most two cents of control plane',
    async () => {
      const { account, runs, tookHours } = await flown(3);
      expect(runs.map(({ status }) => status)).toEqual(['SUCCEEDED']);
      expect(tookHours).toBeGreaterThan(2.5);
      expect(tookHours).toBeLessThan(5);
      const bill = controlPlaneBill(account, tookHours);
      const usd = Object.values(bill).reduce((sum, each) => sum + each, 0);
      expect(usd, JSON.stringify(bill)).toBeLessThanOrEqual(0.02);
      // as it is now: nothing of it is counted as nothing
      for (const [what, each] of Object.entries(bill)) expect(each, what).toBeGreaterThan(0);
    },
    PATIENCE_MS,
  );
});

describe('a run of thirty hours', () => {
  it(
    'lands, in executions far from 25,000 events',
    async () => {
      const { runs, flights, tookHours } = await flown(36);
      expect(runs.map(({ status }) => status)).toEqual(['SUCCEEDED']);
      expect(tookHours).toBeGreaterThan(25);
      for (const { history } of [...runs, ...flights]) expect(history.length).toBeLessThan(20_000);
    },
    PATIENCE_MS,
  );
});
