/** Events of a task in the history: functions named by their ARN have events of their own. */
import { HEARTBEAT_ERROR, TIMEOUT_ERROR } from './failures.ts';
import type { StateFailure } from './failures.ts';
import { record } from './flow.ts';
import type { Line } from './flow.ts';
import type { Integration } from './integrations.ts';
import type { Payload } from './payload.ts';

interface TaskEvents {
  readonly scheduled: (
    input: Payload,
    timeoutSeconds: number | undefined,
    heartbeatSeconds: number | undefined,
  ) => void;
  readonly submitted: (output: Payload) => void;
  readonly succeeded: (output: Payload) => void;
  readonly failed: (failure: StateFailure) => void;
}

export function taskEvents(line: Line, integration: Integration): TaskEvents {
  return integration.kind === 'function'
    ? functionEvents(line, integration)
    : serviceEvents(line, integration);
}

function serviceEvents(line: Line, { resourceType, resource }: Integration): TaskEvents {
  const what = { resourceType, resource };
  return {
    scheduled: (input, timeoutInSeconds, heartbeatInSeconds) => {
      const { region } = line.scope.kernel;
      const details = { ...what, region, parameters: input.text, timeoutInSeconds, heartbeatInSeconds };
      record(line, 'TaskScheduled', 'taskScheduledEventDetails', details);
      record(line, 'TaskStarted', 'taskStartedEventDetails', what);
    },
    submitted: (output) =>
      void record(line, 'TaskSubmitted', 'taskSubmittedEventDetails', { ...what, output: output.text }),
    succeeded: (output) =>
      void record(line, 'TaskSucceeded', 'taskSucceededEventDetails', { ...what, output: output.text }),
    failed: ({ error, causeText }) => {
      const details = { ...what, error, cause: causeText };
      if (isTimeout(error)) record(line, 'TaskTimedOut', 'taskTimedOutEventDetails', details);
      else record(line, 'TaskFailed', 'taskFailedEventDetails', details);
    },
  };
}

function functionEvents(line: Line, { resource }: Integration): TaskEvents {
  return {
    scheduled: (input, timeoutInSeconds) => {
      const details = { resource, input: input.text, timeoutInSeconds };
      record(line, 'LambdaFunctionScheduled', 'lambdaFunctionScheduledEventDetails', details);
      record(line, 'LambdaFunctionStarted');
    },
    submitted: () => undefined,
    succeeded: (output) =>
      void record(line, 'LambdaFunctionSucceeded', 'lambdaFunctionSucceededEventDetails', {
        output: output.text,
      }),
    failed: ({ error, causeText }) => {
      const details = { error, cause: causeText };
      if (isTimeout(error))
        record(line, 'LambdaFunctionTimedOut', 'lambdaFunctionTimedOutEventDetails', details);
      else record(line, 'LambdaFunctionFailed', 'lambdaFunctionFailedEventDetails', details);
    },
  };
}

function isTimeout(error: string): boolean {
  return error === TIMEOUT_ERROR || error === HEARTBEAT_ERROR;
}
