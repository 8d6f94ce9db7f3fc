import * as z from 'zod';
import { FailureRuleId } from '../contracts/failure.ts';
import { Effect } from '../contracts/signal.ts';

/** CloudWatch metrics that rules read. EMR's come every five minutes, S3's request metrics every minute. */
const WATCHED_METRICS = [
  'MRUnhealthyNodes',
  'MRLostNodes',
  'HDFSUtilization',
  'MissingBlocks',
  'CorruptBlocks',
  'AppsPending',
  'AppsCompleted',
  'ContainerPendingRatio',
  'YARNMemoryAvailablePercentage',
  'IsIdle',
  '5xxErrors',
] as const;
const WatchedMetric = z.enum(WATCHED_METRICS);
export type WatchedMetric = z.infer<typeof WatchedMetric>;

/** Figures of a run that no metric has. */
export const RUN_FIGURES = {
  skewRatio: 'longest ÷ median task of a stage',
  gcShare: 'garbage collection ÷ run time of tasks',
  loadTailProbability: 'how likely the forecast thought a load as far off as this one',
  inputLateSeconds: 'seconds that the input is late',
  unitsMissing: 'units that a fleet asked for and does not have',
  resizingSeconds: 'seconds that a fleet has been resizing',
} as const;
const RunFigure = z.literal([
  'skewRatio',
  'gcShare',
  'loadTailProbability',
  'inputLateSeconds',
  'unitsMissing',
  'resizingSeconds',
]);
export type RunFigure = z.infer<typeof RunFigure>;

/** One thing that must be so. */
const WatchCondition = z.union([
  /** each of the last so many values */
  z.strictObject({ metric: WatchedMetric, values: z.int().min(1), atLeast: z.number() }),
  z.strictObject({ metric: WatchedMetric, values: z.int().min(1), atMost: z.number() }),
  /** the last so many values, two at least, are all the same */
  z.strictObject({ metric: WatchedMetric, flatFor: z.int().min(2) }),
  /** an event of this type, and of this code where events of the type have several */
  z.strictObject({ event: z.string().min(1), code: z.string().min(1).optional() }),
  z.strictObject({ figure: RunFigure, atLeast: z.number() }),
  z.strictObject({ figure: RunFigure, atMost: z.number() }),
]);
export type WatchCondition = z.infer<typeof WatchCondition>;

/** What experts would be warned by while a run is on its way. */
export const WatchRule = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  /** the row of the failure policy that this may come to: its advice and its remedies are there */
  failure: FailureRuleId,
  /** a sentence for people */
  says: z.string().min(10).max(120).endsWith('.'),
  severity: z.enum(['notice', 'warning', 'critical']),
  /** what it may do harm to */
  touches: z.array(Effect.shape.on).min(1),
  /** alternatives; one holds when all of its conditions do */
  evidence: z.array(z.array(WatchCondition).min(1)).min(1),
  /** where the evidence is documented */
  source: z.string().min(5),
});
export type WatchRule = z.infer<typeof WatchRule>;
