import { DeployedJob } from '../../core/contracts/job.ts';
import type { Run } from '../../core/contracts/run.ts';
import type { Clients } from '../runtime/clients.ts';
import { getDocument } from './documents.ts';

/** The job file as it was when the run was admitted: a run never changes under a deploy. */
export async function jobOfRun(
  clients: Clients,
  environment: { DOCUMENTS_BUCKET: string },
  run: Run,
): Promise<DeployedJob> {
  return getDocument({ clients, bucket: environment.DOCUMENTS_BUCKET }, run.jobRef, DeployedJob);
}
