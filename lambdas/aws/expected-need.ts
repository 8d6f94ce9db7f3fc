import type { DeployedJob } from '../../core/contracts/job.ts';
import type { Run } from '../../core/contracts/run.ts';
import { forecastLoad } from '../../core/forecast/forecast-load.ts';
import { declaredInputBytes } from '../../core/job/declared-load.ts';
import { timeZoneOf } from '../../core/job/schedule.ts';
import { loadPoints } from '../../core/ledger/training-runs.ts';
import { expectedNeed, type Need } from '../../core/pilot/expected-need.ts';
import type { Documents } from './documents.ts';
import { newestRecords } from './ledger-records.ts';
import type { Ledger } from './ledger-table.ts';
import { runtimeModelOf } from './runtime-models.ts';

const PAST_RUNS = 30;

/** What a run will need that has no plan yet, by the job's newest runs and its runtime model. */
export async function expectedNeedOf(
  ledger: Ledger,
  documents: Documents,
  job: DeployedJob,
  run: Run,
  now: Date,
): Promise<Need> {
  const records = (await newestRecords(ledger, job.name, PAST_RUNS)).map(({ record }) => record);
  const load = forecastLoad({
    job: job.name,
    scheduledAt: run.scheduledAt,
    manifest: null,
    history: loadPoints(records),
    similar: [],
    declaredBytes: declaredInputBytes(job),
    timeZone: timeZoneOf(job),
    holidays: job.holidays ?? [],
    mstl: null,
  });
  const { model } = await runtimeModelOf(ledger, documents, job, now);
  return expectedNeed(job, model, load.inputBytes);
}
