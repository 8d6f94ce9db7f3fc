import type { DocumentRef } from '../../core/contracts/quantities.ts';
import { RunRecord } from '../../core/contracts/run-record.ts';
import { isReplayable, loggedRunOf } from '../../core/ledger/logged-run.ts';
import type { LoggedRun } from '../../core/runtime-model/replay/logged-run.ts';
import { getDocument, type Documents } from './documents.ts';

/**
 * The run whose event log a model replays: this one, or else the newest that nothing disturbed.
 *
 * @param past  the job's records, newest first, without their event logs
 */
export async function newestLoggedRun(
  documents: Documents,
  record: RunRecord,
  past: readonly { record: RunRecord; ref: DocumentRef | null }[],
): Promise<LoggedRun | null> {
  const own = loggedRunOf(record);
  if (own !== null) return own;
  const newest = past.find((item) => item.ref !== null && isReplayable(item.record));
  if (newest?.ref === undefined || newest.ref === null) return null;
  return loggedRunOf(await getDocument(documents, newest.ref, RunRecord));
}
