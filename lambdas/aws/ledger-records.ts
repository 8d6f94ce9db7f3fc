import * as z from 'zod';
import { ReclaimRecord } from '../../core/contracts/market.ts';
import { DocumentRef } from '../../core/contracts/quantities.ts';
import { RunRecord } from '../../core/contracts/run-record.ts';
import { expiryAfterDays, newestItems, putItem, putItemOnce, type Ledger } from './ledger-table.ts';

const KEPT_DAYS = 800;
const RecordItem = z.object({ record: RunRecord, ref: DocumentRef.nullable() });
type RecordItem = z.infer<typeof RecordItem>;

/** A record's item: everything but the event log's stages, which only its document has. */
function recordItem(record: RunRecord, ref: DocumentRef | null) {
  return {
    pk: `JOB#${record.job}`,
    sk: `RECORD#${record.scheduledAt}#${record.attempt}`,
    record: { ...record, eventLog: null },
    ref,
    expiresAt: expiryAfterDays(new Date(record.scheduledAt), KEPT_DAYS),
  };
}

/** Writes down what came of an attempt. Writing the same attempt again replaces it. */
export async function putRecord(ledger: Ledger, record: RunRecord, ref: DocumentRef | null): Promise<void> {
  await putItem(ledger, recordItem(record, ref));
}

/** Writes down what came of an attempt of which nothing stands yet. */
export async function putRecordOnce(ledger: Ledger, record: RunRecord): Promise<void> {
  await putItemOnce(ledger, recordItem(record, null));
}

/** A job's newest records, newest first, without their event logs. */
export async function newestRecords(ledger: Ledger, job: string, last: number): Promise<RecordItem[]> {
  return newestItems(ledger, { pk: `JOB#${job}`, skPrefix: 'RECORD#', last }, RecordItem);
}

/** Records of a run's attempts, over all its starts, the first one first, without their event logs. */
export async function recordsOfRun(ledger: Ledger, job: string, scheduledAt: string): Promise<RunRecord[]> {
  return (await recordItemsOfRun(ledger, { job, scheduledAt })).map(({ record }) => record);
}

/** The same, with their documents. */
export async function recordItemsOfRun(
  ledger: Ledger,
  { job, scheduledAt }: Pick<RunRecord, 'job' | 'scheduledAt'>,
): Promise<RecordItem[]> {
  const range = { pk: `JOB#${job}`, skPrefix: `RECORD#${scheduledAt}#`, last: null };
  const items = await newestItems(ledger, range, RecordItem);
  return items.sort((one, other) => one.record.attempt - other.record.attempt);
}

const BriefRecord = RunRecord.pick({
  runKey: true,
  scheduledAt: true,
  attempt: true,
  outcome: true,
  costUsd: true,
});
const BriefItem = z.object({ record: BriefRecord });

/**
 * What every attempt of a job came to, and cost, in a calendar month.
 *
 * @param month  `yyyy-mm`, UTC
 */
export async function recordsOfMonth(
  ledger: Ledger,
  job: string,
  month: string,
): Promise<z.infer<typeof BriefRecord>[]> {
  const range = { pk: `JOB#${job}`, skPrefix: `RECORD#${month}`, last: null };
  return (await newestItems(ledger, range, BriefItem)).map(({ record }) => record);
}

/** Sort keys begin with an instant; a prefix must not be empty. */
const THIS_MILLENNIUM = '2';
const ReclaimItem = z.object({ pools: z.array(ReclaimRecord) });

/** Writes down what spot instances of an attempt suffered, by pool. */
export async function putReclaims(
  ledger: Ledger,
  record: RunRecord,
  pools: readonly ReclaimRecord[],
): Promise<void> {
  await putItem(ledger, {
    pk: 'RECLAIMS',
    sk: `${record.scheduledAt}#${record.job}#${record.attempt}`,
    pools,
    expiresAt: expiryAfterDays(new Date(record.scheduledAt), KEPT_DAYS),
  });
}

/** Spot hours and reclaims of the newest attempts of all jobs, by attempt and pool. */
export async function newestReclaims(ledger: Ledger, lastAttempts: number): Promise<ReclaimRecord[]> {
  const range = { pk: 'RECLAIMS', skPrefix: THIS_MILLENNIUM, last: lastAttempts };
  return (await newestItems(ledger, range, ReclaimItem)).flatMap(({ pools }) => pools);
}
