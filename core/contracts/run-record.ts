import * as z from 'zod';
import { RunFailure } from './failure.ts';
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
  /** cached data not counted, as far as the log tells which stages read nothing else */
  inputBytes: Bytes,
  /** blocks of cached data that it read; absent where it read none, or also something else, and in older records */
  cachedBytes: Bytes.optional(),
  shuffleReadBytes: Bytes,
  shuffleWriteBytes: Bytes,
  spillBytes: Bytes,
  peakExecutionMemoryBytes: Bytes,
  /** stages of the same application whose output it reads; absent when the log does not tell, or is an older record's */
  parentIds: z.array(z.number().int()).optional(),
});
export type StageRecord = z.infer<typeof StageRecord>;

/** One way in which tasks of an application failed. */
export const TaskFailure = z.object({
  /** Spark's `Task End Reason`, e.g. `ExceptionFailure` */
  reason: z.string(),
  /** class name of the exception; null when none is named */
  exception: z.string().nullable(),
  /** of the executor's container; null when none is told */
  exitStatus: z.number().int().nullable(),
  /** error codes and HTTP status of AWS calls in it */
  serviceErrors: z.array(z.string()),
  /** errors of the operating system, e.g. `ENOSPC` */
  systemErrors: z.array(z.string()),
  /** Spark's error conditions, e.g. `PATH_NOT_FOUND` */
  sparkConditions: z.array(z.string()),
  tasks: z.number().int().nonnegative(),
  /** of them, those that had no further try: they failed the job */
  decisiveTasks: z.number().int().nonnegative(),
});
export type TaskFailure = z.infer<typeof TaskFailure>;

/** How an application failed, as far as its event log tells. */
export const LogFailures = z.object({
  /** by kind, the most frequent first; rare kinds beyond the first few are left out */
  kinds: z.array(TaskFailure),
  /** exit status of executors that were lost, the most frequent first */
  executorExits: z.array(z.number().int()),
  failedJobs: z.number().int().nonnegative(),
  tasksEnded: z.number().int().nonnegative(),
  /** results of one stage ÷ spark.driver.maxResultSize, at most */
  resultShareOfLimit: z.number().nonnegative(),
});
export type LogFailures = z.infer<typeof LogFailures>;

/** Of an application of whose failures nothing is known. */
const NO_FAILURES: LogFailures = {
  kinds: [],
  executorExits: [],
  failedJobs: 0,
  tasksEnded: 0,
  resultShareOfLimit: 0,
};

/** What a run's event logs say; null fields in RunRecord when there was no readable log. */
export const EventLogSummary = z.object({
  applicationId: z.string(),
  sparkVersion: z.string().nullable(),
  /** the log ended without an end-of-application event, or a line could not be read */
  partial: z.boolean(),
  unreadableLines: z.number().int().nonnegative(),
  /** sentences on what the log lacks, for people; absent in older records */
  remarks: z.array(z.string()).optional(),
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
  failures: LogFailures.default(NO_FAILURES),
  /** mean over the same time; absent when no task was seen, and in older records */
  executorCores: z.number().nonnegative().optional(),
  /** heap of an executor for each of its cores, as configured; absent when the log does not tell, and in older records */
  executorMemoryMibPerCore: z.number().positive().optional(),
  /**
   * most that the work of a core held in memory for data, or would have held, had it not spilled; absent when the log
   * does not tell, and in older records
   */
  peakMemoryMibPerCore: z.number().positive().optional(),
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
  /** why it failed, by the failure policy; null when it did not */
  failure: RunFailure.nullable().default(null),
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
  /** what all tasks of a whole log took together; absent where no log told, and in older records */
  taskSeconds: z.number().nonnegative().optional(),
  utilisation: Probability.nullable(),
  /** as the plan expected it; absent without a plan, and in older records */
  predictedUtilisation: Quantiles.optional(),
  paidEfficiency: Probability.nullable(),
  /** most that the work of a core held in memory; absent where no whole log told, and in older records */
  peakMemoryMibPerCore: z.number().positive().optional(),
  /** as the plan expected it; absent where no run before had told, and in older records */
  predictedPeakMemoryMibPerCore: Quantiles.optional(),
  spotInstanceHours: z.number().nonnegative(),
  reclaims: z.number().int().nonnegative(),
  eventLog: EventLogSummary.nullable(),
  /** sentences on what the event logs lack, also where the logs themselves are left out; absent in older records */
  logRemarks: z.array(z.string()).optional(),
  outputPresent: z.boolean().nullable(),
  /** the numbers of the job file's workload that it ran with; absent where it names none, and in older records */
  parameters: z.record(z.string(), z.number()).optional(),
});
export type RunRecord = z.infer<typeof RunRecord>;

/** What CollectRun hands on. */
export const RunSummary = z.object({
  record: DocumentRef,
  outcome: RunOutcome,
  reason: z.string(),
  /** outputs stand below the attempt's prefix and may be published */
  publishable: z.boolean(),
  /** by the failure policy, another attempt may help; false when it did not fail */
  retryable: z.boolean().default(false),
  /** wait this long before it */
  retryAfterSeconds: z.number().int().nonnegative().default(0),
});
export type RunSummary = z.infer<typeof RunSummary>;

/** What LearnFromRun concludes: how good forecast and plan turned out. */
export const RunScores = z.object({
  runKey: z.string(),
  loadErrorPercent: z.number().nullable(),
  loadWithin90Percent: z.boolean().nullable(),
  runtimeErrorPercent: z.number().nullable(),
  costErrorPercent: z.number().nullable(),
  /** within the middle 90 % of what the plan expected; absent where that, or what happened, is not known */
  utilisationWithin90Percent: z.boolean().optional(),
  peakMemoryWithin90Percent: z.boolean().optional(),
  runsKnown: z.number().int().nonnegative(),
  /** what people should hear of the job's runtime model; null or missing: nothing */
  modelNote: z.string().nullable().optional(),
});
export type RunScores = z.infer<typeof RunScores>;
