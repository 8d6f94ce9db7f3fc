import type { DeployedJob } from '../../core/contracts/job.ts';
import { instanceTypeByName } from '../../core/market/catalogue.ts';
import { baselinePointOf } from '../../core/runtime-model/baseline-point.ts';
import { fitRuntimeModel, type RuntimeModel } from '../../core/runtime-model/runtime-model.ts';
import type { Documents } from './documents.ts';
import type { Ledger } from './ledger-table.ts';
import { newestRuntimeModel } from './newest-runtime-model.ts';

/** The job's newest runtime model; before its first run, what its kind and its baseline say. */
export async function runtimeModelOf(
  ledger: Ledger,
  documents: Documents,
  job: DeployedJob,
): Promise<RuntimeModel> {
  const newest = await newestRuntimeModel(ledger, documents, job.name);
  if (newest !== null) return newest;
  return fitRuntimeModel({ task: job.task, runs: [], baseline: baselinePointOf(job, instanceTypeByName) });
}
