import * as z from 'zod';
import {
  AwsFailure,
  NotSimulatedError,
  type CallContext,
  type Clock,
  type Kernel,
  type Operation,
  type SimulatedService,
} from '../contracts.ts';
import type { AdmittedCall } from './admission.ts';
import { checkInput, outputFault } from './check-call.ts';
import type { AccessControl } from './iam/access-control.ts';
import { accessDenied, throttled } from './refusals.ts';
import type { Quotas } from './quotas.ts';
import { textOf } from './value-text.ts';

interface PipelineParts {
  readonly clock: Clock;
  readonly services: ReadonlyMap<string, SimulatedService>;
  readonly trace: Kernel['trace'];
  readonly fault: Kernel['fault'];
  readonly violate: (kind: 'not-simulated' | 'service', message: string) => void;
  readonly quotas: Quotas;
  readonly access: AccessControl;
}

/** The connection broke before the answer; whether the request was carried out, nobody can tell. */
export class LostResponseError extends AwsFailure {
  constructor(service: string, operation: string) {
    super('SdkClientException', `The connection was reset before ${service} ${operation} answered`, 500);
  }
}

const TRACED_CHARACTERS = 600;

/**
 * What stands between a caller and an operation: is it known, does the input fit the published model, may the
 * caller, is it within the quotas, is a fault due; then the operation itself, and the model once more for its
 * output.
 */
export function createCallPipeline(parts: PipelineParts): (call: AdmittedCall) => Promise<unknown> {
  const { clock, trace } = parts;
  return async (call) => {
    const late = call.refusal === undefined ? parts.fault('latency', subjectOf(call)) : undefined;
    if (late !== undefined) await clock.sleep(late.seconds * 1000, `${call.service} is slow`);
    const context: CallContext = {
      principal: call.principal,
      requestId: call.requestId,
      nowMs: clock.nowMs(),
    };
    const detail = {
      service: call.service,
      operation: call.operation,
      by: call.principal.id,
      ...(call.invocation === '' ? {} : { invocation: call.invocation }),
      input: textOf(call.input, TRACED_CHARACTERS),
    };
    try {
      const output = await carryOut(parts, call, context);
      trace('call', { ...detail, output: textOf(output ?? {}, TRACED_CHARACTERS) });
      return output;
    } catch (error) {
      const { code, message } = describe(error);
      trace('call', { ...detail, error: code, message });
      if (error instanceof NotSimulatedError) parts.violate('not-simulated', message);
      else if (!(error instanceof AwsFailure))
        parts.violate('service', `${call.service}:${call.operation}: ${message}`);
      throw error;
    }
  };
}

async function carryOut(parts: PipelineParts, call: AdmittedCall, context: CallContext): Promise<unknown> {
  if (call.refusal !== undefined) throw call.refusal;
  const operation = knownOperation(parts.services, call.service, call.operation);
  checkInput(call.service, call.operation, call.input);
  const subject = subjectOf(call);
  if (parts.fault('reset', subject) !== undefined) throw new LostResponseError(call.service, call.operation);
  if (parts.fault('throttle', subject) !== undefined) throw throttled(call.service);
  if (parts.fault('server-error', subject) !== undefined) {
    throw new AwsFailure(
      'InternalFailure',
      'The request processing has failed because of an internal error',
      500,
    );
  }
  parts.quotas.admit(call.service, call.operation, call.input, context.nowMs);
  const permissions = asked(call, () => operation.permissions(call.input, context));
  const denial = parts.access.denial(call.principal, permissions);
  if (denial !== undefined) throw accessDenied(call.service, denial);
  const output: unknown = await asked(call, () => operation.run(call.input, context));
  const fault = outputFault(call.service, call.operation, output);
  if (fault !== undefined) parts.violate('service', fault);
  if (parts.fault('lost-response', subject) !== undefined)
    throw new LostResponseError(call.service, call.operation);
  return output;
}

function subjectOf({ service, operation, principal }: AdmittedCall) {
  return { service, operation, principal: principal.id };
}

function knownOperation(
  services: PipelineParts['services'],
  serviceName: string,
  operationName: string,
): Operation {
  const service = services.get(serviceName);
  if (service === undefined) throw new NotSimulatedError(`Service ${serviceName} is not simulated`);
  const operation = service.operations[operationName];
  if (operation === undefined) {
    throw new NotSimulatedError(`Operation ${serviceName}:${operationName} is not simulated`);
  }
  return operation;
}

/** An input that the operation's own schema refuses is one that the simulator does not know. */
function asked<T>(call: AdmittedCall, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    throw new NotSimulatedError(
      `Input of ${call.service}:${call.operation} is not simulated: ${z.prettifyError(error)}; input ${textOf(call.input)}`,
    );
  }
}

function describe(error: unknown): { code: string; message: string } {
  if (error instanceof AwsFailure) return { code: error.code, message: error.message };
  if (error instanceof Error) return { code: error.name, message: error.message };
  return { code: 'Error', message: String(error) };
}
