import * as z from 'zod';
import type { LoadPoint } from '../../core/contracts/load-forecast.ts';
import { Bytes, Instant } from '../../core/contracts/quantities.ts';
import type { RunRecord } from '../../core/contracts/run-record.ts';
import { loadPoints, withLoads } from '../../core/ledger/training-runs.ts';
import { newestRecords } from './ledger-records.ts';
import { expiryAfterDays, newestItems, putItemIf, type Ledger } from './ledger-table.ts';

/** Longer than two years: a yearly season must be seen twice. */
const KEPT_DAYS = 800;
/** A job with fewer loads on record may have run before loads were kept apart from records. */
const RECORDS_READ_BELOW = 150;
const LoadItem = z.object({ scheduledAt: Instant, inputBytes: Bytes });

/**
 * Keeps the load of a run, if it is known, beside its record: a hundred bytes where a record has some thousand, so
 * that forecasts can read months of hours. Of several attempts the last one's stands.
 */
export async function keepLoad(ledger: Ledger, record: RunRecord): Promise<void> {
  const { job, scheduledAt, attempt, inputBytes } = record;
  if (inputBytes === null) return;
  const expiresAt = expiryAfterDays(new Date(scheduledAt), KEPT_DAYS);
  const item = { pk: `JOB#${job}`, sk: `LOAD#${scheduledAt}`, scheduledAt, inputBytes, attempt, expiresAt };
  await putItemIf(ledger, item, 'attribute_not_exists(pk) OR attempt <= :attempt', { ':attempt': attempt });
}

/** A job's newest loads, oldest first. Those of runs from before loads were kept are taken from their records. */
export async function pastLoads(ledger: Ledger, job: string, last: number): Promise<LoadPoint[]> {
  const loads = await newestItems(ledger, { pk: `JOB#${job}`, skPrefix: 'LOAD#', last }, LoadItem);
  if (loads.length >= Math.min(last, RECORDS_READ_BELOW)) return withLoads([], loads);
  const records = await newestRecords(ledger, job, Math.min(last, RECORDS_READ_BELOW));
  return withLoads(loadPoints(records.map(({ record }) => record)), loads);
}
