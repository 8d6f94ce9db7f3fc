import * as z from 'zod';
import {
  AwsFailure,
  operation,
  type Kernel,
  type Operation,
  type Principal,
  type ResourceHandler,
  type SimulatedService,
} from '../../contracts.ts';
import { deliver, sendOrLose, type GivenUp } from '../delivery.ts';
import { ignored, known, parseKnown } from '../known.ts';
import { uuid } from '../names.ts';
import { deadLetterCall, targetCall, type TargetCall } from '../targets.ts';
import type { ServiceEvent } from './event.ts';
import { DEFAULT_BUS, ruleHandler, type Rule, type RuleTarget } from './rule.ts';
import { targetInput } from './target-input.ts';

const LEAST_LATENCY_MS = 200;
const LATENCY_SPREAD_MS = 500;
/** scheduled rules fire within their minute */
const SCHEDULE_DELAY_MS = 15_000;

export interface EventBridgeService extends SimulatedService {
  readonly resources: Readonly<Record<string, ResourceHandler>>;
  /** puts an event of an AWS service on the default bus */
  publish(event: ServiceEvent): void;
  readonly rules: readonly Rule[];
}

interface BusEvent {
  readonly 'detail-type': string;
  readonly source: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
  /** seconds precision, as events have it */
  readonly timeMs: number;
}

/** EventBridge: rules with patterns and schedules on the default bus and on others, and their targets. */
export function createEventBridgeService(kernel: Kernel): EventBridgeService {
  const rules: Rule[] = [];
  const buses = new Set([DEFAULT_BUS]);
  const dispatcher = new Dispatcher(kernel);
  const put = (bus: string, event: BusEvent): string => {
    const { id, envelope } = dispatcher.envelope(event);
    for (const rule of rules) {
      if (rule.bus === bus && rule.matches?.(envelope) === true) dispatcher.send(rule, event, envelope, 0);
    }
    return id;
  };
  const fire = (rule: Rule, scheduledAtMs: number): void => {
    const event = {
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      resources: [rule.arn],
      detail: {},
      timeMs: scheduledAtMs,
    };
    const delayMs = Math.floor(kernel.random(`schedule:${rule.name}`)() * SCHEDULE_DELAY_MS);
    dispatcher.send(rule, event, dispatcher.envelope(event).envelope, delayMs);
  };
  return {
    name: 'eventbridge',
    rules,
    operations: { PutEvents: putEvents(kernel, buses, put) },
    resources: {
      'AWS::Events::Rule': ruleHandler((rule) => rules.push(rule), fire),
      'AWS::Events::EventBus': busHandler(buses),
    },
    publish({ source, detailType, resources, detail }) {
      put(DEFAULT_BUS, {
        'detail-type': detailType,
        source,
        resources,
        detail,
        timeMs: kernel.clock.nowMs(),
      });
    },
  };
}

/** Carries events to the targets of rules. */
class Dispatcher {
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  envelope(event: BusEvent): { id: string; envelope: Readonly<Record<string, unknown>> } {
    const { accountId, region } = this.#kernel;
    const id = uuid(this.#kernel.randomNow(`eventbridge:event-id/${event.resources.join()}`));
    const { 'detail-type': detailType, source, resources, detail } = event;
    const time = new Date(event.timeMs).toISOString().replace(/\.\d+Z$/, 'Z');
    const about = { source, account: accountId, time, region, resources, detail };
    return { id, envelope: { version: '0', id, 'detail-type': detailType, ...about } };
  }

  send(rule: Rule, event: BusEvent, envelope: unknown, delayMs: number): void {
    const kernel = this.#kernel;
    for (const target of rule.targets) {
      const { source, 'detail-type': detailType } = event;
      const subject = { source, detailType, target: target.arn, rule: rule.name };
      if (kernel.fault('lost-event', subject) !== undefined) continue;
      const lateMs = (kernel.fault('late-event', subject)?.seconds ?? 0) * 1000;
      const twice =
        kernel.fault('duplicate-delivery', { source: 'eventbridge', target: target.arn }) !== undefined;
      for (let copy = 0; copy < (twice ? 2 : 1); copy += 1) {
        const latencyMs =
          LEAST_LATENCY_MS +
          Math.floor(kernel.randomNow(`eventbridge:latency/${rule.name}/${target.id}`)() * LATENCY_SPREAD_MS);
        kernel.clock.after(delayMs + lateMs + latencyMs, `event to ${target.id}`, () =>
          this.#deliver(rule, target, envelope, event.timeMs),
        );
      }
    }
  }

  async #deliver(rule: Rule, target: RuleTarget, envelope: unknown, timeMs: number): Promise<void> {
    const text = targetInput(target.input, envelope, {
      ruleArn: rule.arn,
      ruleName: rule.name,
      ingestionTime: new Date(timeMs).toISOString(),
    });
    const call = targetCall(this.#kernel, target.arn, text);
    const principal = principalFor(rule, target);
    const send = ({ service, operation, input }: TargetCall, by: Principal) =>
      this.#kernel.call(service, operation, input, by);
    const label = `${rule.name}/${target.id}`;
    const giveUp = async ({ failure, retries, exhausted }: GivenUp): Promise<void> => {
      const { deadLetterArn } = target;
      this.#kernel.trace('eventbridge:failed', { rule: rule.name, target: target.arn, error: failure.code });
      if (deadLetterArn === undefined) return;
      const letter = deadLetterCall(this.#kernel, deadLetterArn, JSON.stringify(envelope), {
        RULE_ARN: rule.arn,
        TARGET_ARN: target.arn,
        ERROR_CODE: failure.code,
        ERROR_MESSAGE: failure.message,
        EXHAUSTED_RETRY_CONDITION: exhausted,
        RETRY_ATTEMPTS: String(retries),
      });
      await sendOrLose(this.#kernel, label, () => send(letter, servicePrincipal(rule)));
    };
    const settings = { label, sinceMs: timeMs, policy: target.retry };
    await deliver(this.#kernel, settings, () => send(call, principal), giveUp);
  }
}

function principalFor(rule: Rule, target: RuleTarget): Principal {
  if (target.roleArn === undefined) return servicePrincipal(rule);
  return { kind: 'role', id: target.roleArn, assumedBy: 'events.amazonaws.com', sourceArn: rule.arn };
}

function servicePrincipal(rule: Rule): Principal {
  return { kind: 'service', id: 'events.amazonaws.com', sourceArn: rule.arn };
}

const PutEvents = z.strictObject({
  Entries: z
    .array(
      z.strictObject({
        Source: z.string(),
        DetailType: z.string(),
        Detail: z.string(),
        EventBusName: z.string().default(DEFAULT_BUS),
        Resources: z.array(z.string()).default([]),
        Time: z.date().optional(),
        TraceHeader: ignored,
      }),
    )
    .min(1)
    .max(10),
});

function putEvents(
  kernel: Kernel,
  buses: ReadonlySet<string>,
  put: (bus: string, event: BusEvent) => string,
): Operation {
  const busOf = (nameOrArn: string) => nameOrArn.split('/').at(-1) ?? DEFAULT_BUS;
  return operation(known('eventbridge PutEvents', PutEvents), {
    permissions: (input) =>
      input.Entries.map((entry) => ({
        action: 'events:PutEvents',
        resource: `arn:aws:events:${kernel.region}:${kernel.accountId}:event-bus/${busOf(entry.EventBusName)}`,
        context: { 'events:source': [entry.Source], 'events:detail-type': [entry.DetailType] },
      })),
    run(input) {
      const entries = input.Entries.map((entry) => {
        const detail = objectIn(entry.Detail);
        if (entry.Source.startsWith('aws.')) {
          return refused('NotAuthorizedForSourceException', 'Not authorized for the source.');
        }
        if (detail === undefined) return refused('MalformedDetail', 'Detail is malformed.');
        const bus = busOf(entry.EventBusName);
        if (!buses.has(bus)) {
          throw new AwsFailure('ResourceNotFoundException', `Event bus ${bus} does not exist.`);
        }
        const timeMs = entry.Time?.getTime() ?? kernel.clock.nowMs();
        const about = { source: entry.Source, resources: entry.Resources, detail, timeMs };
        return { EventId: put(bus, { 'detail-type': entry.DetailType, ...about }) };
      });
      return { FailedEntryCount: entries.filter((entry) => 'ErrorCode' in entry).length, Entries: entries };
    },
  });
}

function refused(ErrorCode: string, ErrorMessage: string) {
  return { ErrorCode, ErrorMessage };
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

const BusProperties = z.strictObject({
  Name: z.string(),
  Description: ignored,
  Tags: ignored,
  KmsKeyIdentifier: ignored,
});

function busHandler(buses: Set<string>): ResourceHandler {
  return (logicalId, properties, kernel) => {
    const { Name } = parseKnown(`AWS::Events::EventBus ${logicalId}`, BusProperties, properties);
    buses.add(Name);
    const Arn = `arn:aws:events:${kernel.region}:${kernel.accountId}:event-bus/${Name}`;
    return { ref: Name, attributes: { Arn, Name } };
  };
}
