import { DeployedJobs, type DeployedJob } from '../../core/contracts/job.ts';
import { TerminalError } from '../../core/errors.ts';
import { oncePerClients, type Clients } from '../runtime/clients.ts';
import { parseContract } from '../runtime/parse.ts';
import { objectText } from './objects.ts';

/** A start names a job that this deployment does not have. */
class UnknownJobError extends TerminalError {
  override readonly name = 'UnknownJobError';
}

const kept = oncePerClients(() => new Map<string, DeployedJobs>());
/** The last document that was read and understood: cold starts of one process read the same one again. */
let understood: { readonly text: string; readonly jobs: DeployedJobs } | undefined;

/**
 * The jobs of this deployment. The document's key carries its content hash, hence it is read once per cold start.
 *
 * @throws UnknownJobError  when the document is not there
 */
export async function deployedJobs(
  clients: Clients,
  place: { ASSETS_BUCKET: string; JOBS_KEY: string },
): Promise<readonly DeployedJob[]> {
  const key = `${place.ASSETS_BUCKET}/${place.JOBS_KEY}`;
  const known = kept(clients).get(key);
  if (known !== undefined) return known.jobs;
  const text = await objectText(clients, { bucket: place.ASSETS_BUCKET, key: place.JOBS_KEY });
  if (text === undefined) {
    throw new UnknownJobError(`No jobs are deployed: s3://${key} is not there. Deploy the stack again.`);
  }
  if (understood?.text !== text) {
    const content: unknown = JSON.parse(text);
    understood = { text, jobs: parseContract(DeployedJobs, content, 'deployed jobs') };
  }
  kept(clients).set(key, understood.jobs);
  return understood.jobs.jobs;
}

/** @throws UnknownJobError  naming the jobs there are */
export function jobNamed(jobs: readonly DeployedJob[], name: string): DeployedJob {
  const job = jobs.find((candidate) => candidate.name === name);
  if (job !== undefined) return job;
  throw new UnknownJobError(
    `found job "${name}", allowed: ${jobs.map((candidate) => candidate.name).join(', ')}. Deploy the job, or correct the start.`,
  );
}
