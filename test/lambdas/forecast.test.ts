import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../core/contracts/run-record.ts';
import { medianOf } from '../../core/numerics/quantiles.ts';
import { seededRng } from '../../core/numerics/rng.ts';
import { handler as admitRun } from '../../lambdas/admit-run.ts';
import { keepLoad, pastLoads } from '../../lambdas/aws/ledger-loads.ts';
import { putRecordOnce } from '../../lambdas/aws/ledger-records.ts';
import { handler as forecastLoad } from '../../lambdas/forecast-load.ts';
import { record } from '../core/ledger/run-fixtures.ts';
import { EXECUTION, exampleJob, openAccount } from './account.ts';

const HOUR_MS = 3_600_000;
const JOB = exampleJob('orders-nightly', {
  name: 'orders-hourly',
  start: { schedule: { cron: '0 * * * ? *', timeZone: 'UTC' } },
  holidays: [],
});
/** A Saturday; the last hour known is Friday noon. */
const TARGET = '2026-01-10T01:00:00.000Z';
const LAST_KNOWN = '2026-01-09T12:00:00.000Z';

/** Runs of so many hours up to the last one known: at weekends a third of what weekdays bring. */
function hours(count: number): RunRecord[] {
  const rng = seededRng('hours');
  return Array.from({ length: count }, (_, i) => {
    const scheduledAt = new Date(Date.parse(LAST_KNOWN) - (count - 1 - i) * HOUR_MS).toISOString();
    const weekend = [0, 6].includes(new Date(scheduledAt).getUTCDay());
    const inputBytes = Math.round((weekend ? 30e9 : 100e9) * (0.95 + 0.1 * rng()));
    return record({ job: JOB.name, runKey: `${JOB.name}@${scheduledAt}`, scheduledAt, inputBytes });
  });
}

async function withLoads(records: readonly RunRecord[]) {
  const account = await openAccount({ jobs: [JOB] });
  await account.kernel.settle(async () => {
    for (const one of records) await keepLoad(account.ledger, one);
  });
  return account;
}

describe('the load forecast of an hourly job', () => {
  it('knows its weekends from weeks of hours', async () => {
    const account = await withLoads(hours(4 * 7 * 24));
    await account.until(TARGET);
    const start = { job: JOB.name, scheduledAt: TARGET };
    const { run } = await account.invoke(admitRun, { ...start, executionArn: EXECUTION });
    const forecast = await account.invoke(forecastLoad, { run, manifest: null });
    expect(forecast.historyPoints).toBe(4 * 7 * 24);
    expect(forecast.reason).toContain('weekly');
    expect(medianOf(forecast.inputBytes) / 1e9).toBeGreaterThan(25);
    expect(medianOf(forecast.inputBytes) / 1e9).toBeLessThan(40);
  });
});

describe('loads on record', () => {
  it('are those of the last attempts, and of records from before loads were kept', async () => {
    const [first, second, third] = hours(3) as [RunRecord, RunRecord, RunRecord];
    const account = await withLoads([]);
    const { ledger } = account;
    const loads = await account.kernel.settle(async () => {
      await putRecordOnce(ledger, first);
      await keepLoad(ledger, { ...second, attempt: 2, inputBytes: 7 });
      await keepLoad(ledger, { ...second, attempt: 1, inputBytes: 6 });
      await keepLoad(ledger, { ...third, inputBytes: null });
      return pastLoads(ledger, JOB.name, 1500);
    });
    expect(loads).toEqual([
      { scheduledAt: first.scheduledAt, inputBytes: first.inputBytes },
      { scheduledAt: second.scheduledAt, inputBytes: 7 },
    ]);
  });
});
