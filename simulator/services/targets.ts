import { NotSimulatedError, type Kernel } from '../contracts.ts';
import { arnResource, arnService } from './names.ts';

/** An API call that hands a text to a target. */
export interface TargetCall {
  readonly service: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/**
 * The call with which AWS services deliver an event to a target of theirs: functions are invoked
 * asynchronously, executions started, messages sent.
 *
 * @throws NotSimulatedError  for targets of other services
 */
export function targetCall(kernel: Kernel, arn: string, text: string): TargetCall {
  switch (arnService(arn)) {
    case 'lambda':
      return {
        service: 'lambda',
        operation: 'Invoke',
        input: { FunctionName: arn, InvocationType: 'Event', Payload: text },
      };
    case 'states':
      return { service: 'sfn', operation: 'StartExecution', input: { stateMachineArn: arn, input: text } };
    case 'sqs':
      return {
        service: 'sqs',
        operation: 'SendMessage',
        input: { QueueUrl: urlOf(kernel, arn), MessageBody: text },
      };
    case 'sns':
      return { service: 'sns', operation: 'Publish', input: { TopicArn: arn, Message: text } };
    default:
      throw new NotSimulatedError(`A target like ${arn} is not simulated`);
  }
}

/** A message for a dead-letter queue, with its reasons as message attributes. */
export function deadLetterCall(
  kernel: Kernel,
  queueArn: string,
  body: string,
  reasons: Readonly<Record<string, string | undefined>>,
): TargetCall {
  const MessageAttributes = Object.fromEntries(
    Object.entries(reasons).flatMap(([name, text]) =>
      text === undefined ? [] : [[name, { DataType: 'String', StringValue: text }]],
    ),
  );
  return {
    service: 'sqs',
    operation: 'SendMessage',
    input: { QueueUrl: urlOf(kernel, queueArn), MessageBody: body, MessageAttributes },
  };
}

function urlOf(kernel: Kernel, queueArn: string): string {
  return `https://sqs.${kernel.region}.amazonaws.com/${kernel.accountId}/${arnResource(queueArn)}`;
}
