import * as z from 'zod';
import { Bytes, DocumentRef, Instant, Probability, Quantiles, Usd } from './quantities.ts';

/** One Spark stage as its event log tells it. */
export const StageRecord = z.object({
  stageId: z.number().int(),
  attempt: z.number().int(),
  name: z.string(),
  taskCount: z.number().int().nonnegative(),
  failedTaskCount: z.number().int().nonnegative(),
  submittedAt: Instant.nullable(),
  completedAt: Instant.nullable(),
  taskSeconds: z.number().nonnegative(),
  longestTaskSeconds: z.number().nonnegative(),
  medianTaskSeconds: z.number().nonnegative(),
  gcSeconds: z.number().nonnegative(),
  inputBytes: Bytes,
  shuffleReadBytes: Bytes,
  shuffleWriteBytes: Bytes,
  spillBytes: Bytes,
  peakExecutionMemoryBytes: Bytes,
});
export type StageRecord = z.infer<typeof StageRecord>;

/** What a run's event logs say; null fields in RunRecord when there was no readable log. */
export const EventLogSummary = z.object({
  applicationId: z.string(),
  sparkVersion: z.string().nullable(),
  /** the log ended without an end-of-application event, or a line could not be read */
  partial: z.boolean(),
  unreadableLines: z.number().int().nonnegative(),
  startedAt: Instant.nullable(),
  endedAt: Instant.nullable(),
  stages: z.array(StageRecord),
  taskBusySeconds: z.number().nonnegative(),
  /** executor core-seconds from first task to last */
  executorCoreSeconds: z.number().nonnegative(),
  /** taskBusySeconds ÷ executorCoreSeconds */
  utilisation: Probability.nullable(),
  inputBytes: Bytes,
  executorsLost: z.number().int().nonnegative(),
});
export type EventLogSummary = z.infer<typeof EventLogSummary>;

export const RunOutcome = z.enum(['succeeded', 'late', 'failed', 'skipped', 'declined']);
export type RunOutcome = z.infer<typeof RunOutcome>;

/** What came of a run: the ledger's unit of memory, and what models are fitted on. */
export const RunRecord = z.object({
  runKey: z.string(),
  job: z.string(),
  task: z.enum(['etl', 'features', 'training', 'serving']),
  scheduledAt: Instant,
  deadlineAt: Instant,
  attempt: z.number().int().min(1),
  outcome: RunOutcome,
  outcomeReason: z.string(),
  inputBytes: Bytes.nullable(),
  /** expected before the input was counted; once it is complete, plans rest on the count */
  forecastInputBytes: Quantiles.nullable(),
  forecastMethod: z.string().nullable(),
  plan: DocumentRef.nullable(),
  /** executor cores on core and task nodes, weighted by time, the nodes they are on, and their mean core speed */
  cores: z.number().nonnegative().nullable(),
  nodes: z.number().nonnegative().nullable(),
  memoryMib: z.number().nonnegative().nullable(),
  coreSpeed: z.number().positive().nullable(),
  instanceTypes: z.array(z.string()),
  launchedAt: Instant.nullable(),
  stepsStartedAt: Instant.nullable(),
  stepsEndedAt: Instant.nullable(),
  runtimeSeconds: z.number().nonnegative().nullable(),
  predictedRuntimeSeconds: Quantiles.nullable(),
  costUsd: Usd.nullable(),
  costIsEstimate: z.boolean(),
  /** what the estimate had to assume; empty when every price was known */
  costNotes: z.array(z.string()).default([]),
  predictedCostUsd: Usd.nullable(),
  /** the job's baseline fleet on demand, for the same run: measured by nobody, hence an estimate */
  onDemandCostUsd: Usd.nullable(),
  utilisation: Probability.nullable(),
  paidEfficiency: Probability.nullable(),
  spotInstanceHours: z.number().nonnegative(),
  reclaims: z.number().int().nonnegative(),
  eventLog: EventLogSummary.nullable(),
  outputPresent: z.boolean().nullable(),
});
export type RunRecord = z.infer<typeof RunRecord>;

/** What CollectRun hands on. */
export const RunSummary = z.object({
  record: DocumentRef,
  outcome: RunOutcome,
  reason: z.string(),
  /** outputs stand below the attempt's prefix and may be published */
  publishable: z.boolean(),
});
export type RunSummary = z.infer<typeof RunSummary>;

/** What LearnFromRun concludes: how good forecast and plan turned out. */
export const RunScores = z.object({
  runKey: z.string(),
  loadErrorPercent: z.number().nullable(),
  loadWithin90Percent: z.boolean().nullable(),
  runtimeErrorPercent: z.number().nullable(),
  costErrorPercent: z.number().nullable(),
  runsKnown: z.number().int().nonnegative(),
});
export type RunScores = z.infer<typeof RunScores>;
