/** Executions that a Task starts and waits for: `.sync` and `.sync:2`. */
import * as z from 'zod';
import { callService, inStates } from './call-integration.ts';
import { StateFailure } from './failures.ts';
import type { ExecutionScope } from './flow.ts';
import type { Integration } from './integrations.ts';

const Started = z.looseObject({ ExecutionArn: z.string() });
const Described = z.looseObject({
  Status: z.string(),
  Input: z.string().optional(),
  Output: z.string().optional(),
});

interface Child {
  readonly arn: string;
  /** what `$states.result` holds; fails with States.TaskFailed and the child's description as its cause */
  readonly result: Promise<unknown>;
  readonly release: () => void;
}

/**
 * Waits for a child to end, then describes it with the role's rights.
 *
 * @param integration  `.sync:2` hands on input and output as JSON, `.sync` as text
 */
export function awaitChild(scope: ExecutionScope, integration: Integration, started: unknown): Child {
  const arn = Started.parse(started).ExecutionArn;
  let release: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    release = scope.watchChild(arn, resolve);
  });
  const result = ended.then(() => describeChild(scope, integration, arn));
  // An execution that is stopped takes its child along, and then nobody waits for the child's failure.
  result.catch(() => undefined);
  return { arn, result, release: () => release() };
}

async function describeChild(
  scope: ExecutionScope,
  integration: Integration,
  executionArn: string,
): Promise<unknown> {
  const answer = await callService(scope, integration, 'DescribeExecution', { executionArn });
  const described = Described.parse(inStates(answer, (date) => date.getTime(), true));
  if (described.Status !== 'SUCCEEDED')
    throw new StateFailure('States.TaskFailed', JSON.stringify(described));
  if (integration.pattern === 'sync') return described;
  return { ...described, Input: parsed(described.Input), Output: parsed(described.Output) };
}

function parsed(text: string | undefined): unknown {
  return text === undefined ? undefined : JSON.parse(text);
}

/** A task that is given up takes its child along. */
export function stopChild(scope: ExecutionScope, executionArn: string): void {
  scope.kernel.call('sfn', 'StopExecution', { executionArn }, scope.principal).catch((error: unknown) => {
    // As on AWS, a child that cannot be stopped goes on; the trace says why.
    scope.kernel.trace('child execution not stopped', { executionArn, reason: String(error) });
  });
}
