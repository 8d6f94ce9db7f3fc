import type { DeployedJob } from '../../core/contracts/job.ts';
import type { Run } from '../../core/contracts/run.ts';
import { attemptOutput, outputRoot, writesBelowAttempt } from '../../core/job/attempt-output.ts';
import type { Clients } from '../runtime/clients.ts';
import { parseContract } from '../runtime/parse.ts';
import { Pointer } from './latest-output.ts';
import { listObjects, objectText, placeOf, type ObjectPlace } from './objects.ts';

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

/** Where the pointer to a run's published output stands; undefined when nothing of the job is published. */
export function pointerPlace(job: DeployedJob, run: Run): ObjectPlace | undefined {
  const output = job.outputs[0];
  if (output === undefined || !writesBelowAttempt(job)) return undefined;
  const folder = placeOf(`${outputRoot(job, run, output.uri)}_published/`);
  return { ...folder, key: `${folder.key}${run.runHash}.json` };
}

/** Whether an attempt's output is its run's: published, or the job's steps wrote in place and nothing is to publish. */
export async function isPublished(clients: Clients, job: DeployedJob, run: Run): Promise<boolean> {
  const place = pointerPlace(job, run);
  if (place === undefined) return true;
  const text = await objectText(clients, place);
  if (text === undefined) return false;
  const content: unknown = JSON.parse(text);
  return parseContract(Pointer, content, `s3://${place.bucket}/${place.key}`).attempt === run.attempt;
}
