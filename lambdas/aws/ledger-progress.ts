import type { FleetPlan } from '../../core/contracts/fleet-plan.ts';
import type { Progress } from '../../core/contracts/flight.ts';
import type { LoadForecast } from '../../core/contracts/load-forecast.ts';
import { ReportedProgress } from '../../core/contracts/reported-progress.ts';
import { expectedTaskSeconds, RUNS_BEHIND_EXPECTATION } from '../../core/ledger/expected-work.ts';
import { medianOf } from '../../core/numerics/quantiles.ts';
import { whyUntimely } from '../../core/pilot/reported-work.ts';
import { newestRecords } from './ledger-records.ts';
import { getForeignItem, type Ledger } from './ledger-table.ts';
import type { Log } from '../runtime/log.ts';
import { workDone } from './metrics.ts';

/**
 * How much of a run's work its cluster last reported as done: from the reporter's item, else from its metric.
 *
 * @param log  told of an item that is no report
 * @returns `workDone` 0..1; null when nothing was reported lately, or nothing says how much there is to do; `lacks` says
 *   what the item was missing
 */
export async function reportedWork(
  ledger: Ledger,
  clusterId: string,
  now: Date,
  log: Pick<Log, 'warn'>,
): Promise<Pick<Progress, 'workDone' | 'driverRestarts' | 'tasksDone' | 'lacks'>> {
  const { report, lacks } = await lookAtReport(ledger, clusterId, now, log);
  if (report === null) {
    const byMetric = await workDone(ledger.clients, clusterId, now);
    return { workDone: byMetric, ...(lacks === undefined ? {} : { lacks }) };
  }
  const { driverRestarts, tasksDone } = report;
  return {
    workDone: report.workDone ?? null,
    tasksDone,
    ...(report.workDone === undefined ? { lacks: 'no past run tells how much there is to do' } : {}),
    ...(driverRestarts === undefined ? {} : { driverRestarts }),
  };
}

/**
 * What a cluster's reporter wrote last. Code of jobs can write such items, too, of any cluster: what does not fit is
 * told to the log, and is as if nobody had reported.
 *
 * @returns null when that is too long ago to tell anything, or is no report
 */
export async function newestReport(
  ledger: Ledger,
  clusterId: string,
  now: Date,
  log: Pick<Log, 'warn'>,
): Promise<ReportedProgress | null> {
  return (await lookAtReport(ledger, clusterId, now, log)).report;
}

async function lookAtReport(
  ledger: Ledger,
  clusterId: string,
  now: Date,
  log: Pick<Log, 'warn'>,
): Promise<{ report: ReportedProgress | null; lacks?: string }> {
  const key = { pk: `PROGRESS#${clusterId}`, sk: 'NEWEST' };
  const item = await getForeignItem(ledger, key);
  if (item === undefined) return { report: null };
  const parsed = ReportedProgress.safeParse(item);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    log.warn('A cluster’s progress item is no report and is not believed.', { clusterId, faults });
    return { report: null, lacks: 'its progress item is no report' };
  }
  const lacks = whyUntimely(parsed.data, now.toISOString());
  return lacks === null ? { report: parsed.data } : { report: null, lacks };
}

/** A plan with its load, and the task time that its run should take, which the cluster's reporter measures progress by. */
export async function withExpectedWork(
  ledger: Ledger,
  plan: FleetPlan,
  { inputBytes }: Pick<LoadForecast, 'inputBytes'>,
): Promise<FleetPlan> {
  const past = await newestRecords(ledger, plan.job, RUNS_BEHIND_EXPECTATION);
  const expected = expectedTaskSeconds(
    past.map(({ record }) => record),
    medianOf(inputBytes),
  );
  return { ...plan, inputBytes, ...(expected === null ? {} : { expectedTaskSeconds: expected }) };
}
