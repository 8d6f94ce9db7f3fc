import { failureRule } from '../failure-policy/failure-policy.ts';
import {
  RUN_FIGURES,
  type RunFigure,
  type WatchCondition,
  type WatchedMetric,
  type WatchRule,
} from './watch-rule.ts';
import { WATCH_RULES } from './watch-rules.ts';

/** What is seen of a run on its way. */
export interface Sightings {
  /** values of the run's cluster, oldest first */
  readonly metrics: Readonly<Partial<Record<WatchedMetric, readonly number[]>>>;
  /** as EventBridge brought them; no code where the event has none */
  readonly events: readonly { readonly detailType: string; readonly code?: string }[];
  readonly figures: Readonly<Partial<Record<RunFigure, number>>>;
}

/** A rule that holds, and why. */
export interface RuleMatch {
  readonly rule: WatchRule;
  /** what people can do about it, of the failure policy */
  readonly advice: string;
  /** what was seen, as people read it */
  readonly evidence: readonly string[];
}

const DECIMALS = 2;
const SEVERITIES = ['notice', 'warning', 'critical'] as const;

/**
 * The rules that hold, the most severe first; of several that warn of one failure in the same words' degrees (skew,
 * garbage) only the most severe. What nobody knows is no evidence.
 */
export function matchWatchRules(sightings: Sightings): RuleMatch[] {
  const matches = WATCH_RULES.flatMap((rule): RuleMatch[] => {
    for (const alternative of rule.evidence) {
      const found = alternative.map((condition) => whatHolds(condition, sightings));
      const evidence = found.filter((text) => text !== null);
      if (evidence.length === found.length) {
        return [{ rule, advice: failureRule(rule.failure).advice, evidence }];
      }
    }
    return [];
  }).sort((a, b) => SEVERITIES.indexOf(b.rule.severity) - SEVERITIES.indexOf(a.rule.severity));
  const said = new Set<string>();
  return matches.filter(({ rule }) => {
    const matter = rule.id.endsWith(rule.severity) ? rule.id.slice(0, -rule.severity.length) : rule.id;
    if (said.has(matter)) return false;
    said.add(matter);
    return true;
  });
}

/** What was seen by which a condition holds; null when it does not, or nobody knows. */
function whatHolds(condition: WatchCondition, { metrics, events, figures }: Sightings): string | null {
  if ('event' in condition) {
    const { event, code } = condition;
    const count = events.filter(
      (e) => e.detailType === event && (code === undefined || e.code === code),
    ).length;
    return count === 0 ? null : `${event}${code === undefined ? '' : `, ${code}`}: ${count} times`;
  }
  if ('figure' in condition) {
    const value = figures[condition.figure];
    if (value === undefined || !within(value, condition)) return null;
    return `${RUN_FIGURES[condition.figure]}: ${rounded(value)}`;
  }
  const wanted = 'flatFor' in condition ? condition.flatFor : condition.values;
  const values = (metrics[condition.metric] ?? []).slice(-wanted);
  if (values.length < wanted) return null;
  const holds =
    'flatFor' in condition
      ? values.every((value) => value === values[0])
      : values.every((value) => within(value, condition));
  return holds ? `CloudWatch ${condition.metric}: ${values.map(rounded).join(', ')}` : null;
}

function within(value: number, bounds: { atLeast: number } | { atMost: number }): boolean {
  return 'atLeast' in bounds ? value >= bounds.atLeast : value <= bounds.atMost;
}

function rounded(value: number): string {
  return String(Number(value.toFixed(DECIMALS)));
}
