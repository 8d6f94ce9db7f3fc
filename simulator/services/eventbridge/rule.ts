import * as z from 'zod';
import { NotSimulatedError, type Kernel, type ResourceHandler } from '../../contracts.ts';
import { eventBridgeCron } from '../../../core/job/event-bridge-cron.ts';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from '../delivery.ts';
import { ignored, parseKnown, templateNumber } from '../known.ts';
import { physicalName } from '../names.ts';
import { cronFields, ratePeriodMs } from '../rate.ts';
import { compileEventPattern } from './event-pattern.ts';
import type { InputSettings } from './target-input.ts';

export interface RuleTarget {
  readonly id: string;
  readonly arn: string;
  readonly roleArn: string | undefined;
  readonly input: InputSettings;
  readonly retry: RetryPolicy;
  readonly deadLetterArn: string | undefined;
}

export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly bus: string;
  readonly matches: ((event: unknown) => boolean) | undefined;
  readonly targets: readonly RuleTarget[];
}

export const DEFAULT_BUS = 'default';

const Target = z.strictObject({
  Id: z.string(),
  Arn: z.string(),
  RoleArn: z.string().optional(),
  Input: z.string().optional(),
  InputPath: z.string().optional(),
  InputTransformer: z
    .strictObject({ InputPathsMap: z.record(z.string(), z.string()).default({}), InputTemplate: z.string() })
    .optional(),
  RetryPolicy: z
    .strictObject({
      MaximumEventAgeInSeconds: templateNumber.optional(),
      MaximumRetryAttempts: templateNumber.optional(),
    })
    .optional(),
  DeadLetterConfig: z.strictObject({ Arn: z.string().optional() }).optional(),
});

const RuleProperties = z
  .strictObject({
    Name: z.string().optional(),
    EventBusName: z.string().default(DEFAULT_BUS),
    EventPattern: z.record(z.string(), z.unknown()).optional(),
    ScheduleExpression: z.string().optional(),
    State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
    Targets: z.array(Target).max(5).default([]),
    Description: ignored,
    RoleArn: ignored,
    Tags: ignored,
  })
  .refine((rule) => rule.EventPattern !== undefined || rule.ScheduleExpression !== undefined, {
    error: 'a rule has a pattern or a schedule',
  });

/**
 * Creates rules from a template.
 *
 * @param add  registers an enabled rule
 * @param fire  is called whenever a rule's schedule is due, with the scheduled time
 */
export function ruleHandler(
  add: (rule: Rule) => void,
  fire: (rule: Rule, scheduledAtMs: number) => void,
): ResourceHandler {
  return (logicalId, properties, kernel) => {
    const what = `AWS::Events::Rule ${logicalId}`;
    const parsed = parseKnown(what, RuleProperties, properties);
    const bus = parsed.EventBusName.split('/').at(-1) ?? DEFAULT_BUS;
    const name = parsed.Name ?? physicalName(kernel, logicalId);
    const path = bus === DEFAULT_BUS ? name : `${bus}/${name}`;
    const rule: Rule = {
      name,
      bus,
      arn: `arn:aws:events:${kernel.region}:${kernel.accountId}:rule/${path}`,
      matches: parsed.EventPattern && compileEventPattern(parsed.EventPattern),
      targets: parsed.Targets.map(targetOf),
    };
    const schedule = parsed.ScheduleExpression;
    const next = schedule === undefined ? undefined : nextFiring(what, schedule, kernel);
    if (parsed.State === 'ENABLED') {
      add(rule);
      if (next !== undefined) fireOnSchedule(kernel, rule, next, fire);
    }
    return { ref: bus === DEFAULT_BUS ? name : `${bus}|${name}`, attributes: { Arn: rule.arn } };
  };
}

type Next = (afterMs: number) => number | null;

function nextFiring(what: string, expression: string, kernel: Kernel): Next {
  const fields = cronFields(expression);
  if (fields !== undefined) {
    const cron = eventBridgeCron(fields, 'UTC');
    return (afterMs) => cron.next(afterMs);
  }
  const periodMs = ratePeriodMs(expression);
  if (periodMs === undefined)
    throw new NotSimulatedError(`${what}: the schedule ${expression} is not simulated`);
  const createdAtMs = kernel.clock.nowMs();
  return (afterMs) => createdAtMs + (Math.floor((afterMs - createdAtMs) / periodMs) + 1) * periodMs;
}

function fireOnSchedule(
  kernel: Kernel,
  rule: Rule,
  next: Next,
  fire: (rule: Rule, scheduledAtMs: number) => void,
): void {
  const arm = (afterMs: number): void => {
    const dueAtMs = next(afterMs);
    if (dueAtMs === null) return;
    kernel.clock.at(dueAtMs, `rule ${rule.name}`, () => {
      fire(rule, dueAtMs);
      arm(dueAtMs);
    });
  };
  arm(kernel.clock.nowMs());
}

function targetOf(target: z.output<typeof Target>): RuleTarget {
  const { InputTransformer: transformer, RetryPolicy: retry } = target;
  return {
    id: target.Id,
    arn: target.Arn,
    roleArn: target.RoleArn,
    input: {
      input: target.Input,
      inputPath: target.InputPath,
      transformer: transformer && { paths: transformer.InputPathsMap, template: transformer.InputTemplate },
    },
    retry: {
      maximumAgeSeconds: retry?.MaximumEventAgeInSeconds ?? DEFAULT_RETRY_POLICY.maximumAgeSeconds,
      maximumRetries: retry?.MaximumRetryAttempts ?? DEFAULT_RETRY_POLICY.maximumRetries,
    },
    deadLetterArn: target.DeadLetterConfig?.Arn,
  };
}
