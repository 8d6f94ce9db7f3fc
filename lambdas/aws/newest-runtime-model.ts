import { RuntimeModel } from '../../core/runtime-model/model.ts';
import { getDocument, type Documents } from './documents.ts';
import { newestModel } from './ledger-records.ts';
import type { Ledger } from './ledger-table.ts';

/** The job's newest runtime model; null before its first run. */
export async function newestRuntimeModel(
  ledger: Ledger,
  documents: Documents,
  job: string,
): Promise<RuntimeModel | null> {
  const newest = await newestModel(ledger, job);
  return newest === undefined ? null : getDocument(documents, newest.ref, RuntimeModel);
}
