import type { AlarmFamily } from '../contracts/alarm.ts';

/** Something that speaks for a cause, or against it. */
export interface Evidence {
  /** one sentence, with its figures */
  readonly says: string;
  /** natural logarithm of how much likelier it is with the cause than without; below 0 it speaks against it */
  readonly logLikelihoodRatio: number;
}

/** A possible cause, before all are weighed against each other. */
export interface Candidate {
  /** what people read: "us-east-1b took back m5.xlarge" */
  readonly cause: string;
  readonly kind: 'rule' | 'attributes' | 'topology' | 'change';
  /** how often it is the cause of such an incident, against all that is not listed; more than 0 */
  readonly priorOdds: number;
  readonly evidence: readonly Evidence[];
  /** the alarms that it is the cause of, by their rule; absent: it is not about one rule */
  readonly about?: AlarmsOfRule;
}

/** Alarms of one rule. */
interface AlarmsOfRule {
  readonly rule: string;
  readonly families: readonly AlarmFamily[];
}

/** A cause with what speaks for it and against it, the heaviest first. */
export interface Hypothesis {
  readonly cause: string;
  readonly kind: Candidate['kind'];
  /** 0..1; all of an incident's, with something else that nobody listed, make 1 */
  readonly confidence: number;
  readonly evidenceFor: readonly string[];
  readonly evidenceAgainst: readonly string[];
  /** as the candidate's */
  readonly about?: AlarmsOfRule;
}

/** One piece of evidence alone never decides: measurements may be wrong in ways that no ratio knows. */
const MOST_LOG_RATIO = 7;

/**
 * Weighs possible causes: prior odds times the likelihood ratios of the evidence, against all that is not listed.
 *
 * @returns the likeliest first
 */
export function rankHypotheses(candidates: readonly Candidate[]): Hypothesis[] {
  const odds = candidates.map(({ priorOdds, evidence }) =>
    Math.exp(
      evidence.reduce(
        (sum, { logLikelihoodRatio }) => sum + bounded(logLikelihoodRatio),
        Math.log(priorOdds),
      ),
    ),
  );
  const total = odds.reduce((sum, each) => sum + each, 1);
  return candidates
    .map(({ cause, kind, evidence, about }, i) => ({
      cause,
      kind,
      confidence: (odds[i] ?? 0) / total,
      evidenceFor: heaviest(evidence.filter(({ logLikelihoodRatio }) => logLikelihoodRatio > 0)),
      evidenceAgainst: heaviest(evidence.filter(({ logLikelihoodRatio }) => logLikelihoodRatio < 0)),
      ...(about === undefined ? {} : { about }),
    }))
    .sort((a, b) => b.confidence - a.confidence || (a.cause < b.cause ? -1 : 1));
}

function bounded(logRatio: number): number {
  return Math.min(MOST_LOG_RATIO, Math.max(-MOST_LOG_RATIO, logRatio));
}

function heaviest(evidence: readonly Evidence[]): string[] {
  return [...evidence]
    .sort((a, b) => Math.abs(b.logLikelihoodRatio) - Math.abs(a.logLikelihoodRatio))
    .map(({ says }) => says);
}
