import * as z from 'zod';
import { InputReadiness, type InputManifest } from '../core/contracts/input-manifest.ts';
import { Instant } from '../core/contracts/quantities.ts';
import { Run } from '../core/contracts/run.ts';
import { secondsBetween } from '../core/units.ts';
import { templateOf } from '../core/job/attempt-output.ts';
import { judgeReadiness } from '../core/job/judge-readiness.ts';
import { jobOfRun } from './aws/job-of-run.ts';
import { listObjects, objectExists, placeOf } from './aws/objects.ts';
import type { Clients } from './runtime/clients.ts';
import { commonEnvironment, documentsEnvironment } from './runtime/environment.ts';
import { stateHandler } from './runtime/state-handler.ts';

/**
 * Looks whether a run's input is ready, and how much of it there is.
 *
 * Needs:
 * - s3:GetObject on DOCUMENTS_BUCKET/documents/*
 * - s3:GetObject (HeadObject of markers) and s3:ListBucket on the jobs' input buckets
 */
export const Environment = z.object({ ...commonEnvironment, ...documentsEnvironment });

const AwaitInputRequest = z.object({ run: Run, waitingSince: Instant });
/** Half a million objects an input; beyond that the size counted is a least, not a whole. */
const LISTING_PAGES_MAX = 500;
/** Of the function's five minutes: a listing cut off is worth more than a function cut off. */
const LISTING_SECONDS_MAX = 240;

export const handler = stateHandler(
  { environment: Environment, input: AwaitInputRequest, output: InputReadiness },
  async ({ run, waitingSince }, { clients, environment, now }): Promise<InputReadiness> => {
    const job = await jobOfRun(clients, environment, run);
    const startedAt = now().toISOString();
    const render = templateOf(job, run);
    const missingMarkers = await missingOf(clients, (job.readiness?.markers ?? []).map(render));
    const unlisted = { observedAt: startedAt, complete: false, objectCount: 0, sizeBytes: 0, missingMarkers };
    // What lies there is counted once, when the run is to go on; while it waits, nobody needs to know.
    const listed = () =>
      listedManifest(
        clients,
        unlisted,
        job.inputs.map(({ uri }) => render(uri)),
        () => secondsBetween(startedAt, now().toISOString()) < LISTING_SECONDS_MAX,
      );
    const readiness = judgeReadiness(job, missingMarkers, waitingSince, startedAt);
    const goesOn = readiness.decision === 'ready' || readiness.decision === 'run-anyway';
    return { ...readiness, manifest: goesOn ? await listed() : unlisted };
  },
);

async function missingOf(clients: Clients, markers: readonly string[]): Promise<string[]> {
  const missing: string[] = [];
  for (const marker of markers) {
    if (!(await objectExists(clients, placeOf(marker)))) missing.push(marker);
  }
  return missing;
}

async function listedManifest(
  clients: Clients,
  unlisted: InputManifest,
  inputs: readonly string[],
  hasTime: () => boolean,
): Promise<InputManifest> {
  const manifest = { ...unlisted };
  let whole = true;
  for (const input of inputs) {
    const listing = await listObjects(clients, placeOf(input), LISTING_PAGES_MAX, hasTime);
    whole &&= listing.whole;
    manifest.objectCount += listing.objects.length;
    manifest.sizeBytes += listing.objects.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  }
  // A job without markers takes what is there when it starts; but nothing at all is no input.
  const complete = whole && unlisted.missingMarkers.length === 0 && manifest.objectCount > 0;
  return { ...manifest, complete };
}
