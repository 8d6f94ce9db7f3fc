import type { Job } from '../../core/contracts/job.ts';
import { timeZoneOf } from '../../core/job/schedule.ts';
import type { JobView, RunView } from '../../dashboard/report-data.ts';
import { summariseRuns } from '../../dashboard/summarise-runs.ts';

type Described = Pick<Job, 'name' | 'task' | 'description' | 'start' | 'deadline' | 'budget' | 'slo'>;

/** A job as the report shows it. */
export function jobView(job: Described, runs: readonly RunView[]): JobView {
  return {
    name: job.name,
    task: job.task,
    description: job.description ?? 'No description',
    startText: startText(job),
    deadlineText: deadlineText(job),
    sloTarget: job.slo.target,
    budgetTargetUsd: job.budget.perRun.targetUsd,
    budgetLimitUsd: job.budget.perRun.limitUsd,
    summary: summariseRuns(runs),
    runs: [...runs],
  };
}

function startText({ start }: Described): string {
  if ('schedule' in start) return `by cron(${start.schedule.cron}) in ${start.schedule.timeZone}`;
  if ('dataArrival' in start)
    return `when s3://${start.dataArrival.bucket}/${start.dataArrival.prefix} has arrived`;
  return 'when a caller asks';
}

function deadlineText(job: Described): string {
  if ('withinMinutes' in job.deadline) return `within ${job.deadline.withinMinutes} minutes`;
  return `by ${job.deadline.at} ${job.deadline.timeZone ?? timeZoneOf(job)}`;
}
