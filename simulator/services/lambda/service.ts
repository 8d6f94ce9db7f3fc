import * as z from 'zod';
import {
  AwsFailure,
  NotSimulatedError,
  operation,
  type Kernel,
  type Operation,
  type ResourceHandler,
  type SimulatedService,
} from '../../contracts.ts';
import { Blob, bytesOf, textOf } from '../bytes.ts';
import { known } from '../known.ts';
import { AsyncInvoker } from './async-invocation.ts';
import { LATEST, type LambdaFunction } from './function.ts';
import { loadGuestHandler, type GuestHandler } from './guest-handler.ts';
import { Invoker, type InvokerOptions } from './invoker.ts';
import { lambdaResources, qualifierOf, type FunctionRegistry } from './resources.ts';

const LARGEST_REQUEST_BYTES = 6_291_456;
const LARGEST_EVENT_BYTES = 1_048_576;

interface LambdaOptions extends InvokerOptions {
  /** directory with the content of a code asset of the template */
  readonly codeDirectory?: ((code: { bucket: string; key: string }) => string) | undefined;
  /** handlers handed over in place of assets, by function name or logical id */
  readonly handlers?: Readonly<Record<string, GuestHandler>> | undefined;
}

export interface LambdaService extends SimulatedService {
  readonly resources: Readonly<Record<string, ResourceHandler>>;
  readonly functions: ReadonlyMap<string, LambdaFunction>;
  /** whether a guest's invocation has timed out: its requests must not be served */
  isDead(guestId: string): boolean;
}

/** Lambda: functions of the template, run in this process as guests of the simulation. */
export function createLambdaService(kernel: Kernel, options: LambdaOptions): LambdaService {
  const functions = new Map<string, LambdaFunction>();
  const invoker = new Invoker(kernel, options);
  kernel.passes.onLeftOut((arn) => stayWarm(functions.get(nameOf(arn)), kernel.clock.nowMs()));
  const registry: FunctionRegistry = {
    add: (lambda) => void functions.set(lambda.name, lambda),
    find: (reference) => findFunction(functions, reference),
    async load(names, code, handler) {
      const handed = names.map((name) => options.handlers?.[name]).find((found) => found !== undefined);
      if (handed !== undefined) return handed;
      if (options.codeDirectory === undefined) {
        throw new NotSimulatedError(
          `Function ${names.join(' or ')} was handed no handler and has no code directory`,
        );
      }
      return loadGuestHandler(options.codeDirectory(code), handler);
    },
  };
  return {
    name: 'lambda',
    functions,
    operations: { Invoke: invoke(kernel, registry, invoker) },
    resources: lambdaResources(registry),
    resourcePolicies: (arn) => functions.get(nameOf(arn))?.policies ?? [],
    isDead: (guestId) => invoker.isDead(guestId),
  };
}

const InvokeRequest = z.strictObject({
  FunctionName: z.string(),
  Qualifier: z.string().optional(),
  InvocationType: z.enum(['RequestResponse', 'Event']).default('RequestResponse'),
  LogType: z.literal('None').optional(),
  Payload: Blob.default(new Uint8Array()),
  ClientContext: z.undefined().optional(),
});

function invoke(kernel: Kernel, registry: FunctionRegistry, invoker: Invoker): Operation {
  const async = new AsyncInvoker(kernel, invoker);
  return operation(known('lambda Invoke', InvokeRequest), {
    permissions(input) {
      const qualifier = input.Qualifier ?? qualifierOf(input.FunctionName);
      const arn = `arn:aws:lambda:${kernel.region}:${kernel.accountId}:function:${nameOf(input.FunctionName)}`;
      const resource = qualifier === LATEST ? arn : `${arn}:${qualifier}`;
      return [{ action: 'lambda:InvokeFunction', resource }];
    },
    async run(input, { requestId }) {
      const lambda = registry.find(input.FunctionName);
      const qualifier = input.Qualifier ?? qualifierOf(input.FunctionName);
      if (!lambda.qualifiers.has(qualifier)) throw notFound(`${lambda.arn}:${qualifier}`);
      const payload = eventOf(input.Payload, input.InvocationType);
      if (input.InvocationType === 'Event') {
        async.enqueue(lambda, { payload, requestId, qualifier });
        return { StatusCode: 202 };
      }
      const result = await invoker.invoke(lambda, { payload, requestId, qualifier });
      return {
        StatusCode: 200,
        ExecutedVersion: LATEST,
        Payload: bytesOf(result.payload),
        ...(result.failed && { FunctionError: 'Unhandled' }),
      };
    },
  });
}

function eventOf(payload: Uint8Array, invocationType: 'RequestResponse' | 'Event'): string {
  const limitBytes = invocationType === 'Event' ? LARGEST_EVENT_BYTES : LARGEST_REQUEST_BYTES;
  if (payload.length > limitBytes) {
    throw new AwsFailure(
      'RequestTooLargeException',
      `Request must be smaller than ${limitBytes} bytes for the InvokeFunction operation`,
      413,
    );
  }
  const text = payload.length === 0 ? '{}' : textOf(payload);
  try {
    JSON.parse(text);
  } catch {
    throw new AwsFailure('InvalidRequestContentException', 'Could not parse request body into json', 400);
  }
  return text;
}

function findFunction(functions: ReadonlyMap<string, LambdaFunction>, reference: string): LambdaFunction {
  const lambda = functions.get(nameOf(reference));
  if (lambda === undefined) throw notFound(reference);
  return lambda;
}

/** As if it had been invoked now, when an environment of it is there. */
function stayWarm(lambda: LambdaFunction | undefined, nowMs: number): void {
  const warm = lambda?.environments.filter(({ busy }) => !busy).at(-1);
  if (warm !== undefined) warm.lastUsedAtMs = nowMs;
}

function notFound(reference: string): AwsFailure {
  return new AwsFailure('ResourceNotFoundException', `Function not found: ${reference}`, 404);
}

/** The plain name in `name`, `name:qualifier`, an ARN, or `account:function:name`. */
function nameOf(reference: string): string {
  const parts = reference.split(':');
  const marker = parts.indexOf('function');
  return (marker === -1 ? parts[0] : parts[marker + 1]) ?? reference;
}
