import type { DeployedJob } from '../../core/contracts/job.ts';
import { instanceTypeByName } from '../../core/market/catalogue.ts';
import { baselinePointOf } from '../../core/runtime-model/baseline-point.ts';
import { fitRuntimeModel, RuntimeModel } from '../../core/runtime-model/runtime-model.ts';
import { getDocument, type Documents } from './documents.ts';
import { modelOfVersion, newestModel } from './ledger-records.ts';
import type { Ledger } from './ledger-table.ts';

/** The job's newest runtime model; before its first run, what its kind and its baseline say. */
export async function runtimeModelOf(
  ledger: Ledger,
  documents: Documents,
  job: DeployedJob,
): Promise<RuntimeModel> {
  const newest = await newestModel(ledger, job.name);
  if (newest !== undefined) return getDocument(documents, newest.ref, RuntimeModel);
  return unlearntModelOf(job);
}

/** The runtime model that a plan was made with, by its version; null when it is not known any more. */
export async function runtimeModelOfVersion(
  ledger: Ledger,
  documents: Documents,
  job: DeployedJob,
  version: string,
): Promise<RuntimeModel | null> {
  const known = await modelOfVersion(ledger, job.name, version);
  if (known !== undefined) return getDocument(documents, known.ref, RuntimeModel);
  const unlearnt = unlearntModelOf(job);
  return unlearnt.version === version ? unlearnt : null;
}

function unlearntModelOf(job: DeployedJob): RuntimeModel {
  return fitRuntimeModel({ task: job.task, runs: [], baseline: baselinePointOf(job, instanceTypeByName) });
}
