/** From an operation's output, or its failure, to the HTTP response an SDK client understands. */
import type { AwsFailure } from '../contracts.ts';
import { NotSimulatedError } from '../contracts.ts';
import { shapeOf, type ApiModel, type ApiOperation } from './api-model.ts';
import { bodyOfText, type HttpResponse } from './http-message.ts';
import { jsonOfValue } from './json-values.ts';
import { restResponse } from './rest-values.ts';
import { escapeXml, xmlOfMembers } from './xml-values.ts';

/** @throws TypeError when the output has members of the wrong type */
export function encodeOutput(
  model: ApiModel,
  name: string,
  output: unknown,
  requestId: string,
): HttpResponse {
  const operation = model.operations[name];
  if (operation === undefined)
    throw new NotSimulatedError(`There is no API model of ${model.service}:${name}`);
  const response = bareOutput(model, name, operation, output, requestId);
  response.headers['x-amzn-requestid'] = requestId;
  if (model.service === 's3') response.headers['x-amz-request-id'] = requestId;
  response.headers['content-length'] ??= String(response.body.byteLength);
  return response;
}

function bareOutput(
  model: ApiModel,
  name: string,
  operation: ApiOperation,
  output: unknown,
  requestId: string,
): HttpResponse {
  switch (model.protocol) {
    case 'json': {
      const json = operation.output === undefined ? {} : jsonOfValue(model, operation.output, output ?? {});
      return jsonResponse(model, 200, json ?? {});
    }
    case 'query': {
      const inner =
        operation.output === undefined ? '' : xmlOfMembers(model, shapeOf(model, operation.output), output);
      const wrapper = operation.resultWrapper ?? `${name}Result`;
      return xmlResponse(
        200,
        `<${name}Response xmlns="${model.xmlNamespace ?? ''}"><${wrapper}>${inner}</${wrapper}>` +
          `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${name}Response>`,
      );
    }
    case 'ec2': {
      const inner =
        operation.output === undefined ? '' : xmlOfMembers(model, shapeOf(model, operation.output), output);
      return xmlResponse(
        200,
        `<${name}Response xmlns="${model.xmlNamespace ?? ''}"><requestId>${requestId}</requestId>${inner}</${name}Response>`,
      );
    }
    case 'rest-json':
    case 'rest-xml':
      return restResponse(model, operation, output);
  }
}

/** A failure in the words of the service's protocol. */
export function encodeFailure(model: ApiModel, failure: AwsFailure, requestId: string): HttpResponse {
  const { shapeName, code } = namesOf(model, failure.code);
  const statusCode = failure.statusCode;
  const response = failureBody(model, failure, statusCode, shapeName, code, requestId);
  response.headers['x-amzn-requestid'] = requestId;
  response.headers['content-length'] = String(response.body.byteLength);
  return response;
}

function failureBody(
  model: ApiModel,
  failure: AwsFailure,
  statusCode: number,
  shapeName: string,
  code: string,
  requestId: string,
): HttpResponse {
  const message = escapeXml(failure.message);
  const fault = statusCode >= 500 ? 'Receiver' : 'Sender';
  switch (model.protocol) {
    case 'json':
    case 'rest-json': {
      const body = {
        __type: shapeName,
        message: failure.message,
        Message: failure.message,
        ...failure.details,
      };
      const response = jsonResponse(model, statusCode, body);
      response.headers['x-amzn-errortype'] = shapeName;
      if (model.queryCompatible) response.headers['x-amzn-query-error'] = `${code};${fault}`;
      return response;
    }
    case 'query':
      return xmlResponse(
        statusCode,
        `<ErrorResponse xmlns="${model.xmlNamespace ?? ''}"><Error><Type>${fault}</Type><Code>${code}</Code>` +
          `<Message>${message}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
      );
    case 'ec2':
      return xmlResponse(
        statusCode,
        `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors>` +
          `<RequestID>${requestId}</RequestID></Response>`,
      );
    case 'rest-xml': {
      const details = Object.entries(failure.details)
        .map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`)
        .join('');
      return xmlResponse(
        statusCode,
        `<Error><Code>${code}</Code><Message>${message}</Message>${details}<RequestId>${requestId}</RequestId></Error>`,
      );
    }
  }
}

/** A failure may be named by its shape or by its code on the wire; both are needed. */
export function namesOf(model: ApiModel, name: string): { shapeName: string; code: string } {
  const shape = model.shapes[name];
  if (shape?.exception === true) return { shapeName: name, code: shape.error?.code ?? name };
  const found = Object.entries(model.shapes).find(
    ([, { exception, error }]) => exception === true && error?.code === name,
  );
  return { shapeName: found?.[0] ?? name, code: name };
}

function jsonResponse(model: ApiModel, statusCode: number, body: unknown): HttpResponse {
  const contentType =
    model.protocol === 'json' ? `application/x-amz-json-${model.jsonVersion ?? '1.0'}` : 'application/json';
  return { statusCode, headers: { 'content-type': contentType }, body: bodyOfText(JSON.stringify(body)) };
}

function xmlResponse(statusCode: number, xml: string): HttpResponse {
  return {
    statusCode,
    headers: { 'content-type': 'text/xml' },
    body: bodyOfText(`<?xml version="1.0" encoding="UTF-8"?>\n${xml}`),
  };
}
