import * as z from 'zod';
import { Bytes, Instant, Probability } from './quantities.ts';

const Count = z.number().int().nonnegative();

/**
 * What `cluster/progress-reporter.py` says of a cluster's Spark applications, taken together. Counts are sums over
 * the applications that YARN has shown; work that a restarted driver does again counts again from nothing.
 */
export const ReportedProgress = z.object({
  /** by the cluster's own clock */
  reportedAt: Instant,
  /** share of the task time that was expected, 0..0.99; absent when nothing told how much to expect */
  workDone: Probability.optional(),
  applications: Count,
  applicationsEnded: Count,
  /** drivers that run and did not answer: their numbers are from before */
  applicationsSilent: Count,
  /** times that YARN started a driver again; absent from reporters of versions before: not known */
  driverRestarts: Count.optional(),
  stagesDone: Count,
  /** announced and not complete */
  stagesOpen: Count,
  tasksDone: Count,
  /** of the stages that are open */
  tasksOpen: Count,
  tasksRunning: Count,
  tasksFailed: Count,
  taskSeconds: z.number().nonnegative(),
  executors: Count,
  executorCores: Count,
  /** of the executors' memory for cached data */
  memoryUsedBytes: Bytes,
  memoryTotalBytes: Bytes,
  spillBytes: Bytes,
  inputBytes: Bytes,
  shuffleReadBytes: Bytes,
});
export type ReportedProgress = z.infer<typeof ReportedProgress>;
