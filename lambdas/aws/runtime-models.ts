import type { DeployedJob } from '../../core/contracts/job.ts';
import { instanceTypeByName } from '../../core/market/catalogue.ts';
import { baselinePointOf } from '../../core/runtime-model/baseline-point.ts';
import { fitRuntimeModel, RuntimeModel } from '../../core/runtime-model/runtime-model.ts';
import { getDocument, type Documents } from './documents.ts';
import { newestModel } from './ledger-records.ts';
import type { Ledger } from './ledger-table.ts';

/** The job's newest runtime model; before its first run, what its kind and its baseline say. */
export async function runtimeModelOf(
  ledger: Ledger,
  documents: Documents,
  job: DeployedJob,
): Promise<RuntimeModel> {
  const newest = await newestModel(ledger, job.name);
  if (newest !== undefined) return getDocument(documents, newest.ref, RuntimeModel);
  return fitRuntimeModel({ task: job.task, runs: [], baseline: baselinePointOf(job, instanceTypeByName) });
}
