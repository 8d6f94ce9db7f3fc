import * as z from 'zod';
import { Bytes, DocumentRef, Instant } from './quantities.ts';

/** What a frozen run says of a version that had not seen it. */
export const FrozenLoss = z.object({
  runKey: z.string(),
  /** mean pinball loss of the logarithm of the runtime, over the project's levels: 0 is a certain and exact answer */
  loss: z.number().nonnegative(),
});
export type FrozenLoss = z.infer<typeof FrozenLoss>;

/** A run as a model learnt from it: shape, seconds, and how much it counted. */
const LearntRun = z.object({
  runKey: z.string(),
  at: Instant.nullable(),
  inputBytes: Bytes,
  cores: z.number(),
  nodes: z.number(),
  memoryMib: z.number(),
  coreSpeed: z.number(),
  runtimeSeconds: z.number(),
  /** 1 is an ordinary run; age counts on top of it */
  weight: z.number(),
  utilisation: z.number().nullable(),
  /** most that the work of a core held in memory; missing where no log told, and in older training sets */
  peakMemoryMibPerCore: z.number().optional(),
  /** it was stopped after runtimeSeconds and would have taken longer; missing for one that ended */
  stopped: z.boolean().optional(),
  /** of its work; missing where its job file named none, and in older training sets */
  parameters: z.record(z.string(), z.number()).optional(),
});

/** What a version rests on, under its content hash: its training set, and how it did on runs left out of it. */
export const ModelEvidence = z.object({
  job: z.string(),
  version: z.string(),
  trainingSet: z.array(LearntRun),
  /** of the training set; its own, so that two versions of one set are seen to be that */
  trainingSetSha256: z.string(),
  /** records that taught nothing, or less, and why */
  remarks: z.array(z.object({ runKey: z.string(), reason: z.string() })),
  losses: z.array(FrozenLoss),
});
export type ModelEvidence = z.infer<typeof ModelEvidence>;

/** Whether a version took charge, and on what grounds. */
export const ModelVerdict = z.object({
  promoted: z.boolean(),
  /** the version that was in charge when it was judged; null: none was */
  champion: z.string().nullable(),
  /** runs on which both were judged */
  frozenRuns: z.number().int().nonnegative(),
  /** weighted means over those runs; null: there were none */
  loss: z.number().nonnegative().nullable(),
  championLoss: z.number().nonnegative().nullable(),
  /** the version that none in charge since has beaten, itself included; missing in verdicts from before that was asked: itself */
  best: z.string().optional(),
  reason: z.string(),
});
export type ModelVerdict = z.infer<typeof ModelVerdict>;

/** A version of a job's runtime model, as the ledger lists it. */
export const ModelVersion = z.object({
  version: z.string(),
  /** the model itself */
  ref: DocumentRef,
  fittedAt: Instant,
  /** runs it was fitted on */
  runs: z.number().int().nonnegative(),
  /** these three are missing in versions from before models were judged */
  evidence: DocumentRef.optional(),
  trainingSetSha256: z.string().optional(),
  verdict: ModelVerdict.optional(),
});
export type ModelVersion = z.infer<typeof ModelVersion>;

/** A version that people put in charge, whatever is promoted meanwhile. */
export const ModelPin = z.object({
  job: z.string(),
  version: z.string(),
  /** null: until people release it */
  until: Instant.nullable(),
  by: z.string(),
  at: Instant,
  reason: z.string(),
});
export type ModelPin = z.infer<typeof ModelPin>;

/** What a plan was made with, to be read back by hash. */
export const PlanModels = z.object({
  /** `load-`, the method, and a hash of all that the forecast rests on */
  load: z.string(),
  runtime: z.string(),
  /** missing in plans from before their models were kept by hash */
  documents: z.object({ load: DocumentRef.nullable(), runtime: DocumentRef }).optional(),
});
export type PlanModels = z.infer<typeof PlanModels>;
