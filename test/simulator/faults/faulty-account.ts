/** A small account whose scenario has faults: a function, a table, a state machine, a schedule, a rule. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { onTestFinished } from 'vitest';
import type { FaultInput } from '../../../simulator/faults.ts';
import { createScenario } from '../../../simulator/scenario.ts';
import { readWorldFile } from '../../../simulator/world/world-file.ts';
import { writeSmallAssembly } from '../deploy/small-assembly.ts';

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
const assemblyDirectory = writeSmallAssembly();

type Seams = Record<string, unknown>;
export type Handler = (event: unknown, seams: Seams) => unknown;

export const MINUTE_MS = 60_000;
export const INVOKE = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: '${workerArn}', Payload: { state: '{% $states.context.State.Name %}' } },
  Output: '{% $states.result.Payload %}',
  TimeoutSeconds: 120,
};
/** waits until somebody answers its token, which the worker is told */
export const CALLBACK = {
  ...INVOKE,
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Arguments: { FunctionName: '${workerArn}', Payload: { token: '{% $states.context.Task.Token %}' } },
  Output: '{% $states.result %}',
};

interface Options {
  /** states by name; the first is where it starts */
  readonly states?: Record<string, object>;
  readonly handler?: Handler;
  readonly schedule?: { readonly expression: string; readonly timeZone?: string };
  readonly startDate?: string;
  readonly seed?: number;
  readonly transport?: 'in-process' | 'loopback';
}

/** Deploys it. Without a schedule nothing starts by itself. */
export async function faultyAccount(faults: FaultInput[], options: Options = {}) {
  const { states = { Work: { ...INVOKE, End: true } }, handler = () => 'done', schedule } = options;
  const startDate = options.startDate ?? '2026-01-05';
  const invocations: { atMs: number; event: unknown }[] = [];
  let seams: Seams = {};
  const scenario = await createScenario({
    assemblyDirectory,
    seed: options.seed ?? 1,
    world: readWorldFile(`startDate: "${startDate}"`, 'world.yaml'),
    transport: options.transport ?? 'in-process',
    faults,
    handlers: {
      worker: Object.assign(
        (event: unknown) => {
          invocations.push({ atMs: scenario.kernel.clock.nowMs(), event });
          return handler(event, seams);
        },
        { reset: (next: Seams = {}) => void (seams = next) },
      ),
    },
    editTemplate: (template) => edited(template, states, schedule),
  });
  onTestFinished(() => scenario.close());
  const outputs = await scenario.deploy();
  const machine = outputs['MachineArn'] ?? '';
  const call = (service: string, operation: string, input: object) =>
    scenario.during(() =>
      scenario.kernel.call(service, operation, input, scenario.kernel.root),
    ) as Promise<never>;
  return {
    scenario,
    invocations,
    call,
    clients: {
      dynamodb: new DynamoDBClient({ ...scenario.client }),
      sfn: new SFNClient({ ...scenario.client }),
    },
    struck: (kind: string) => scenario.kernel.faultsInjected.get(kind) ?? 0,
    pass: (minutes: number) => scenario.runUntil(scenario.kernel.clock.nowMs() + minutes * MINUTE_MS),
    start: (input: object = {}) => call('sfn', 'StartExecution', { stateMachineArn: machine, ...input }),
    /** the latest first */
    executions: () => scenario.services.sfn.executions('small'),
  };
}

function edited(template: unknown, states: Record<string, object>, schedule: Options['schedule']): unknown {
  const copy = structuredClone(template) as {
    Resources: Record<string, { Properties: Record<string, unknown> }>;
  };
  const { Machine, Schedule } = copy.Resources;
  Machine!.Properties['DefinitionString'] = JSON.stringify({
    QueryLanguage: 'JSONata',
    StartAt: Object.keys(states)[0],
    States: states,
  });
  Schedule!.Properties['State'] = schedule === undefined ? 'DISABLED' : 'ENABLED';
  if (schedule !== undefined) {
    Schedule!.Properties['ScheduleExpression'] = schedule.expression;
    Schedule!.Properties['ScheduleExpressionTimezone'] = schedule.timeZone ?? 'UTC';
  }
  copy.Resources['Rule'] = {
    Type: 'AWS::Events::Rule',
    Properties: {
      Name: 'orders-placed',
      State: 'ENABLED',
      EventPattern: { source: ['shop'] },
      Targets: [{ Id: 'worker', Arn: { 'Fn::GetAtt': ['Worker', 'Arn'] } }],
    },
  } as never;
  copy.Resources['RulePermission'] = {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      Action: 'lambda:InvokeFunction',
      FunctionName: { 'Fn::GetAtt': ['Worker', 'Arn'] },
      Principal: 'events.amazonaws.com',
    },
  } as never;
  return copy;
}
