/** Operations that start, stop, list and describe executions. */
import * as z from 'zod';
import { AwsFailure, operation } from '../contracts.ts';
import type { Kernel, Operation } from '../contracts.ts';
import { known } from '../services/known.ts';
import type { Execution } from './execution.ts';
import { describeEvent } from './history.ts';
import type { MachineStore } from './machine-store.ts';

const STATUSES = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE'] as const;
const DEFAULT_PAGE = 100;
const LARGEST_PAGE = 1000;

const Start = z.strictObject({
  stateMachineArn: z.string(),
  name: z.string().optional(),
  input: z.string().optional(),
  traceHeader: z.string().optional(),
});
const page = {
  maxResults: z.number().int().min(0).max(LARGEST_PAGE).optional(),
  nextToken: z.string().optional(),
};
const OfExecution = z.strictObject({ executionArn: z.string() });

/** By name, as the service registers them. */
export function executionOperations(
  kernel: Kernel,
  store: MachineStore,
): Readonly<Record<string, Operation>> {
  return {
    StartExecution: startExecution(kernel, store),
    StartSyncExecution: startSyncExecution(store),
    StopExecution: stopExecution(store),
    RedriveExecution: redriveExecution(store),
    DescribeExecution: describeExecution(store),
    ListExecutions: listExecutions(store),
    GetExecutionHistory: getExecutionHistory(store),
  };
}

function startExecution(kernel: Kernel, store: MachineStore): Operation {
  return operation(known('sfn StartExecution', Start), {
    permissions: ({ stateMachineArn }) => [{ action: 'states:StartExecution', resource: stateMachineArn }],
    run({ stateMachineArn, name, input }) {
      const machine = store.machine(stateMachineArn);
      const execution = store.start(machine, name, input);
      // Express workflows start at least once.
      const subject = { source: 'states', target: machine.name };
      if (machine.type === 'EXPRESS' && kernel.fault('duplicate-delivery', subject) !== undefined)
        store.start(machine, name, input);
      // Whoever started it without a name may have done so twice.
      const unnamed = machine.type === 'STANDARD' && name === undefined;
      if (unnamed && kernel.fault('duplicate-start', { stateMachine: machine.name }) !== undefined)
        store.start(machine, undefined, input);
      return { executionArn: execution.arn, startDate: new Date(execution.startedAtMs) };
    },
  });
}

function startSyncExecution(store: MachineStore): Operation {
  return operation(known('sfn StartSyncExecution', Start), {
    permissions: ({ stateMachineArn }) => [
      { action: 'states:StartSyncExecution', resource: stateMachineArn },
    ],
    async run({ stateMachineArn, name, input }) {
      const machine = store.machine(stateMachineArn);
      if (machine.type !== 'EXPRESS') {
        throw new AwsFailure(
          'StateMachineTypeNotSupported',
          'This operation is not supported by this type of state machine',
        );
      }
      const execution = store.start(machine, name, input);
      await new Promise<void>((resolve) => void execution.onEnd(resolve));
      const {
        redriveCount: _count,
        redriveStatus: _status,
        redriveStatusReason: _reason,
        ...described
      } = describe(execution);
      return described;
    },
  });
}

function stopExecution(store: MachineStore): Operation {
  const Input = z.strictObject({
    executionArn: z.string(),
    error: z.string().max(256).optional(),
    cause: z.string().max(32_768).optional(),
  });
  return operation(known('sfn StopExecution', Input), {
    permissions: ({ executionArn }) => [{ action: 'states:StopExecution', resource: executionArn }],
    run({ executionArn, error, cause }) {
      const execution = store.execution(executionArn);
      execution.stop(error, cause);
      return { stopDate: new Date(execution.stoppedAtMs ?? 0) };
    },
  });
}

function redriveExecution(store: MachineStore): Operation {
  const Input = z.strictObject({ executionArn: z.string(), clientToken: z.string().optional() });
  /** a repeated token is the same redrive */
  const dates = new Map<string, Date>();
  return operation(known('sfn RedriveExecution', Input), {
    permissions: ({ executionArn }) => [{ action: 'states:RedriveExecution', resource: executionArn }],
    run({ executionArn, clientToken }, { nowMs }) {
      const key = `${executionArn} ${clientToken ?? ''}`;
      const earlier = clientToken === undefined ? undefined : dates.get(key);
      if (earlier !== undefined) return { redriveDate: earlier };
      const execution = store.execution(executionArn);
      const reason = execution.whyNotRedrivable();
      if (reason !== undefined)
        throw new AwsFailure('ExecutionNotRedrivable', `Execution Not Redrivable: '${reason}'`);
      execution.redrive();
      const redriveDate = new Date(nowMs);
      dates.set(key, redriveDate);
      return { redriveDate };
    },
  });
}

function describeExecution(store: MachineStore): Operation {
  return operation(known('sfn DescribeExecution', OfExecution), {
    permissions: ({ executionArn }) => [{ action: 'states:DescribeExecution', resource: executionArn }],
    run: ({ executionArn }) => describe(store.execution(executionArn)),
  });
}

function describe(execution: Execution) {
  const { ending, redrivenAtMs } = execution;
  const reason = execution.whyNotRedrivable();
  return {
    ...summarise(execution),
    input: execution.input.text,
    inputDetails: { included: true },
    ...(ending.output === undefined ? {} : { output: ending.output.text, outputDetails: { included: true } }),
    ...(ending.error === undefined ? {} : { error: ending.error }),
    ...(ending.cause === undefined ? {} : { cause: ending.cause }),
    redriveCount: execution.redriveCount,
    ...(redrivenAtMs === undefined ? {} : { redriveDate: new Date(redrivenAtMs) }),
    redriveStatus: reason === undefined ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
    ...(reason === undefined ? {} : { redriveStatusReason: reason }),
  };
}

function summarise(execution: Execution) {
  return {
    executionArn: execution.arn,
    stateMachineArn: execution.machine.arn,
    name: execution.executionName,
    status: execution.status,
    startDate: new Date(execution.startedAtMs),
    ...(execution.stoppedAtMs === undefined ? {} : { stopDate: new Date(execution.stoppedAtMs) }),
  };
}

function listExecutions(store: MachineStore): Operation {
  const Input = z.strictObject({
    stateMachineArn: z.string(),
    statusFilter: z.enum(STATUSES).optional(),
    redriveFilter: z.enum(['REDRIVEN', 'NOT_REDRIVEN']).optional(),
    ...page,
  });
  return operation(known('sfn ListExecutions', Input), {
    permissions: ({ stateMachineArn }) => [{ action: 'states:ListExecutions', resource: stateMachineArn }],
    run(input) {
      const machine = store.machine(input.stateMachineArn);
      if (machine.type === 'EXPRESS') {
        throw new AwsFailure(
          'StateMachineTypeNotSupported',
          'This operation is not supported by this type of state machine',
        );
      }
      const found = store
        .executionsOf(machine.arn)
        .filter(
          (execution) =>
            (input.statusFilter === undefined || execution.status === input.statusFilter) &&
            (input.redriveFilter === undefined ||
              execution.redriveCount > 0 === (input.redriveFilter === 'REDRIVEN')),
        );
      const { items, nextToken } = pageOf(found, input);
      return {
        executions: items.map((execution) => ({
          ...summarise(execution),
          redriveCount: execution.redriveCount,
        })),
        ...nextToken,
      };
    },
  });
}

function getExecutionHistory(store: MachineStore): Operation {
  const Input = z.strictObject({
    executionArn: z.string(),
    reverseOrder: z.boolean().optional(),
    includeExecutionData: z.boolean().optional(),
    ...page,
  });
  return operation(known('sfn GetExecutionHistory', Input), {
    permissions: ({ executionArn }) => [{ action: 'states:GetExecutionHistory', resource: executionArn }],
    run(input) {
      const { events } = store.execution(input.executionArn).history;
      const numbered = events.map((event, index) => ({ event, id: index + 1 }));
      const { items, nextToken } = pageOf(input.reverseOrder === true ? numbered.reverse() : numbered, input);
      return {
        events: items.map(({ event, id }) => describeEvent(event, id, input.includeExecutionData ?? true)),
        ...nextToken,
      };
    },
  });
}

/** Tokens are positions; maxResults 0 stands for the default. */
function pageOf<Item>(
  all: readonly Item[],
  asked: { maxResults?: number | undefined; nextToken?: string | undefined },
) {
  const from = asked.nextToken === undefined ? 0 : Number(asked.nextToken);
  if (!Number.isInteger(from) || from < 0 || from > all.length)
    throw new AwsFailure('InvalidToken', `Invalid Token: '${asked.nextToken ?? ''}'`);
  const size = asked.maxResults === undefined || asked.maxResults === 0 ? DEFAULT_PAGE : asked.maxResults;
  const items = all.slice(from, from + size);
  return { items, nextToken: from + size < all.length ? { nextToken: String(from + size) } : {} };
}
