import type { Job } from '../contracts/job.ts';
import { declaredInputBytes } from '../job/declared-load.ts';
import { deadlineOf, nextStart } from '../job/schedule.ts';
import { BYTES_PER_GIB, SECONDS_PER_HOUR, secondsBetween } from '../units.ts';

/** What a job file tells of the work itself; null where it does not. */
export interface WorkloadDescription {
  readonly job: string;
  readonly task: Job['task'];
  readonly inputGib: number | null;
  readonly rows: number | null;
  readonly columns: number | null;
  readonly algorithm: string | null;
  readonly parameters: Readonly<Record<string, number>>;
  /** from its scheduled start */
  readonly hoursToDeadline: number;
}

type DescribedJob = Pick<Job, 'name' | 'task' | 'inputs' | 'workload' | 'start' | 'deadline'>;

/** @param now  ISO 8601: the next start from then on says how long there is to a deadline at a time of day */
export function describeWorkload(job: DescribedJob, now: string): WorkloadDescription {
  const inputBytes = declaredInputBytes(job);
  const { rows, columns, algorithm, parameters } = job.workload ?? {};
  const scheduledAt = nextStart(job, now) ?? now;
  return {
    job: job.name,
    task: job.task,
    inputGib: inputBytes === null ? null : inputBytes / BYTES_PER_GIB,
    rows: rows ?? null,
    columns: columns ?? null,
    algorithm: algorithm ?? null,
    parameters: parameters ?? {},
    hoursToDeadline: secondsBetween(scheduledAt, deadlineOf(job, scheduledAt)) / SECONDS_PER_HOUR,
  };
}
