import * as z from 'zod';
import { DocumentRef, Instant } from './quantities.ts';
import { RunSummary } from './run-record.ts';

/** Part of a key of S3, which has at most 1024 bytes. */
const arrivedPrefix = z.string().max(1024);

/** What starts `run-job`: the published contract, from a schedule, an event or any caller with the right. */
export const StartRequest = z.strictObject({
  job: z.string().min(1),
  scheduledAt: Instant,
  /** who asked; free text that the ledger keeps */
  caller: z.string().max(200).optional(),
  /** of a run that an object's arrival starts: the object's folder below the watched prefix, e.g. `dt=2026-01-05/` */
  arrivedPrefix: arrivedPrefix.optional(),
});
export type StartRequest = z.infer<typeof StartRequest>;

/** One execution of a job. Its key makes every step idempotent. */
export const Run = z.object({
  /** `job@scheduledAt`; see core/ledger/run-key.ts */
  runKey: z.string().min(1),
  job: z.string(),
  scheduledAt: Instant,
  admittedAt: Instant,
  deadlineAt: Instant,
  /** the job file as it was at admission: a run never changes under a deploy */
  jobRef: DocumentRef,
  /** 1-based; the next attempt starts only when the one before is proved terminated */
  attempt: z.number().int().min(1),
  /** 1-based: how many executions had the run so far, one after the other */
  start: z.number().int().min(1).default(1),
  /** the first attempt that this start may launch: numbers go on over starts and never repeat */
  firstAttempt: z.number().int().min(1).default(1),
  /** first 12 hex digits of the run key's hash; cluster names carry it */
  runHash: z.string().regex(/^[0-9a-f]{12}$/),
  executionArn: z.string(),
  /** see StartRequest */
  arrivedPrefix: arrivedPrefix.optional(),
});
export type Run = z.infer<typeof Run>;

/** Attempt numbers of a run go no further, however often it is started again. */
export const ATTEMPT_NUMBERS_MAX = 60;

/** Answer of AdmitRun. `wait` means: queued behind another run of the job, or held by a pause; ask again. */
export const Admission = z.discriminatedUnion('decision', [
  z.object({
    decision: z.literal('admitted'),
    reason: z.string(),
    run: Run,
    /** the last attempt that the job file allows this start; of a first start: how many */
    maxAttempts: z.number().int().min(1),
  }),
  /** an earlier start's attempt did the work: what is left is to publish and to report it */
  z.object({ decision: z.literal('finish'), reason: z.string(), run: Run, summary: RunSummary }),
  z.object({
    decision: z.literal('wait'),
    reason: z.string(),
    run: Run,
    /** what holds it; a pause holds only what can still land in time after it */
    heldBy: z.enum(['turn', 'pause']).optional(),
    retryAfterSeconds: z.number().int().min(1),
  }),
  z.object({ decision: z.literal('skipped'), reason: z.string(), run: Run }),
  /** another execution has the run, or it has ended */
  z.object({ decision: z.literal('already-running'), reason: z.string() }),
]);
export type Admission = z.infer<typeof Admission>;
