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
 * limit is the sizer's and a run that waits for an answer at night is a late run; only a month over its limit asks
 * people. With `approve` people are always asked; with `advise` it never flies.
 *
 * @param monthUsd  what the job has cost in the run's calendar month so far
 */
export function launchPolicy(
  job: Pick<Job, 'autonomy' | 'budget'>,
  expectedCostUsd: number,
  monthUsd: number,
): LaunchPolicy {
  const { perRun, monthlyLimitUsd } = job.budget;
  if (job.autonomy === 'advise') {
    return { launch: 'advise', reason: 'The job only wants advice.' };
  }
  const ask = (reason: string): LaunchPolicy => ({ launch: 'ask', reason });
  if (job.autonomy === 'approve') return ask('The job wants every plan approved.');
  if (monthlyLimitUsd !== undefined && monthUsd + expectedCostUsd > monthlyLimitUsd) {
    return ask(
      `With it the month would cost ${usdText(monthUsd + expectedCostUsd)}, more than its limit of ${usdText(monthlyLimitUsd)}.`,
    );
  }
  const reason =
    expectedCostUsd > perRun.targetUsd
      ? `Above its target of ${usdText(perRun.targetUsd)}, below its limit of ${usdText(perRun.limitUsd)}.`
      : 'Within its budget.';
  return { launch: 'fly', reason };
}
