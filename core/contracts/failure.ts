import * as z from 'zod';

/** What can end an attempt, by the names of the failure policy; AWS's own where it has one. */
export const FailureRuleId = z.enum([
  'access-denied',
  'input-bad',
  'output-missing',
  'vcpu-quota',
  'network',
  'insufficient-capacity',
  'fleet-timeout',
  'node-disk-full',
  'bootstrap-failure',
  'shuffle-disk-full',
  'hdfs-full',
  'driver-out-of-memory',
  'executor-out-of-memory',
  's3-slow-down',
  'starvation',
  'hung-driver',
  'outpaced',
  'instance-failure',
  'spot-reclaim',
  'node-lost',
  'resize-stuck',
  'skew-straggler',
  'idle-waste',
  'spend-limit',
  'stopped-on-purpose',
  'request-refused',
  'step-failure',
  'unknown',
]);
export type FailureRuleId = z.infer<typeof FailureRuleId>;

/** What the next attempt does otherwise. */
export const Remedy = z.enum([
  /** the same kind of plan, after a wait */
  'same-again',
  /** another plan of the front: none of the pools of this one */
  'other-plan',
  'other-zone',
  'on-demand',
  'more-executor-memory',
  'more-driver-memory',
  'fewer-executors-per-node',
  'more-disk',
  /** no further attempt: people are told */
  'stop-and-tell',
]);
export type Remedy = z.infer<typeof Remedy>;

/** Why an attempt failed, and what follows: kept in its record. */
export const RunFailure = z.object({
  rule: FailureRuleId,
  /** the facts that decided, as people read them */
  evidence: z.array(z.string()).max(12),
  /** what the next attempt tries; `stop-and-tell` when there is none */
  remedy: Remedy,
});
export type RunFailure = z.infer<typeof RunFailure>;
