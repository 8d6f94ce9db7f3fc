import * as z from 'zod';
import type { ObservedCall } from '../observe/watch-calls.ts';
import { hasCompleted } from '../observe/observed.ts';
import type { Invariant } from './invariant.ts';

const Put = z.object({
  Bucket: z.string(),
  Key: z.string(),
  Body: z.union([z.string(), z.instanceof(Uint8Array)]),
});
const Pointer = z.object({
  runKey: z.string(),
  scheduledAt: z.string(),
  attempt: z.number(),
  prefix: z.string(),
});

export const onePublishedOutput: Invariant = {
  name: 'one-published-output',
  promises:
    'A run publishes one attempt’s output, once, and that attempt’s steps have completed; the pointer to the latest output moves forward only.',
  watch({ observed }, broken) {
    const published = new Map<string, string>();
    const latest = new Map<string, string>();
    return {
      onCall(call) {
        const put = pointerOf(call);
        if (put === undefined) return;
        const { uri, text, pointer } = put;
        if (uri.endsWith('/latest.json')) {
          const before = latest.get(uri);
          if (before !== undefined && before > pointer.scheduledAt)
            broken(`${uri} went back from the run of ${before} to that of ${pointer.scheduledAt}.`);
          latest.set(uri, pointer.scheduledAt);
          return;
        }
        const before = published.get(uri);
        if (before !== undefined && before !== text) broken(`${uri} said ${before} and now says ${text}.`);
        published.set(uri, text);
        const runHash = observed.runs.get(pointer.runKey)?.run.runHash;
        const clusters = observed.clustersOf(runHash ?? '');
        if (!clusters.some((cluster) => cluster.attempt === pointer.attempt && hasCompleted(cluster)))
          broken(`${uri} names attempt ${pointer.attempt}, whose steps have not completed.`);
      },
    };
  },
};

function pointerOf({ service, operation, input }: ObservedCall) {
  if (service !== 's3' || operation !== 'PutObject') return undefined;
  const put = Put.safeParse(input);
  if (!put.success || !put.data.Key.includes('_published/')) return undefined;
  const { Bucket, Key, Body } = put.data;
  const text = typeof Body === 'string' ? Body : Buffer.from(Body).toString('utf8');
  return { uri: `s3://${Bucket}/${Key}`, text, pointer: Pointer.parse(JSON.parse(text)) };
}
