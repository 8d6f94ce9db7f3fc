import {
  DescribeExecutionCommand,
  SFNClient,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { oncePerClients, type Clients } from '../runtime/clients.ts';
import { awsCallOr } from './failures.ts';
import { sdkClient } from './settings.ts';

const sfnClient = oncePerClients((clients) => sdkClient(clients, SFNClient));

/**
 * Starts an execution.
 *
 * @param name  same name, same execution: a second start with it is refused by Step Functions
 * @returns false when an execution of that name exists
 */
export async function startExecution(
  clients: Clients,
  execution: { stateMachineArn: string; name: string; input: unknown },
): Promise<boolean> {
  return awsCallOr('states:StartExecution', 'ExecutionAlreadyExists', false, async () => {
    await sfnClient(clients).send(
      new StartExecutionCommand({
        stateMachineArn: execution.stateMachineArn,
        name: execution.name,
        input: JSON.stringify(execution.input),
      }),
    );
    return true;
  });
}

/** Whether an execution still runs; false also when Step Functions no longer knows it. */
export async function isExecutionRunning(clients: Clients, executionArn: string): Promise<boolean> {
  const { status } = await executionStanding(clients, executionArn);
  return status === 'RUNNING' || status === 'PENDING_REDRIVE';
}

/** The ARN of an execution by its name. */
export function executionArnOf(stateMachineArn: string, name: string): string {
  return `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
}

/** What Step Functions says of a token with which nothing waits any more. */
const LATE_TOKEN = ['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken'];

/** Whether a task still waits for its token: a heartbeat is refused once it does not, and else changes nothing here. */
export async function isTaskWaiting(clients: Clients, taskToken: string): Promise<boolean> {
  return awsCallOr('states:SendTaskHeartbeat', LATE_TOKEN, false, async () => {
    await sfnClient(clients).send(new SendTaskHeartbeatCommand({ taskToken }));
    return true;
  });
}

/**
 * Completes the task that waits with this token.
 *
 * @returns false when nothing waits with it any more: a late token is no failure
 */
export async function completeTask(clients: Clients, taskToken: string, output: unknown): Promise<boolean> {
  return awsCallOr('states:SendTaskSuccess', LATE_TOKEN, false, async () => {
    await sfnClient(clients).send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) }));
    return true;
  });
}

/** How an execution stands. */
export interface ExecutionStanding {
  /** e.g. `SUCCEEDED`; `UNKNOWN` when Step Functions does not know it */
  readonly status: string;
  /** what it was started with, as text */
  readonly input?: string | undefined;
  /** of one that succeeded, as text */
  readonly output?: string | undefined;
  /** of one that failed */
  readonly cause?: string | undefined;
}

export async function executionStanding(clients: Clients, executionArn: string): Promise<ExecutionStanding> {
  const unknown: ExecutionStanding = { status: 'UNKNOWN' };
  return awsCallOr('states:DescribeExecution', 'ExecutionDoesNotExist', unknown, async () => {
    const { status, input, output, cause } = await sfnClient(clients).send(
      new DescribeExecutionCommand({ executionArn }),
    );
    return { status: status ?? 'UNKNOWN', input, output, cause };
  });
}

/** Stops an execution. @returns false when it had ended, or is not known any more */
export async function stopExecution(clients: Clients, executionArn: string, cause: string): Promise<boolean> {
  if (!(await isExecutionRunning(clients, executionArn))) return false;
  return awsCallOr('states:StopExecution', 'ExecutionDoesNotExist', false, async () => {
    await sfnClient(clients).send(new StopExecutionCommand({ executionArn, error: 'RunCancelled', cause }));
    return true;
  });
}
