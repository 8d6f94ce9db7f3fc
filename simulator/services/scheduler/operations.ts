import * as z from 'zod';
import { AwsFailure, operation, type Kernel, type Operation } from '../../contracts.ts';
import { ignored, known } from '../known.ts';
import { DEFAULT_GROUP, scheduleFrom, ScheduleProperties, type Schedule } from './schedule.ts';

const ScheduleName = z.strictObject({ Name: z.string(), GroupName: z.string().default(DEFAULT_GROUP) });
const UpdateSchedule = ScheduleProperties.extend({
  Name: z.string(),
  ClientToken: ignored,
  ActionAfterCompletion: z.literal('NONE').optional(),
});
const ListSchedules = z.strictObject({
  GroupName: z.string().optional(),
  NamePrefix: z.string().default(''),
  State: z.enum(['ENABLED', 'DISABLED']).optional(),
});

/** Looking at schedules and changing them; making and deleting them is the template's business. */
export function scheduleOperations(
  kernel: Kernel,
  schedules: ReadonlyMap<string, Schedule>,
  put: (schedule: Schedule) => void,
): Record<string, Operation> {
  const arnOf = ({ GroupName, Name }: { GroupName: string; Name: string }) =>
    `arn:aws:scheduler:${kernel.region}:${kernel.accountId}:schedule/${GroupName}/${Name}`;
  const find = ({ GroupName, Name }: { GroupName: string; Name: string }): Schedule => {
    const schedule = schedules.get(keyOf({ group: GroupName, name: Name }));
    if (schedule !== undefined) return schedule;
    throw new AwsFailure('ResourceNotFoundException', `Schedule ${Name} does not exist.`, 404);
  };
  return {
    GetSchedule: operation(known('scheduler GetSchedule', ScheduleName), {
      permissions: (input) => [{ action: 'scheduler:GetSchedule', resource: arnOf(input) }],
      run: (input) => told(find(input)),
    }),
    ListSchedules: operation(known('scheduler ListSchedules', ListSchedules), {
      permissions: () => [{ action: 'scheduler:ListSchedules', resource: '*' }],
      run: (input) => ({
        Schedules: [...schedules.values()]
          .filter(
            ({ name, group, properties }) =>
              name.startsWith(input.NamePrefix) &&
              group === (input.GroupName ?? group) &&
              properties.State === (input.State ?? properties.State),
          )
          .map(({ arn, name, group, properties, target }) => ({
            Arn: arn,
            Name: name,
            GroupName: group,
            State: properties.State,
            Target: { Arn: target.arn },
          })),
      }),
    }),
    UpdateSchedule: operation(known('scheduler UpdateSchedule', UpdateSchedule), {
      permissions: (input) => [
        { action: 'scheduler:UpdateSchedule', resource: arnOf(input) },
        {
          action: 'iam:PassRole',
          resource: input.Target.RoleArn,
          context: { 'iam:passedtoservice': ['scheduler.amazonaws.com'] },
        },
      ],
      run(input) {
        find(input);
        const { ClientToken: _token, ActionAfterCompletion: _action, Name, ...properties } = input;
        const schedule = scheduleFrom(kernel, Name, properties);
        put(schedule);
        return { ScheduleArn: schedule.arn };
      },
    }),
  };
}

export function keyOf(schedule: { group: string; name: string }): string {
  return `${schedule.group}/${schedule.name}`;
}

function told({ arn, name, properties }: Schedule) {
  const { StartDate, EndDate, GroupName, ScheduleExpression, ScheduleExpressionTimezone } = properties;
  return {
    Arn: arn,
    Name: name,
    GroupName,
    ScheduleExpression,
    ScheduleExpressionTimezone,
    FlexibleTimeWindow: properties.FlexibleTimeWindow,
    State: properties.State,
    Target: properties.Target,
    ...(StartDate !== undefined && { StartDate: new Date(StartDate) }),
    ...(EndDate !== undefined && { EndDate: new Date(EndDate) }),
  };
}
