import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Job } from '../core/contracts/job.ts';
import { deadlineOf, scheduledTimes } from '../core/job/schedule.ts';
import { SECONDS_PER_DAY, SECONDS_PER_HOUR, SECONDS_PER_MINUTE, secondsBetween } from '../core/units.ts';
import { grantAll } from './grants.ts';

/** Scheduler's own bounds of an event's age. */
const MIN_EVENT_AGE_SECONDS = 60;
const MAX_EVENT_AGE_SECONDS = SECONDS_PER_DAY;
const RETRIES = 20;
const REAP_EVERY_MINUTES = 15;
/** As often as EMR measures; what cannot wait comes by events. */
export const WATCH_FLEET_EVERY_SECONDS = 5 * SECONDS_PER_MINUTE;
/** Whoever is in no hurry need not pay for more; nobody is in more of a hurry than that. */
const WATCH_EVERY_MINUTES = { least: 5, most: 15 } as const;
/** Five weeks of starts see every weekday and every month's day; which weeks hardly matters, only that they stay. */
const SAMPLE = { from: '2026-01-01T00:00:00.000Z', until: '2026-02-05T00:00:00.000Z' } as const;
/** Of the time to the deadline: what a run is taken to need where the job does not say. */
const USUAL_SHARE = 0.5;

interface SchedulesProps {
  /** of the deployment: also the schedule group's name */
  readonly name: string;
  readonly jobs: readonly Job[];
  readonly startRunArn: string;
  readonly watchStartsArn: string;
  readonly watchFleetArn: string;
  readonly reapArn: string;
  readonly deadLetters: sqs.IQueue;
}

/** The clock that starts runs and reaping. Each job has a schedule of its own, in its own time zone. */
export class Schedules extends Construct {
  private readonly props: SchedulesProps;
  private readonly group: scheduler.CfnScheduleGroup;

  constructor(scope: Construct, id: string, props: SchedulesProps) {
    super(scope, id);
    this.props = props;
    this.group = new scheduler.CfnScheduleGroup(this, 'Group', { name: props.name });
    const startRole = this.createRole('StartRole', 'lambda:InvokeFunction', props.startRunArn);
    for (const job of props.jobs) this.addJob(job, startRole);
    this.addWatch();
    this.addWatchFleet();
    this.addReaper(this.createRole('ReapRole', 'states:StartExecution', props.reapArn));
  }

  private addJob(job: Job, role: iam.Role): void {
    if (!('schedule' in job.start)) return;
    const { cron, timeZone } = job.start.schedule;
    this.addSchedule(job.name, {
      description: `Starts ${job.name}`,
      scheduleExpression: `cron(${cron})`,
      scheduleExpressionTimezone: timeZone,
      target: this.target(this.props.startRunArn, role, maximumEventAgeSeconds(job), {
        job: job.name,
        scheduledAt: '<aws.scheduler.scheduled-time>',
      }),
    });
  }

  private addWatch(): void {
    const role = this.createRole('WatchRole', 'lambda:InvokeFunction', this.props.watchStartsArn);
    const everySeconds = watchEverySeconds(this.props.jobs);
    this.addSchedule('watch-starts', {
      description: 'Looks for starts that never came and runs that nobody ends',
      scheduleExpression: `rate(${everySeconds / SECONDS_PER_MINUTE} minutes)`,
      target: this.target(this.props.watchStartsArn, role, everySeconds, {}),
    });
  }

  private addWatchFleet(): void {
    const role = this.createRole('WatchFleetRole', 'lambda:InvokeFunction', this.props.watchFleetArn);
    this.addSchedule('watch-fleet', {
      description: 'Looks at what EMR measures of everything that flies, and after open incidents',
      scheduleExpression: `rate(${WATCH_FLEET_EVERY_SECONDS / SECONDS_PER_MINUTE} minutes)`,
      // The next pass sees whatever this one missed.
      target: this.target(this.props.watchFleetArn, role, WATCH_FLEET_EVERY_SECONDS, {}),
    });
  }

  private addReaper(role: iam.Role): void {
    this.addSchedule('reap', {
      description: 'Looks for clusters that no live lease covers',
      scheduleExpression: `rate(${REAP_EVERY_MINUTES} minutes)`,
      // The next pass makes up for one that was missed.
      target: this.target(this.props.reapArn, role, REAP_EVERY_MINUTES * SECONDS_PER_MINUTE, {}),
    });
  }

  private addSchedule(
    id: string,
    props: Omit<scheduler.CfnScheduleProps, 'name' | 'groupName' | 'flexibleTimeWindow'>,
  ): void {
    new scheduler.CfnSchedule(this, id, {
      ...props,
      name: `${this.props.name}-${id}`,
      groupName: this.group.ref,
      flexibleTimeWindow: { mode: 'OFF' },
    });
  }

  private target(
    arn: string,
    role: iam.Role,
    maximumAgeSeconds: number,
    input: Record<string, string>,
  ): scheduler.CfnSchedule.TargetProperty {
    return {
      arn,
      roleArn: role.roleArn,
      input: JSON.stringify(input),
      retryPolicy: { maximumEventAgeInSeconds: maximumAgeSeconds, maximumRetryAttempts: RETRIES },
      deadLetterConfig: { arn: this.props.deadLetters.queueArn },
    };
  }

  private createRole(id: string, action: string, target: string): iam.Role {
    const stack = Stack.of(this);
    const role = new iam.Role(this, id, {
      description: `EventBridge Scheduler, calling ${action} on one target`,
      assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: {
            'aws:SourceAccount': stack.account,
            'aws:SourceArn': this.group.attrArn,
          },
        },
      }),
    });
    grantAll(role, [
      { actions: [action], resources: [target] },
      { actions: ['sqs:SendMessage'], resources: [this.props.deadLetters.queueArn] },
    ]);
    return role;
  }
}

/**
 * How long a start is worth delivering: half of the time that the tightest deadline leaves beside the run
 * itself, with the hour off that daylight saving may take from a deadline at a time of day. Later it goes to the
 * dead letters, of which people are told. A job that no schedule starts has a start to measure from only if its
 * deadline is `withinMinutes` of it.
 *
 * @returns seconds, within what Scheduler takes
 */
export function maximumEventAgeSeconds(job: Pick<Job, 'start' | 'deadline' | 'baseline'>): number {
  const toDeadline =
    'withinMinutes' in job.deadline
      ? [job.deadline.withinMinutes * SECONDS_PER_MINUTE]
      : scheduledTimes(job, SAMPLE.from, SAMPLE.until).map((at) => secondsBetween(at, deadlineOf(job, at)));
  const clockChange = 'at' in job.deadline ? SECONDS_PER_HOUR : 0;
  const tightest = Math.min(MAX_EVENT_AGE_SECONDS, ...toDeadline) - clockChange;
  const usual = job.baseline?.typicalMinutes;
  const runSeconds = usual === undefined ? tightest * USUAL_SHARE : usual * SECONDS_PER_MINUTE;
  const age = Math.floor((tightest - runSeconds) / 2);
  return Math.min(Math.max(age, MIN_EVENT_AGE_SECONDS), MAX_EVENT_AGE_SECONDS);
}

/**
 * How often to look for starts that never came. A start is overdue when a sixth of its slack is gone: looked for
 * every sixth, it is made up for while two thirds are left, before Scheduler itself gives it up.
 *
 * @returns seconds, whole minutes; by the job that is in the greatest hurry
 */
export function watchEverySeconds(jobs: readonly Pick<Job, 'start' | 'deadline' | 'baseline'>[]): number {
  const { least, most } = WATCH_EVERY_MINUTES;
  const scheduled = jobs.filter(({ start }) => 'schedule' in start);
  const sixths = scheduled.map((job) => maximumEventAgeSeconds(job) / 3 / SECONDS_PER_MINUTE);
  return Math.max(Math.floor(Math.min(most, ...sixths)), least) * SECONDS_PER_MINUTE;
}
