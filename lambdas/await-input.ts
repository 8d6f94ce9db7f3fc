import * as z from 'zod';
import { InputReadiness, type InputManifest } from '../core/contracts/input-manifest.ts';
import type { DeployedJob } from '../core/contracts/job.ts';
import { Instant } from '../core/contracts/quantities.ts';
import { Run } from '../core/contracts/run.ts';
import { SECONDS_PER_MINUTE, secondsBetween } from '../core/units.ts';
import { jobOfRun } from './aws/job-of-run.ts';
import { listObjects, objectExists, placeOf } from './aws/objects.ts';
import type { Clients } from './runtime/clients.ts';
import { commonEnvironment, documentsEnvironment } from './runtime/environment.ts';
import { stateHandler } from './runtime/state-handler.ts';
import { templateOf } from './runtime/templates.ts';

/**
 * Looks whether a run's input is ready, and how much of it there is.
 *
 * Needs:
 * - s3:GetObject on DOCUMENTS_BUCKET/documents/*
 * - s3:GetObject (HeadObject of markers) and s3:ListBucket on the jobs' input buckets
 */
export const Environment = z.object({ ...commonEnvironment, ...documentsEnvironment });

const AwaitInputRequest = z.object({ run: Run, waitingSince: Instant });
const LOOK_AGAIN_SECONDS = 60;
/** Half a million objects an input; beyond that the size counted is a least, not a whole. */
const LISTING_PAGES_MAX = 500;

export const handler = stateHandler(
  { environment: Environment, input: AwaitInputRequest, output: InputReadiness },
  async ({ run, waitingSince }, { clients, environment, now }): Promise<InputReadiness> => {
    const job = await jobOfRun(clients, environment, run);
    const observedAt = now().toISOString();
    const manifest = await manifestOf(clients, job, run, observedAt);
    const answer = { manifest, retryAfterSeconds: LOOK_AGAIN_SECONDS };
    if (manifest.missingMarkers.length === 0) {
      return { ...answer, decision: 'ready', reason: `${manifest.objectCount} objects are there.` };
    }
    const missing = `Missing: ${manifest.missingMarkers.join(', ')}.`;
    const waitSeconds = (job.readiness?.waitMinutes ?? 0) * SECONDS_PER_MINUTE;
    const leftSeconds = waitSeconds - secondsBetween(waitingSince, observedAt);
    if (leftSeconds > 0) {
      const retryAfterSeconds = Math.max(1, Math.min(LOOK_AGAIN_SECONDS, Math.ceil(leftSeconds)));
      return { ...answer, retryAfterSeconds, decision: 'wait', reason: missing };
    }
    const reason = `${missing} Waited ${waitSeconds / SECONDS_PER_MINUTE} minutes.`;
    const policy = job.readiness?.onTimeout ?? 'run';
    return { ...answer, decision: policy === 'run' ? 'run-anyway' : policy, reason };
  },
);

async function manifestOf(
  clients: Clients,
  job: DeployedJob,
  run: Run,
  observedAt: string,
): Promise<InputManifest> {
  const render = templateOf(job, run);
  const missingMarkers: string[] = [];
  for (const marker of (job.readiness?.markers ?? []).map(render)) {
    if (!(await objectExists(clients, placeOf(marker)))) missingMarkers.push(marker);
  }
  const manifest = { observedAt, objectCount: 0, sizeBytes: 0, missingMarkers };
  let whole = true;
  for (const input of job.inputs) {
    const listing = await listObjects(clients, placeOf(render(input.uri)), LISTING_PAGES_MAX);
    whole &&= listing.whole;
    manifest.objectCount += listing.objects.length;
    manifest.sizeBytes += listing.objects.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  }
  // A job without markers takes what is there when it starts; but nothing at all is no input.
  const complete = whole && missingMarkers.length === 0 && manifest.objectCount > 0;
  return { ...manifest, complete };
}
