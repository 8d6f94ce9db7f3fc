/** Operations on state machines themselves, and on the tokens of their tasks. */
import * as z from 'zod';
import { AwsFailure, operation } from '../contracts.ts';
import type { Kernel, Operation } from '../contracts.ts';
import { known } from '../services/known.ts';
import { StateFailure } from './failures.ts';
import type { StateMachine } from './flow.ts';
import type { MachineStore } from './machine-store.ts';
import { exceeds, MOST_PAYLOAD_BYTES, parsePayload } from './payload.ts';
import type { Payload } from './payload.ts';
import { taskTimedOut, type TokenRegistry, type WaitingTask } from './task-tokens.ts';

/** By name, as the service registers them. */
export function machineOperations(store: MachineStore): Readonly<Record<string, Operation>> {
  const OfMachine = z.strictObject({
    stateMachineArn: z.string(),
    includedData: z.literal('ALL_DATA').optional(),
  });
  const List = z.strictObject({
    maxResults: z.number().int().optional(),
    nextToken: z.undefined().optional(),
  });
  return {
    DescribeStateMachine: operation(known('sfn DescribeStateMachine', OfMachine), {
      permissions: ({ stateMachineArn }) => [
        { action: 'states:DescribeStateMachine', resource: stateMachineArn },
      ],
      run({ stateMachineArn }) {
        const machine = store.machine(stateMachineArn);
        return {
          ...describe(machine),
          status: 'ACTIVE',
          type: machine.type,
          creationDate: new Date(machine.createdAtMs),
        };
      },
    }),
    ListStateMachines: operation(known('sfn ListStateMachines', List), {
      permissions: () => [{ action: 'states:ListStateMachines', resource: '*' }],
      run: () => ({
        stateMachines: store.machines.map(({ arn, name, type, createdAtMs }) => ({
          stateMachineArn: arn,
          name,
          type,
          creationDate: new Date(createdAtMs),
        })),
      }),
    }),
  };
}

function describe({ arn, name, roleArn, definition }: StateMachine) {
  return { stateMachineArn: arn, name, roleArn, definition: definition.text };
}

const taskToken = z.string().min(1).max(2048);

/** SendTaskSuccess, SendTaskFailure, SendTaskHeartbeat. */
export function tokenOperations(kernel: Kernel, tokens: TokenRegistry): Readonly<Record<string, Operation>> {
  const Success = z.strictObject({ taskToken, output: z.string() });
  const Failure = z.strictObject({
    taskToken,
    error: z.string().max(256).optional(),
    cause: z.string().max(32_768).optional(),
  });
  const Heartbeat = z.strictObject({ taskToken });
  const permission = (action: string) => (input: { taskToken: string }) => [
    { action: `states:${action}`, resource: tokens.ownerOf(input.taskToken) ?? '*' },
  ];
  const answer = (token: string, give: (task: WaitingTask) => void): void => {
    const task = tokens.require(token);
    const subject = { stateMachine: task.stateMachineName, state: task.stateName };
    // The answer comes too late, or never: the task will have ended by itself.
    if (task.timed && kernel.fault('late-token', subject) !== undefined) throw taskTimedOut();
    if (task.timed && kernel.fault('lost-token', subject) !== undefined) return;
    give(task);
    if (kernel.fault('duplicate-token', subject) !== undefined) throw taskTimedOut();
  };
  return {
    SendTaskSuccess: operation(known('sfn SendTaskSuccess', Success), {
      permissions: permission('SendTaskSuccess'),
      run(input) {
        const output = readOutput(input.output);
        answer(input.taskToken, (task) => task.succeed(output));
        return {};
      },
    }),
    SendTaskFailure: operation(known('sfn SendTaskFailure', Failure), {
      permissions: permission('SendTaskFailure'),
      run({ taskToken: token, error, cause }) {
        answer(token, (task) => task.fail(new StateFailure(error ?? 'States.TaskFailed', cause)));
        return {};
      },
    }),
    SendTaskHeartbeat: operation(known('sfn SendTaskHeartbeat', Heartbeat), {
      permissions: permission('SendTaskHeartbeat'),
      run({ taskToken: token }) {
        tokens.require(token).heartbeat();
        return {};
      },
    }),
  };
}

function readOutput(text: string): Payload {
  if (exceeds(text, MOST_PAYLOAD_BYTES)) {
    throw new AwsFailure('InvalidOutput', `Invalid Output: 'more than ${MOST_PAYLOAD_BYTES} bytes'`);
  }
  try {
    return parsePayload(text);
  } catch (error) {
    throw new AwsFailure('InvalidOutput', `Invalid Output: '${String(error)}'`);
  }
}
