/** Members that travel in path, query, headers and body, for rest-json and rest-xml. */
import { shapeOf, type ApiModel, type ApiOperation, type Reference, type Shape } from './api-model.ts';
import { bodyOfText, isMembers, textOfBody, type HttpRequest, type HttpResponse } from './http-message.ts';
import { jsonOfValue, valueOfJson } from './json-values.ts';
import { textOfValue, valueOfText } from './scalar-values.ts';
import { valueOfXml, xmlOfMembers } from './xml-values.ts';

/** The input of an operation from the parts of its request. */
export function restInput(
  model: ApiModel,
  operation: ApiOperation,
  labels: Readonly<Record<string, string>>,
  request: HttpRequest,
): unknown {
  if (operation.input === undefined) return {};
  const shape = shapeOf(model, operation.input);
  const input: Record<string, unknown> = bodyMembers(model, operation.input, shape, request);
  for (const [name, reference] of Object.entries(shape.members)) {
    const value = boundValue(model, name, reference, labels, request);
    if (value !== undefined) input[name] = value;
  }
  return input;
}

function boundValue(
  model: ApiModel,
  name: string,
  reference: Reference,
  labels: Readonly<Record<string, string>>,
  { query, headers }: HttpRequest,
): unknown {
  const wire = reference.locationName ?? name;
  const shape = shapeOf(model, reference.shape);
  switch (reference.location) {
    case 'uri': {
      const text = labels[wire];
      return text === undefined ? undefined : valueOfText(shape, text, 'iso8601');
    }
    case 'querystring': {
      if (!query.has(wire)) return undefined;
      if (shape.type !== 'list' || shape.member === undefined)
        return valueOfText(shape, query.get(wire) ?? '', 'iso8601');
      const inner = shapeOf(model, shape.member.shape);
      return query.getAll(wire).map((text) => valueOfText(inner, text, 'iso8601'));
    }
    case 'header': {
      const text = headers[wire.toLowerCase()];
      if (text === undefined) return undefined;
      if (shape.type !== 'list' || shape.member === undefined) return valueOfText(shape, text, 'rfc822');
      const inner = shapeOf(model, shape.member.shape);
      return text.split(',').map((part) => valueOfText(inner, part.trim(), 'rfc822'));
    }
    case 'headers': {
      const prefix = wire.toLowerCase();
      const found = Object.entries(headers).filter(([key]) => key.startsWith(prefix));
      if (found.length === 0) return undefined;
      return Object.fromEntries(found.map(([key, text]) => [key.slice(prefix.length), text]));
    }
    default:
      return undefined;
  }
}

function bodyMembers(
  model: ApiModel,
  shapeName: string,
  shape: Shape,
  request: HttpRequest,
): Record<string, unknown> {
  if (shape.payload !== undefined) {
    const reference = shape.members[shape.payload];
    if (reference === undefined || (request.body.length === 0 && reference.streaming !== true)) return {};
    const payload = shapeOf(model, reference.shape);
    if (payload.type === 'blob') return { [shape.payload]: request.body };
    if (payload.type === 'string') return { [shape.payload]: textOfBody(request.body) };
    return { [shape.payload]: parsedBody(model, reference.shape, request.body) };
  }
  if (request.body.length === 0) return {};
  const parsed = parsedBody(model, shapeName, request.body);
  return isMembers(parsed) ? { ...parsed } : {};
}

function parsedBody(model: ApiModel, shapeName: string, body: Uint8Array): unknown {
  const text = textOfBody(body);
  return model.protocol === 'rest-xml'
    ? valueOfXml(model, shapeName, text)
    : valueOfJson(model, shapeName, JSON.parse(text));
}

/** The response that carries an operation's output. */
export function restResponse(model: ApiModel, operation: ApiOperation, output: unknown): HttpResponse {
  const members = isMembers(output) ? output : {};
  const headers: Record<string, string> = {};
  let statusCode = operation.http.responseCode ?? 200;
  if (operation.output === undefined) return { statusCode, headers, body: new Uint8Array() };
  const shape = shapeOf(model, operation.output);
  for (const [name, reference] of Object.entries(shape.members)) {
    const value = members[name];
    if (value === undefined || reference.location === undefined) continue;
    const inner = shapeOf(model, reference.shape);
    const wire = reference.locationName ?? name;
    if (reference.location === 'statusCode') statusCode = Number(value);
    else if (reference.location === 'header')
      headers[wire.toLowerCase()] = textOfValue(inner, value, 'rfc822');
    else if (reference.location === 'headers' && isMembers(value)) {
      for (const [key, text] of Object.entries(value)) headers[`${wire}${key}`.toLowerCase()] = String(text);
    }
  }
  const body = responseBody(model, operation.output, shape, members);
  if (body.contentType !== undefined) headers['content-type'] ??= body.contentType;
  return { statusCode, headers, body: body.bytes };
}

interface Body {
  readonly bytes: Uint8Array;
  readonly contentType?: string;
}

function responseBody(
  model: ApiModel,
  shapeName: string,
  shape: Shape,
  members: Readonly<Record<string, unknown>>,
): Body {
  const reference = shape.payload === undefined ? undefined : shape.members[shape.payload];
  if (shape.payload !== undefined && reference !== undefined) {
    const value = members[shape.payload];
    if (value instanceof Uint8Array) return { bytes: value };
    if (typeof value === 'string') return { bytes: bodyOfText(value) };
    if (value === undefined) return { bytes: new Uint8Array() };
    return encodedBody(model, reference.shape, reference.locationName ?? reference.shape, value);
  }
  const inBody = Object.fromEntries(
    Object.entries(members).filter(([name]) => shape.members[name]?.location === undefined),
  );
  const travels = Object.values(shape.members).some(({ location }) => location === undefined);
  return travels ? encodedBody(model, shapeName, shapeName, inBody) : { bytes: new Uint8Array() };
}

function encodedBody(model: ApiModel, shapeName: string, root: string, value: unknown): Body {
  if (model.protocol === 'rest-json') {
    return {
      bytes: bodyOfText(JSON.stringify(jsonOfValue(model, shapeName, value))),
      contentType: 'application/json',
    };
  }
  const inner = xmlOfMembers(model, shapeOf(model, shapeName), value);
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<${root}>${inner}</${root}>`;
  return { bytes: bodyOfText(xml), contentType: 'application/xml' };
}
