import type { DeployedJob } from '../../core/contracts/job.ts';
import type { Run } from '../../core/contracts/run.ts';
import { attemptOutput, outputRoot, writesBelowAttempt } from '../../core/job/attempt-output.ts';
import type { Clients } from '../runtime/clients.ts';
import { listObjects, placeOf } from './objects.ts';

const LISTING_PAGES_MAX = 50;

/**
 * Whether an attempt left anything at the job's first output: below its own prefix where the steps write there,
 * else anything written since the cluster was launched.
 *
 * @returns null for a job without outputs
 */
export async function isOutputPresent(
  clients: Clients,
  job: DeployedJob,
  run: Run,
  launchedAt: string,
): Promise<boolean | null> {
  const [first] = job.outputs;
  if (first === undefined) return null;
  const own = writesBelowAttempt(job) ? attemptOutput(job, run) : undefined;
  const place = placeOf(own ?? outputRoot(job, run, first.uri));
  const since = own === undefined ? Date.parse(launchedAt) : 0;
  const { objects } = await listObjects(clients, place, LISTING_PAGES_MAX);
  return objects.some(({ sizeBytes, modifiedAt }) => sizeBytes > 0 && modifiedAt.getTime() >= since);
}
