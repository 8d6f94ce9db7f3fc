import type { Job } from '../../core/contracts/job.ts';
import type { Admission, Run } from '../../core/contracts/run.ts';
import { admissionUnderPause, usualFlightSeconds } from '../../core/control/admission-under-pause.ts';
import { launchBar } from '../../core/control/launch-bar.ts';
import { readControl } from './ledger-control.ts';
import { newestRecords } from './ledger-records.ts';
import type { Ledger } from './ledger-table.ts';

const RECORDS = 5;

/** What a pause makes of a run; null when its job is not paused. */
export async function admissionOfPaused(
  ledger: Ledger,
  job: Pick<Job, 'baseline'>,
  run: Run,
  now: Date,
): Promise<Admission | null> {
  const bar = launchBar(await readControl(ledger), run.job, now.toISOString());
  if (bar === null) return null;
  const records = (await newestRecords(ledger, run.job, RECORDS)).map(({ record }) => record);
  return admissionUnderPause(bar, run, usualFlightSeconds(records, job), now.toISOString());
}
