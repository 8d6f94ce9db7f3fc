import { percentText } from '../units-text.ts';
import type { ErrorBudget } from './error-budget.ts';

/** How likely late a run may be, by what its job's error budget has left. */
export interface RiskStance {
  /** 0..1; 1 − SLO target for a job without runs */
  readonly allowedLate: number;
  /** share of the error budget that is left; null without a run */
  readonly remainingShare: number | null;
  readonly reason: string;
}

/** What is believed of a job before its runs are counted: as many misses as are allowed, with the weight of one. */
const PRIOR_MISSES = 1;
/** A burnt budget does not forbid all risk, and a full one does not allow any. */
const FACTOR = { least: 0.25, most: 1.5 } as const;
/** A stance that differs by less from the target is none. */
const NOTEWORTHY = 0.1;

/**
 * Shares risk out over the SLO's window: what is allowed is divided by how many times the allowed misses there were,
 * as a Gamma prior with the weight of one miss has it. A job that has burnt its budget flies safer, one with a
 * surplus takes more risk, which is to say more spot and fewer machines.
 */
export function riskStance({ target, missed, allowed, remainingShare }: ErrorBudget): RiskStance {
  const asTarget = 1 - target;
  const factor = (PRIOR_MISSES + allowed) / (PRIOR_MISSES + missed);
  const allowedLate = asTarget * Math.min(Math.max(factor, FACTOR.least), FACTOR.most);
  const asSlo = `as the SLO has it (${percentText(asTarget)})`;
  const left =
    remainingShare === null ? '' : `${percentText(Math.max(remainingShare, 0))} of the error budget is left`;
  if (remainingShare === null || Math.abs(factor - 1) < NOTEWORTHY)
    return { allowedLate, remainingShare, reason: `Risk: ${asSlo}${left === '' ? '' : `; ${left}`}.` };
  const what = factor < 1 ? 'it flies safer' : 'it may take more risk';
  return {
    allowedLate,
    remainingShare,
    reason: `Risk: ${left} (${missed} missed, ${allowed.toFixed(1)} allowed), so ${what}: ${percentText(allowedLate)} instead of ${percentText(asTarget)} may be late.`,
  };
}
