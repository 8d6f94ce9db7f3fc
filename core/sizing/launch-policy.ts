import type { LaunchDecision } from '../contracts/fleet-plan.ts';
import type { Job } from '../contracts/job.ts';
import { usdText } from '../units-text.ts';

/** Whether a plan may fly by itself. */
interface LaunchPolicy {
  readonly launch: LaunchDecision;
  readonly reason: string;
}

/**
 * What the job's autonomy and budget make of a plan: with `auto` it flies, also above the target, because the
 * limit is the sizer's and a run that waits for an answer at night is a late run; only a month that may go over its
 * limit asks people. With `approve` people are always asked; with `advise` it never flies. Who says yes has read of
 * the month, so that its limit does not bind that launch.
 *
 * @param cost  of the plan: expected, and what is reserved for it
 * @param monthUsd  what the job has spent and reserved in the run's calendar month so far
 */
export function launchPolicy(
  job: Pick<Job, 'autonomy' | 'budget'>,
  cost: { readonly costUsd: number; readonly costHighUsd: number },
  monthUsd: number,
): LaunchPolicy {
  const { perRun, monthlyLimitUsd } = job.budget;
  if (job.autonomy === 'advise') {
    return { launch: 'advise', reason: 'The job only wants advice.' };
  }
  const monthHighUsd = monthUsd + Math.min(cost.costHighUsd, perRun.limitUsd);
  const overMonth =
    monthlyLimitUsd !== undefined && monthHighUsd > monthlyLimitUsd
      ? `With it the month could cost ${usdText(monthHighUsd)}, more than its limit of ${usdText(monthlyLimitUsd)}.`
      : null;
  if (job.autonomy === 'approve') {
    return {
      launch: 'ask',
      reason: ['The job wants every plan approved.', overMonth ?? ''].join(' ').trim(),
    };
  }
  if (overMonth !== null) return { launch: 'ask', reason: overMonth };
  const reason =
    cost.costUsd > perRun.targetUsd
      ? `Above its target of ${usdText(perRun.targetUsd)}, below its limit of ${usdText(perRun.limitUsd)}.`
      : 'Within its budget.';
  return { launch: 'fly', reason };
}
