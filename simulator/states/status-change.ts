import type { ServiceEvent } from '../services/eventbridge/event.ts';
import type { Execution } from './execution.ts';

/** Input and output together are left out of the event when they take more, bytes. */
const MOST_DATA_BYTES = 248 * 1024;

/**
 * The event that EventBridge gets when the status of a standard execution changes.
 *
 * @see Step Functions Developer Guide, Automating event delivery with EventBridge
 */
export function statusChangeEvent(execution: Execution): ServiceEvent {
  const { ending, input, machine } = execution;
  const output = ending.output?.text ?? null;
  const included =
    Buffer.byteLength(input.text) + (output === null ? 0 : Buffer.byteLength(output)) <= MOST_DATA_BYTES;
  return {
    source: 'aws.states',
    detailType: 'Step Functions Execution Status Change',
    resources: [execution.arn],
    detail: {
      executionArn: execution.arn,
      stateMachineArn: machine.arn,
      name: execution.executionName,
      status: execution.status,
      startDate: execution.startedAtMs,
      stopDate: execution.stoppedAtMs ?? null,
      input: included ? input.text : null,
      output: included ? output : null,
      inputDetails: { included },
      outputDetails: output === null ? null : { included },
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      redriveCount: execution.redriveCount,
      redriveDate: execution.redrivenAtMs ?? null,
      redriveStatus: execution.redrivable ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
      redriveStatusReason: execution.whyNotRedrivable() ?? null,
      error: ending.error ?? null,
      cause: ending.cause ?? null,
    },
  };
}
