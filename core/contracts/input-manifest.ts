import * as z from 'zod';
import { Bytes, Instant } from './quantities.ts';

/** What lies at a job's inputs when a run looks. */
export const InputManifest = z.object({
  observedAt: Instant,
  /** every readiness marker was there: what is counted is all there will be */
  complete: z.boolean(),
  objectCount: z.number().int().nonnegative(),
  sizeBytes: Bytes,
  missingMarkers: z.array(z.string()),
});
export type InputManifest = z.infer<typeof InputManifest>;

/** Answer of AwaitInput. */
export const InputReadiness = z.object({
  decision: z.enum(['ready', 'wait', 'run-anyway', 'skip', 'fail']),
  reason: z.string(),
  retryAfterSeconds: z.number().int().min(1),
  manifest: InputManifest,
});
export type InputReadiness = z.infer<typeof InputReadiness>;
