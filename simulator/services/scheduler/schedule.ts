import * as z from 'zod';
import { NotSimulatedError, type Kernel } from '../../contracts.ts';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from '../delivery.ts';
import { ignored, templateNumber } from '../known.ts';
import { targetCall, type TargetCall } from '../targets.ts';
import { nextInvocation, type NextInvocation } from './expression.ts';

export interface Schedule {
  readonly name: string;
  readonly group: string;
  readonly arn: string;
  readonly groupArn: string;
  readonly enabled: boolean;
  readonly next: NextInvocation;
  readonly endMs: number;
  readonly target: ScheduleTarget;
  /** as they were given */
  readonly properties: z.output<typeof ScheduleProperties>;
}

interface ScheduleTarget {
  readonly arn: string;
  readonly roleArn: string;
  readonly input: string;
  readonly retry: RetryPolicy;
  readonly deadLetterArn: string | undefined;
}

export const DEFAULT_GROUP = 'default';

const Target = z.strictObject({
  Arn: z.string(),
  RoleArn: z.string(),
  Input: z.string({ error: 'a target needs an Input here' }),
  RetryPolicy: z
    .strictObject({
      MaximumEventAgeInSeconds: templateNumber.optional(),
      MaximumRetryAttempts: templateNumber.optional(),
    })
    .optional(),
  DeadLetterConfig: z.strictObject({ Arn: z.string().optional() }).optional(),
});

const Moment = z.union([
  z.string().transform((text) => Date.parse(text)),
  z.date().transform((date) => date.getTime()),
]);

/** A schedule's properties in a template, which are UpdateSchedule's members, too. */
export const ScheduleProperties = z.strictObject({
  Name: z.string().optional(),
  GroupName: z.string().default(DEFAULT_GROUP),
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().default('UTC'),
  FlexibleTimeWindow: z.strictObject({ Mode: z.literal('OFF', { error: 'only OFF' }) }),
  StartDate: Moment.optional(),
  EndDate: Moment.optional(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Target,
  Description: ignored,
  KmsKeyArn: ignored,
});

export function scheduleFrom(
  kernel: Kernel,
  name: string,
  properties: z.output<typeof ScheduleProperties>,
): Schedule {
  const { Target: target, GroupName: group } = properties;
  const startMs = properties.StartDate ?? kernel.clock.nowMs();
  const prefix = `arn:aws:scheduler:${kernel.region}:${kernel.accountId}`;
  const schedule: Schedule = {
    name,
    group,
    arn: `${prefix}:schedule/${group}/${name}`,
    groupArn: `${prefix}:schedule-group/${group}`,
    enabled: properties.State === 'ENABLED',
    next: nextInvocation(properties.ScheduleExpression, properties.ScheduleExpressionTimezone, startMs),
    endMs: properties.EndDate ?? Infinity,
    properties,
    target: {
      arn: target.Arn,
      roleArn: target.RoleArn,
      input: target.Input,
      retry: {
        maximumAgeSeconds:
          target.RetryPolicy?.MaximumEventAgeInSeconds ?? DEFAULT_RETRY_POLICY.maximumAgeSeconds,
        maximumRetries: target.RetryPolicy?.MaximumRetryAttempts ?? DEFAULT_RETRY_POLICY.maximumRetries,
      },
      deadLetterArn: target.DeadLetterConfig?.Arn,
    },
  };
  // a target that is not simulated is refused when it is deployed, not when it is due
  callOf(kernel, schedule, schedule.target.input);
  return schedule;
}

/** SDK names that the kernel knows by another one. */
const SERVICE_NAMES: Readonly<Record<string, string>> = {
  secretsmanager: 'secrets-manager',
  servicequotas: 'service-quotas',
};

/** The call a schedule makes: a target of its own kind, or any operation of the SDK. */
export function callOf(kernel: Kernel, schedule: Schedule, input: string): TargetCall {
  const { arn } = schedule.target;
  const universal = /^arn:aws:scheduler:::aws-sdk:([a-z0-9]+):([A-Za-z0-9]+)$/.exec(arn);
  if (universal === null) return targetCall(kernel, arn, input);
  const [service = '', name = ''] = universal.slice(1);
  const members = z.record(z.string(), z.unknown()).safeParse(parsed(input));
  if (!members.success)
    throw new NotSimulatedError(`${schedule.arn}: the input for ${arn} is not a JSON object`);
  return {
    service: SERVICE_NAMES[service] ?? service,
    operation: name.charAt(0).toUpperCase() + name.slice(1),
    input: members.data,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
