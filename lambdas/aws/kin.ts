import type { DeployedJob } from '../../core/contracts/job.ts';
import { describeWorkload } from '../../core/profile/description.ts';
import { KIN_MAX, priorOfKin, type KnownWorkload } from '../../core/profile/kin-prior.ts';
import { nearestWorkloads, type NearWorkload } from '../../core/profile/nearest-workloads.ts';
import { RuntimeModel, type NamedPrior } from '../../core/runtime-model/runtime-model.ts';
import type { Clients } from '../runtime/clients.ts';
import { deployedJobs } from './deployed-jobs.ts';
import { getDocument, type Documents } from './documents.ts';
import { championModel } from './ledger-models.ts';
import type { Ledger } from './ledger-table.ts';

/** Jobs that are looked up at most until enough with a model are found. */
const LOOKED_UP_MAX = 10;

/** What the deployed jobs most like one take, of those that have run; null when there is none. */
export async function kinOf(
  clients: Clients,
  place: { ASSETS_BUCKET: string; JOBS_KEY: string },
  memory: { ledger: Ledger; documents: Documents },
  job: DeployedJob,
  now: string,
): Promise<NamedPrior | null> {
  const description = describeWorkload(job, now);
  const others = (await deployedJobs(clients, place))
    .filter(({ name, task }) => name !== job.name && task === job.task)
    .map((other) => ({ description: describeWorkload(other, now) }));
  const found: NearWorkload<KnownWorkload>[] = [];
  for (const { known, similarity } of nearestWorkloads(description, others).slice(0, LOOKED_UP_MAX)) {
    if (found.length >= KIN_MAX) break;
    const version = await championModel(memory.ledger, known.description.job);
    if (version === undefined) continue;
    const model = await getDocument(memory.documents, version.ref, RuntimeModel);
    found.push({ known: { ...known, model }, similarity });
  }
  return priorOfKin(description, found);
}
