import type { FailureRuleId, Remedy, RunFailure } from '../contracts/failure.ts';
import type { Rng } from '../numerics/rng.ts';
import { secondsBetween } from '../units.ts';
import { classifyFailure } from './classify-failure.ts';
import { isTextFact, TEXT_FACTS, type FailureFacts } from './failure-facts.ts';
import { failureRule } from './failure-policy.ts';

/** Waiting may take this share of the time that is left until the deadline, and no more. */
const WAIT_SHARE_OF_TIME_LEFT = 0.1;

const EVIDENCE_MAX = 12;

/** What a run's earlier attempts failed of, in their order; attempts that did not fail are left out. */
export type EarlierFailures = readonly Pick<RunFailure, 'rule'>[];

/**
 * Names a failure and says what follows by the policy: the row's remedies in their order, each as often as it says,
 * then none.
 *
 * @param attemptsLeft  further attempts that the job allows
 */
export function judgeFailure(
  facts: FailureFacts,
  earlier: EarlierFailures,
  attemptsLeft: number,
): RunFailure {
  const { rule, evidence: decided } = classifyFailure(facts);
  const evidence = (decided.length > 0 ? decided : allTexts(facts)).slice(0, EVIDENCE_MAX);
  const remedy = remedyAfter(rule, earlier);
  return { rule, evidence, remedy: attemptsLeft > 0 ? remedy : 'stop-and-tell' };
}

/** What was seen of a failure that no row knows. */
function allTexts({ texts }: FailureFacts): string[] {
  return Object.entries(TEXT_FACTS).flatMap(([name, label]) => {
    const values = isTextFact(name) ? (texts[name] ?? []) : [];
    return values.length === 0 ? [] : [`${label}: ${[...new Set(values)].join(', ')}`];
  });
}

/** What the policy tries after a failure by that name, with these before it; whether an attempt is left is another matter. */
export function remedyAfter(rule: FailureRuleId, earlier: EarlierFailures): Remedy {
  const before = earlier.filter((failure) => failure.rule === rule).length;
  const sequence = failureRule(rule).remedies.flatMap(({ remedy, times }) =>
    Array.from({ length: times }, () => remedy),
  );
  return sequence[before] ?? 'stop-and-tell';
}

/**
 * How long to wait before the next attempt: the row's first wait, doubled for each earlier failure alike, half of it
 * random so that runs that failed together do not come back together, and never more than a tenth of the time left.
 *
 * @param now  ISO 8601 instant
 * @returns whole seconds; 0 for a final failure
 * @see Brooker, Exponential Backoff and Jitter (AWS Architecture Blog), "equal jitter"
 */
export function backOffSeconds(
  failure: Pick<RunFailure, 'rule' | 'remedy'>,
  earlier: EarlierFailures,
  times: { readonly now: string; readonly deadlineAt: string },
  rng: Rng,
): number {
  const { wait } = failureRule(failure.rule);
  if (wait === null || failure.remedy === 'stop-and-tell') return 0;
  const before = earlier.filter(({ rule }) => rule === failure.rule).length;
  const doubled = Math.min(wait.firstSeconds * 2 ** before, wait.mostSeconds);
  const jittered = doubled * (0.5 + 0.5 * rng());
  const leftSeconds = secondsBetween(times.now, times.deadlineAt);
  // Once the deadline has passed there is nothing to save by hurrying.
  const most = leftSeconds > 0 ? leftSeconds * WAIT_SHARE_OF_TIME_LEFT : wait.mostSeconds;
  return Math.round(Math.min(jittered, most));
}
