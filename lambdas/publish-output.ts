import * as z from 'zod';
import { Run } from '../core/contracts/run.ts';
import { attemptOutput } from '../core/job/attempt-output.ts';
import { jobOfRun } from './aws/job-of-run.ts';
import { moveLatest, Pointer } from './aws/latest-output.ts';
import { objectText, putObjectOnce } from './aws/objects.ts';
import { pointerPlace } from './aws/outputs.ts';
import { commonEnvironment, documentsEnvironment } from './runtime/environment.ts';
import { parseContract } from './runtime/parse.ts';
import { stateHandler } from './runtime/state-handler.ts';

/**
 * Makes one attempt's output the run's output: writes a pointer that names the attempt's prefix, which only
 * the first to write it can do. Then moves `latest.json` beside it forward.
 *
 * Needs:
 * - s3:GetObject on DOCUMENTS_BUCKET/documents/*
 * - s3:PutObject and s3:GetObject on <output>/_published/* in the jobs' output buckets
 */
export const Environment = z.object({ ...commonEnvironment, ...documentsEnvironment });

const Published = z.object({ published: z.boolean(), reason: z.string() });

export const handler = stateHandler(
  { environment: Environment, input: z.object({ run: Run }), output: Published },
  async ({ run }, { clients, environment, now }) => {
    const job = await jobOfRun(clients, environment, run);
    const prefix = attemptOutput(job, run);
    const place = pointerPlace(job, run);
    if (prefix === undefined || place === undefined) {
      return { published: false, reason: 'The job writes to no prefix of its attempt: nothing to publish.' };
    }
    const folder = place.key.slice(0, place.key.lastIndexOf('/') + 1);
    const { runKey, scheduledAt, attempt } = run;
    const pointer = { runKey, scheduledAt, attempt, prefix, publishedAt: now().toISOString() };
    const uri = `s3://${place.bucket}/${place.key}`;
    const first = await putObjectOnce(clients, place, JSON.stringify(pointer));
    const content: unknown = first ? pointer : JSON.parse((await objectText(clients, place)) ?? 'null');
    const standing = parseContract(Pointer, content, uri);
    // Also when it stood already: a call that was cut off in between is made up for.
    await moveLatest(clients, { ...place, key: `${folder}latest.json` }, standing);
    return {
      published: standing.attempt === run.attempt,
      reason: `${uri} names ${standing.prefix} since ${standing.publishedAt}.`,
    };
  },
);
