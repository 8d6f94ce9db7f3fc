import type { FailureRuleId } from '../contracts/failure.ts';
import { FAILURE_POLICY } from './failure-policy.ts';
import { NUMBER_FACTS, TEXT_FACTS, type FailureFacts } from './failure-facts.ts';
import type { Condition } from './failure-rule.ts';

interface Classification {
  readonly rule: FailureRuleId;
  /** the facts that decided, as people read them */
  readonly evidence: string[];
}

/** Decimals of a figure in evidence. */
const DECIMALS = 2;

/** Names a failure: the first row of the policy of which one alternative holds in all its conditions. */
export function classifyFailure(facts: FailureFacts): Classification {
  for (const { id, evidence } of FAILURE_POLICY) {
    for (const alternative of evidence) {
      const found = alternative.map((condition) => whatHolds(condition, facts));
      if (found.every((text) => text !== null)) return { rule: id, evidence: found };
    }
  }
  return { rule: 'unknown', evidence: [] };
}

/** The fact by which a condition holds; null when it does not, or nobody knows. */
function whatHolds(condition: Condition, { texts, numbers }: FailureFacts): string | null {
  if ('text' in condition) {
    const { text, anyOf } = condition;
    const values = (texts[text] ?? []).filter((value) => anyOf.some((pattern) => fits(value, pattern)));
    return values.length === 0 ? null : `${TEXT_FACTS[text]}: ${[...new Set(values)].join(', ')}`;
  }
  const value = numbers[condition.number] ?? null;
  if (value === null) return null;
  const holds = 'atLeast' in condition ? value >= condition.atLeast : value <= condition.atMost;
  return holds ? `${NUMBER_FACTS[condition.number]}: ${Number(value.toFixed(DECIMALS))}` : null;
}

function fits(value: string, pattern: string): boolean {
  return pattern.endsWith('*') ? value.startsWith(pattern.slice(0, -1)) : value === pattern;
}
