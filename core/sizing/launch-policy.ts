import type { Job } from '../contracts/job.ts';
import { usdText } from '../units-text.ts';

/** Whether a plan may fly by itself. */
export interface LaunchPolicy {
  readonly adviseOnly: boolean;
  readonly needsApproval: boolean;
  readonly reason: string;
}

/**
 * What the job's autonomy and budget make of a plan: with `auto` it flies unless it costs more than the target
 * or would take the month over its limit; with `approve` people are always asked; with `advise` it never flies.
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
    return { adviseOnly: true, needsApproval: false, reason: 'The job only wants advice.' };
  }
  const ask = (reason: string): LaunchPolicy => ({ adviseOnly: false, needsApproval: true, reason });
  if (job.autonomy === 'approve') return ask('The job wants every plan approved.');
  if (expectedCostUsd > perRun.targetUsd) {
    return ask(
      `It is expected to cost ${usdText(expectedCostUsd)}, more than its target of ${usdText(perRun.targetUsd)}.`,
    );
  }
  if (monthlyLimitUsd !== undefined && monthUsd + expectedCostUsd > monthlyLimitUsd) {
    return ask(
      `With it the month would cost ${usdText(monthUsd + expectedCostUsd)}, more than its limit of ${usdText(monthlyLimitUsd)}.`,
    );
  }
  return { adviseOnly: false, needsApproval: false, reason: 'Within its budget.' };
}
