/** A Task's call: its arguments in the API's form, the answer in the form of states. */
import * as z from 'zod';
import { AwsFailure } from '../contracts.ts';
import { bytesOf, textOf } from '../services/bytes.ts';
import { uuid } from '../services/names.ts';
import { StateFailure } from './failures.ts';
import type { ExecutionScope } from './flow.ts';
import { camelCase, pascalCase } from './integrations.ts';
import type { Integration } from './integrations.ts';
import { errorNameOf } from './service-errors.ts';

/**
 * Calls what the Task's resource names, as the state machine's role.
 *
 * @param input  the evaluated Arguments
 * @returns what `$states.result` holds for a plain request
 * @throws StateFailure  named as Step Functions names errors of that service
 * @throws NotSimulatedError  for what the simulated service does not know
 */
export async function callIntegration(
  scope: ExecutionScope,
  integration: Integration,
  input: unknown,
): Promise<unknown> {
  const answer = await callService(scope, integration, integration.operation, requestOf(integration, input));
  return answerOf(scope, integration, answer);
}

/**
 * Calls an operation of the integration's service, as the role.
 *
 * @throws StateFailure  for errors that the service answers
 */
export async function callService(
  scope: ExecutionScope,
  integration: Integration,
  operation: string,
  request: unknown,
): Promise<unknown> {
  try {
    return await scope.kernel.call(integration.service, operation, request, scope.principal);
  } catch (error) {
    if (!(error instanceof AwsFailure)) throw error;
    throw serviceFailure(scope, integration, error);
  }
}

/** A service's error as the error of a state. */
function serviceFailure(scope: ExecutionScope, integration: Integration, failure: AwsFailure): StateFailure {
  const { errorPrefix } = integration;
  const requestId = uuid(scope.random);
  const where = `(Service: ${errorPrefix}, Status Code: ${failure.statusCode}, Request ID: ${requestId})`;
  return new StateFailure(errorNameOf(integration, failure.code), `${failure.message} ${where}`);
}

const Members = z.record(z.string(), z.unknown());

function requestOf(integration: Integration, input: unknown): unknown {
  if (integration.functionArn !== undefined)
    return { FunctionName: integration.functionArn, Payload: bytesOf(JSON.stringify(input)) };
  const members = Members.safeParse(input);
  if (!members.success)
    throw new StateFailure('States.Runtime', `The arguments of ${integration.resource} are not an object.`);
  return integration.kind === 'sdk'
    ? sdkRequest(integration, members.data)
    : optimizedRequest(integration, members.data);
}

function sdkRequest({ service, operation }: Integration, members: Record<string, unknown>): unknown {
  if (service === 'sfn') return renamed(members, camelCase);
  if (service === 'lambda' && operation === 'Invoke' && members['Payload'] !== undefined) {
    return { ...members, Payload: bytesOf(asText(members['Payload'])) };
  }
  return members;
}

/** Optimized integrations take JSON where the API takes text. */
function optimizedRequest({ operation }: Integration, members: Record<string, unknown>): unknown {
  switch (operation) {
    case 'Invoke':
      return 'Payload' in members
        ? { ...members, Payload: bytesOf(JSON.stringify(members['Payload'])) }
        : members;
    case 'StartExecution':
      return renamed(
        'Input' in members ? { ...members, Input: asJson(members['Input']) } : members,
        camelCase,
      );
    case 'Publish':
      return { ...members, Message: asText(members['Message']) };
    case 'SendMessage':
      return { ...members, MessageBody: asText(members['MessageBody']) };
    case 'PutEvents': {
      const entries = z.array(Members).parse(members['Entries']);
      return { ...members, Entries: entries.map((entry) => ({ ...entry, Detail: asText(entry['Detail']) })) };
    }
    default:
      return members;
  }
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

/** Text that is JSON already stays as it is. */
function asJson(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  try {
    JSON.parse(value);
    return value;
  } catch {
    return JSON.stringify(value);
  }
}

const LambdaAnswer = z.looseObject({
  StatusCode: z.number().optional(),
  ExecutedVersion: z.string().optional(),
  FunctionError: z.string().optional(),
  Payload: z.union([z.instanceof(Uint8Array), z.string()]).optional(),
});
const EventsAnswer = z.looseObject({ FailedEntryCount: z.number().optional() });

function answerOf(scope: ExecutionScope, integration: Integration, answer: unknown): unknown {
  const { kind, operation, service } = integration;
  if (kind === 'sdk') return inStates(answer, (date) => date.toISOString(), service === 'sfn');
  if (operation === 'Invoke') return functionAnswer(scope, integration, LambdaAnswer.parse(answer ?? {}));
  if (operation === 'PutEvents' && (EventsAnswer.parse(answer ?? {}).FailedEntryCount ?? 0) > 0) {
    throw new StateFailure('EventBridge.FailedEntry', JSON.stringify(answer));
  }
  const members = Members.parse(inStates(answer ?? {}, (date) => date.getTime(), service === 'sfn'));
  return { ...members, ...sdkMetadata(scope, 200) };
}

function functionAnswer(
  scope: ExecutionScope,
  { kind }: Integration,
  answer: z.output<typeof LambdaAnswer>,
): unknown {
  const text = answer.Payload instanceof Uint8Array ? textOf(answer.Payload) : answer.Payload;
  if (answer.FunctionError !== undefined) throw functionFailure(text ?? '');
  const payload = text === undefined || text === '' ? undefined : parsedOrText(text);
  if (kind === 'function') return payload ?? null;
  const statusCode = answer.StatusCode ?? 200;
  return {
    ...(answer.ExecutedVersion === undefined ? {} : { ExecutedVersion: answer.ExecutedVersion }),
    ...(payload === undefined ? {} : { Payload: payload }),
    ...sdkMetadata(scope, statusCode),
    StatusCode: statusCode,
  };
}

const FunctionError = z.looseObject({ errorType: z.string().min(1) });

/** The error's type is its name; a function that dies without one is `Lambda.Unknown`. */
function functionFailure(text: string): StateFailure {
  const error = FunctionError.safeParse(parsedOrText(text));
  return new StateFailure(error.success ? error.data.errorType : 'Lambda.Unknown', text);
}

function parsedOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function sdkMetadata(scope: ExecutionScope, statusCode: number): Record<string, unknown> {
  return {
    SdkHttpMetadata: { HttpStatusCode: statusCode },
    SdkResponseMetadata: { RequestId: uuid(scope.random) },
  };
}

function renamed(
  members: Record<string, unknown>,
  rename: (name: string) => string,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [rename(name), value]));
}

/** Dates and bytes as JSON; members in Pascal case where the API's are not. */
export function inStates(value: unknown, dateOf: (date: Date) => unknown, rename: boolean): unknown {
  if (value instanceof Date) return dateOf(value);
  if (value instanceof Uint8Array) return textOf(value);
  if (Array.isArray(value)) return value.map((item) => inStates(item, dateOf, rename));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(
    ([name, member]) => member !== undefined && name !== '$metadata',
  );
  return Object.fromEntries(
    entries.map(([name, member]) => [rename ? pascalCase(name) : name, inStates(member, dateOf, rename)]),
  );
}
