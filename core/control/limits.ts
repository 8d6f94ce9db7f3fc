import type { Control, DeploymentLimits, Override } from '../contracts/control.ts';
import type { Job } from '../contracts/job.ts';

/** What a launch is held to, overrides included. Null: no such limit. */
export interface Limits {
  readonly runUsd: number;
  readonly jobMonthUsd: number | null;
  readonly accountMonthUsd: number | null;
  readonly launchesPerHour: number;
}

type BudgetedJob = Pick<Job, 'name' | 'budget'>;

/**
 * The limits that hold for a job now: its own and the deployment's, or what people have set in their place.
 *
 * @param now  ISO 8601 instant; an override that has run out counts no more
 */
export function limitsFor(
  job: BudgetedJob,
  deployment: DeploymentLimits,
  control: Control,
  now: string,
): Limits {
  const ofJob = overrideOf(control, job.name, now);
  return {
    runUsd: ofJob?.runLimitUsd ?? job.budget.perRun.limitUsd,
    jobMonthUsd: ofJob?.monthLimitUsd ?? job.budget.monthlyLimitUsd ?? null,
    ...limitsOfAccount(deployment, control, now),
  };
}

/** The deployment's limits as they hold now. */
export function limitsOfAccount(
  deployment: DeploymentLimits,
  control: Control,
  now: string,
): Pick<Limits, 'accountMonthUsd' | 'launchesPerHour'> {
  const override = overrideOf(control, null, now);
  return {
    accountMonthUsd: override?.monthLimitUsd ?? deployment.accountMonthUsd,
    launchesPerHour: override?.launchesPerHour ?? deployment.launchesPerHour,
  };
}

/** The job with its budget as it holds now. */
export function withOverrides<AJob extends BudgetedJob>(job: AJob, control: Control, now: string): AJob {
  const override = overrideOf(control, job.name, now);
  if (override === undefined) return job;
  const { perRun, monthlyLimitUsd } = job.budget;
  const limitUsd = override.runLimitUsd ?? perRun.limitUsd;
  const monthUsd = override.monthLimitUsd ?? monthlyLimitUsd;
  return {
    ...job,
    budget: {
      perRun: { targetUsd: Math.min(perRun.targetUsd, limitUsd), limitUsd },
      ...(monthUsd === undefined ? {} : { monthlyLimitUsd: monthUsd }),
    },
  };
}

function overrideOf(control: Control, job: string | null, now: string): Override | undefined {
  return control.overrides.find(
    (override) => override.job === job && Date.parse(override.until) > Date.parse(now),
  );
}
