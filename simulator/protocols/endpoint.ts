import { AwsFailure, NotSimulatedError } from '../contracts.ts';
import { LostResponseError, type KernelHost } from '../kernel/index.ts';
import type { ApiModel } from './api-model.ts';
import { decodeRequest, modelOfRequest, signatureOf, type DecodedRequest } from './decode-request.ts';
import { createCanon } from './canonical-values.ts';
import { encodeFailure, encodeOutput } from './encode-response.ts';
import { bodyOfText, type HttpRequest, type HttpResponse } from './http-message.ts';

/** The one core of both transports: answers an HTTP request to the simulated AWS. */
interface Endpoint {
  /**
   * @param invocation  the guest that sent it, when the running code does not tell
   * @returns the response, or `lost` when the connection breaks before it
   */
  handle(request: HttpRequest, invocation?: string): Promise<HttpResponse | 'lost'>;
}

/** How services name a caller whose key they do not know, where that is not UnrecognizedClientException. */
const UNKNOWN_CALLER_CODES: Readonly<Record<string, string>> = {
  ec2: 'AuthFailure',
  s3: 'InvalidAccessKeyId',
  sns: 'InvalidClientTokenId',
  sts: 'InvalidClientTokenId',
};

const inModelOrder = createCanon({ inHeaders: false, blob: (value) => value });

export function createEndpoint(kernel: KernelHost): Endpoint {
  let answers = 0;
  return {
    async handle(request, invocation) {
      const understood = understand(kernel, request);
      if (understood instanceof NotSimulatedError) return unknownService(understood);
      const { model, operation, input, refusal, principal } = understood;
      try {
        const output = await kernel.arrive({
          service: model.service,
          operation,
          input,
          principal,
          ...(invocation === undefined ? {} : { invocation }),
          ...(refusal === undefined ? {} : { refusal }),
        });
        const response = dated(encodeOutput(model, operation, output, nextId()));
        return request.method === 'HEAD' ? { ...response, body: new Uint8Array() } : response;
      } catch (error) {
        if (error instanceof LostResponseError) return 'lost';
        const response = dated(encodeFailure(model, failureOf(error), nextId()));
        if (request.method !== 'HEAD') return response;
        const { 'content-length': _length, ...headers } = response.headers;
        return { ...response, headers, body: new Uint8Array() };
      }
    },
  };

  /** Clients compare the date with their own clock, and correct it, and try again, when it is far off. */
  function dated(response: HttpResponse): HttpResponse {
    response.headers['date'] = new Date(kernel.clock.nowMs()).toUTCString();
    return response;
  }

  function nextId(): string {
    answers += 1;
    return `00000000-0000-4000-9000-${answers.toString(16).padStart(12, '0')}`;
  }
}

interface Understood extends DecodedRequest {
  readonly principal: KernelHost['root'];
  readonly refusal: Error | undefined;
}

function understand(kernel: KernelHost, request: HttpRequest): Understood | NotSimulatedError {
  let model: ApiModel;
  try {
    model = modelOfRequest(request);
  } catch (error) {
    if (!(error instanceof NotSimulatedError)) throw error;
    kernel.violate('not-simulated', error.message);
    return error;
  }
  const accessKeyId = signatureOf(request)?.accessKeyId;
  const principal = accessKeyId === undefined ? undefined : kernel.accessKeys.principalOf(accessKeyId);
  if (principal === undefined) {
    const code = UNKNOWN_CALLER_CODES[model.service] ?? 'UnrecognizedClientException';
    const refusal = new AwsFailure(code, 'The security token included in the request is invalid.', 403);
    const stranger = { kind: 'service', id: `unknown key ${accessKeyId ?? '(unsigned)'}` } as const;
    return { model, operation: 'Unknown', input: {}, principal: stranger, refusal };
  }
  try {
    const { operation, input } = decodeRequest(model, request);
    const shape = model.operations[operation]?.input;
    const ordered = shape === undefined ? input : inModelOrder(model, shape, input);
    return { model, operation, input: ordered, principal, refusal: undefined };
  } catch (error) {
    const refusal =
      error instanceof SyntaxError
        ? new AwsFailure('SerializationException', `The body is no JSON: ${error.message}`)
        : error;
    if (!(refusal instanceof Error)) throw error;
    return { model, operation: 'Unknown', input: {}, principal, refusal };
  }
}

export function failureOf(error: unknown): AwsFailure {
  if (error instanceof AwsFailure) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof NotSimulatedError) return new AwsFailure('UnknownOperationException', message);
  return new AwsFailure('InternalFailure', message, 500);
}

function unknownService(error: NotSimulatedError): HttpResponse {
  return {
    statusCode: 400,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'UnknownOperationException' },
    body: bodyOfText(JSON.stringify({ __type: 'UnknownOperationException', message: error.message })),
  };
}
