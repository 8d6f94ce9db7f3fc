import type { FailureRuleId } from '../contracts/failure.ts';
import { ACCOUNT_RULES } from './account-rules.ts';
import { CAPACITY_RULES } from './capacity-rules.ts';
import { FailureRule, type FailureRuleInput } from './failure-rule.ts';
import { SPARK_RULES } from './spark-rules.ts';

/** What remains when nothing more is known than that a step, or the attempt, failed. */
const LAST_RULES: readonly FailureRuleInput[] = [
  {
    id: 'step-failure',
    says: 'A step failed.',
    advice: "Read the step's log below the cluster's log folder, mend the cause, and start the run again.",
    evidence: [
      [{ text: 'clusterReason', anyOf: ['STEP_FAILURE'] }],
      [{ text: 'stepState', anyOf: ['FAILED'] }],
    ],
    remedies: [{ remedy: 'same-again', times: 1 }],
    wait: { firstSeconds: 60, mostSeconds: 300 },
    source: 'EMR API reference, ClusterStateChangeReason, StepStatus',
  },
  {
    id: 'unknown',
    says: 'The attempt failed, and nothing says why.',
    advice: "Look at the cluster's log folder and at the execution's history.",
    evidence: [],
    remedies: [{ remedy: 'same-again', times: 1 }],
    wait: { firstSeconds: 60, mostSeconds: 300 },
    source: 'none: what no other row knows',
  },
];

/** Rows from the most specific to the least: the first whose evidence holds is the failure's name. */
const ORDER: readonly FailureRuleId[] = [
  // the pilot's own reason, whatever else was wrong
  'spend-limit',
  'outpaced',
  'access-denied',
  'output-missing',
  'input-bad',
  'network',
  'vcpu-quota',
  'insufficient-capacity',
  'fleet-timeout',
  'node-disk-full',
  'bootstrap-failure',
  'shuffle-disk-full',
  'hdfs-full',
  'driver-out-of-memory',
  'executor-out-of-memory',
  's3-slow-down',
  'instance-failure',
  'spot-reclaim',
  'node-lost',
  'starvation',
  'hung-driver',
  'skew-straggler',
  'resize-stuck',
  'stopped-on-purpose',
  'request-refused',
  'step-failure',
  'idle-waste',
  'unknown',
];

const PLACES = new Map(ORDER.map((id, place) => [id, place]));

/**
 * The failure policy: what an attempt can fail of, how that shows, what is tried next and how often. Generated into
 * docs/failure-policy.md.
 *
 * @throws z.ZodError when a row breaks its schema: the product does not start with a policy that makes no sense
 */
export const FAILURE_POLICY: readonly FailureRule[] = [
  ...ACCOUNT_RULES,
  ...CAPACITY_RULES,
  ...SPARK_RULES,
  ...LAST_RULES,
]
  .map((row) => FailureRule.parse(row))
  .sort((one, other) => (PLACES.get(one.id) ?? 0) - (PLACES.get(other.id) ?? 0));

/** The row of that name; the one for unknown failures where there is none. */
export function failureRule(id: FailureRuleId): FailureRule {
  const rule = FAILURE_POLICY.find((row) => row.id === id) ?? FAILURE_POLICY.at(-1);
  if (rule === undefined) throw new RangeError('the failure policy has no row');
  return rule;
}
