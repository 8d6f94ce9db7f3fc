/** From an HTTP request to the service, operation, input and caller it means. */
import { NotSimulatedError } from '../contracts.ts';
import { apiModel, MODELLED_SERVICES, type ApiModel } from './api-model.ts';
import { decodeAwsChunked } from './aws-chunked.ts';
import { textOfBody, type HttpRequest } from './http-message.ts';
import { valueOfJson } from './json-values.ts';
import { valueOfForm } from './query-values.ts';
import { restInput } from './rest-values.ts';
import { route } from './rest-routes.ts';

export interface DecodedRequest {
  readonly model: ApiModel;
  readonly operation: string;
  readonly input: unknown;
}

/** Who signed a request, and for which service. */
interface Signature {
  readonly accessKeyId: string;
  readonly signingName: string;
}

/** What the Authorization header says of AWS Signature Version 4; undefined for an unsigned request. */
export function signatureOf(request: HttpRequest): Signature | undefined {
  const match = /Credential=([^/]+)\/\d{8}\/[^/]*\/([^/]+)\/aws4_request/.exec(
    request.headers['authorization'] ?? '',
  );
  const [, accessKeyId, signingName] = match ?? [];
  return accessKeyId === undefined || signingName === undefined ? undefined : { accessKeyId, signingName };
}

/**
 * The model of the service a request is for.
 * @throws NotSimulatedError when no service here speaks that target or signs by that name
 */
export function modelOfRequest(request: HttpRequest): ApiModel {
  const target = request.headers['x-amz-target']?.split('.')[0];
  const signingName = signatureOf(request)?.signingName;
  const model =
    target === undefined
      ? bySigningName().get(signingName ?? '')
      : MODELLED_SERVICES.map(apiModel).find((candidate) => candidate?.targetPrefix === target);
  if (model === undefined) {
    const asked = target ?? signingName ?? `${request.method} ${request.path}`;
    throw new NotSimulatedError(
      `A request for ${asked} reached the simulated AWS, which has no such service`,
    );
  }
  return model;
}

let signingNames: Map<string, ApiModel> | undefined;

function bySigningName(): Map<string, ApiModel> {
  signingNames ??= new Map(
    MODELLED_SERVICES.flatMap((service): [string, ApiModel][] => {
      const model = apiModel(service);
      return model === undefined ? [] : [[model.signingName, model]];
    }),
  );
  return signingNames;
}

/**
 * What a request asks for.
 * @throws NotSimulatedError when the model has no such operation
 */
export function decodeRequest(model: ApiModel, request: HttpRequest): DecodedRequest {
  switch (model.protocol) {
    case 'json': {
      const operation = request.headers['x-amz-target']?.split('.')[1] ?? '';
      const shape = knownOperation(model, operation).input;
      const json: unknown = request.body.length === 0 ? {} : JSON.parse(textOfBody(request.body));
      return { model, operation, input: shape === undefined ? {} : valueOfJson(model, shape, json) };
    }
    case 'query':
    case 'ec2': {
      const form = new URLSearchParams(textOfBody(request.body));
      const operation = form.get('Action') ?? '';
      form.delete('Action');
      form.delete('Version');
      const shape = knownOperation(model, operation).input;
      return { model, operation, input: shape === undefined ? {} : valueOfForm(model, shape, form) };
    }
    case 'rest-json':
    case 'rest-xml': {
      const located = decodeAwsChunked(model.service === 's3' ? withBucketInPath(request) : request);
      const routed = route(model, located);
      if (routed === undefined) {
        const asked = located.query.get('x-id') ?? `${request.method} ${request.path}`;
        throw new NotSimulatedError(`There is no API model of ${model.service}:${asked}`);
      }
      const operation = knownOperation(model, routed.operation);
      return {
        model,
        operation: routed.operation,
        input: restInput(model, operation, routed.labels, located),
      };
    }
  }
}

function knownOperation(model: ApiModel, name: string): ApiModel['operations'][string] {
  const operation = model.operations[name];
  if (operation === undefined)
    throw new NotSimulatedError(`There is no API model of ${model.service}:${name}`);
  return operation;
}

/** S3's virtual-host style names the bucket in the host: `bucket.s3.us-east-1.amazonaws.com`, `bucket.localhost`. */
function withBucketInPath(request: HttpRequest): HttpRequest {
  const host = request.headers['host'] ?? '';
  const [, bucket] =
    /^(.+)\.(?:s3[.-][a-z0-9.-]*amazonaws\.com|localhost|127\.0\.0\.1)(?::\d+)?$/.exec(host) ?? [];
  return bucket === undefined
    ? request
    : { ...request, path: `/${bucket}${request.path === '/' ? '' : request.path}` };
}
