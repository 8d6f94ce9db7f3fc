import * as z from 'zod';
import {
  AwsFailure,
  type ClockEntry,
  type Kernel,
  type Principal,
  type ResourceHandler,
  type SimulatedService,
} from '../../contracts.ts';
import { LEFT_OUT } from '../../kernel/idle-passes.ts';
import { deliver, sendOrLose, type GivenUp } from '../delivery.ts';
import { ignored, parseKnown } from '../known.ts';
import { physicalName, randomText } from '../names.ts';
import { deadLetterCall, type TargetCall } from '../targets.ts';
import { keyOf, scheduleOperations } from './operations.ts';
import { callOf, DEFAULT_GROUP, scheduleFrom, ScheduleProperties, type Schedule } from './schedule.ts';

/** the service's precision: it invokes within the minute */
const PRECISION_MS = 59_000;
const DUPLICATE_AFTER_MS = 5000;

export interface SchedulerService extends SimulatedService {
  readonly resources: Readonly<Record<string, ResourceHandler>>;
  /** by `group/name` */
  readonly schedules: ReadonlyMap<string, Schedule>;
}

/** EventBridge Scheduler: schedules and groups of the template. */
export function createSchedulerService(kernel: Kernel): SchedulerService {
  const schedules = new Map<string, Schedule>();
  const groups = new Set([DEFAULT_GROUP]);
  const timers = new Map<string, ClockEntry>();
  const arm = (schedule: Schedule, afterMs: number): void => {
    const dueAtMs = schedule.next(afterMs);
    if (!schedule.enabled || dueAtMs === null || dueAtMs > schedule.endMs) return;
    const fire = () => {
      invoke(kernel, schedule, dueAtMs);
      arm(schedule, dueAtMs);
    };
    timers.set(keyOf(schedule), kernel.clock.at(dueAtMs, `schedule ${schedule.name}`, fire));
  };
  const put = (schedule: Schedule): void => {
    if (!groups.has(schedule.group)) {
      throw new AwsFailure(
        'ResourceNotFoundException',
        `Schedule group ${schedule.group} does not exist.`,
        404,
      );
    }
    timers.get(keyOf(schedule))?.cancel();
    schedules.set(keyOf(schedule), schedule);
    arm(schedule, kernel.clock.nowMs() - 1);
  };
  return {
    name: 'scheduler',
    schedules,
    operations: scheduleOperations(kernel, schedules, put),
    resources: resources(groups, put),
  };
}

/** One invocation of a schedule's target, from the due time to success or the dead-letter queue. */
function invoke(kernel: Kernel, schedule: Schedule, dueAtMs: number): void {
  const { target } = schedule;
  const random = kernel.random(`scheduler:${schedule.name}`);
  // most invocations come early in their minute
  const promptMs = Math.floor(PRECISION_MS * random() ** 2);
  const subject = { schedule: schedule.name, target: target.arn };
  if (kernel.fault('lost-schedule', subject) !== undefined) return;
  const delayMs = promptMs + (kernel.fault('late-schedule', subject)?.seconds ?? 0) * 1000;
  const twice = kernel.fault('duplicate-delivery', { source: 'scheduler', target: target.arn }) !== undefined;
  for (let copy = 0; copy < (twice ? 2 : 1); copy += 1) {
    kernel.clock.after(delayMs + copy * DUPLICATE_AFTER_MS, `invoke ${schedule.name}`, () =>
      invokeTarget(kernel, schedule, dueAtMs),
    );
  }
}

async function invokeTarget(kernel: Kernel, schedule: Schedule, dueAtMs: number): Promise<void> {
  const { target } = schedule;
  if (kernel.passes.leaveOut(target.arn)) {
    kernel.trace(LEFT_OUT, { schedule: schedule.name });
    return;
  }
  kernel.passes.began(target.arn);
  const principal: Principal = {
    kind: 'role',
    id: target.roleArn,
    assumedBy: 'scheduler.amazonaws.com',
    sourceArn: schedule.groupArn,
  };
  const scheduledTime = new Date(dueAtMs).toISOString().replace(/\.\d+Z$/, 'Z');
  const send = ({ service, operation, input }: TargetCall) =>
    kernel.call(service, operation, input, principal);
  let executionId = '';
  let input = target.input;
  const attempt = (number: number) => {
    executionId = randomText(
      kernel.randomNow(`scheduler:${schedule.name}/id`),
      'abcdefghijklmnopqrstuvwxyz0123456789',
      16,
    );
    input = target.input
      .replaceAll('<aws.scheduler.schedule-arn>', schedule.arn)
      .replaceAll('<aws.scheduler.scheduled-time>', scheduledTime)
      .replaceAll('<aws.scheduler.execution-id>', executionId)
      .replaceAll('<aws.scheduler.attempt-number>', String(number));
    return send(callOf(kernel, schedule, input));
  };
  const giveUp = async ({ failure, retries, exhausted }: GivenUp): Promise<void> => {
    kernel.trace('scheduler:failed', {
      schedule: schedule.name,
      error: failure.code,
      message: failure.message,
    });
    if (target.deadLetterArn === undefined) return;
    const letter = deadLetterCall(kernel, target.deadLetterArn, input, {
      ERROR_CODE: failure.code,
      ERROR_MESSAGE: failure.message,
      EXECUTION_ID: executionId,
      EXHAUSTED_RETRY_CONDITION: exhausted,
      IS_PAYLOAD_TRUNCATED: 'false',
      RETRY_ATTEMPTS: String(retries),
      SCHEDULED_TIME: scheduledTime,
      SCHEDULE_ARN: schedule.arn,
      TARGET_ARN: target.arn,
    });
    await sendOrLose(kernel, schedule.name, () => send(letter));
  };
  const settings = { label: schedule.name, sinceMs: dueAtMs, policy: target.retry };
  await deliver(kernel, settings, attempt, giveUp);
}

const GroupProperties = z.strictObject({ Name: z.string().optional(), Tags: ignored });

function resources(groups: Set<string>, put: (schedule: Schedule) => void): Record<string, ResourceHandler> {
  return {
    'AWS::Scheduler::Schedule': (logicalId, properties, kernel) => {
      const parsed = parseKnown(`AWS::Scheduler::Schedule ${logicalId}`, ScheduleProperties, properties);
      const name = parsed.Name ?? physicalName(kernel, logicalId);
      const schedule = scheduleFrom(kernel, name, parsed);
      put(schedule);
      return { ref: name, attributes: { Arn: schedule.arn } };
    },
    'AWS::Scheduler::ScheduleGroup': (logicalId, properties, kernel) => {
      const parsed = parseKnown(`AWS::Scheduler::ScheduleGroup ${logicalId}`, GroupProperties, properties);
      const name = parsed.Name ?? physicalName(kernel, logicalId);
      groups.add(name);
      const Arn = `arn:aws:scheduler:${kernel.region}:${kernel.accountId}:schedule-group/${name}`;
      return { ref: name, attributes: { Arn, State: 'ACTIVE' } };
    },
  };
}
