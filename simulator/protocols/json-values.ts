/** Values of an API model as JSON, for the protocols json and rest-json. */
import { shapeOf, type ApiModel, type Shape } from './api-model.ts';
import { isMembers } from './http-message.ts';
import { base64Of, timestampOf } from './scalar-values.ts';

/** JSON as it came in, turned into what SDK clients see: Dates, bytes, members by their model names. */
export function valueOfJson(model: ApiModel, shapeName: string, json: unknown): unknown {
  return convert(model, shapeOf(model, shapeName), json, DECODING);
}

/** What an operation answered, turned into JSON. Members that are undefined are left out. */
export function jsonOfValue(model: ApiModel, shapeName: string, value: unknown): unknown {
  return convert(model, shapeOf(model, shapeName), value, ENCODING);
}

interface Direction {
  readonly timestamp: (shape: Shape, value: unknown) => unknown;
  readonly blob: (value: unknown) => unknown;
  readonly number: (value: unknown) => unknown;
  readonly decoding: boolean;
}

const DECODING: Direction = {
  decoding: true,
  timestamp: (_shape, value) =>
    typeof value === 'number' ? new Date(value * 1000) : typeof value === 'string' ? new Date(value) : value,
  blob: (value) => (typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'base64')) : value),
  number: (value) =>
    value === 'NaN' || value === 'Infinity' || value === '-Infinity' ? Number(value) : value,
};

const ENCODING: Direction = {
  decoding: false,
  timestamp: (shape, value) => timestampOf(shape, value, 'unixTimestamp'),
  blob: base64Of,
  number: (value) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value),
};

function convert(model: ApiModel, shape: Shape, value: unknown, direction: Direction): unknown {
  if (shape.document === true || value === null || value === undefined) return value;
  switch (shape.type) {
    case 'structure':
      return isMembers(value) ? convertMembers(model, shape, value, direction) : value;
    case 'list': {
      const member = shape.member;
      if (!Array.isArray(value) || member === undefined) return value;
      const inner = shapeOf(model, member.shape);
      return value.map((element: unknown) => convert(model, inner, element, direction));
    }
    case 'map': {
      if (!isMembers(value) || shape.value === undefined) return value;
      const inner = shapeOf(model, shape.value.shape);
      return Object.fromEntries(
        Object.entries(value).map(([key, element]) => [key, convert(model, inner, element, direction)]),
      );
    }
    case 'timestamp':
      return direction.timestamp(shape, value);
    case 'blob':
      return direction.blob(value);
    case 'float':
    case 'double':
      return direction.number(value);
    default:
      return value;
  }
}

function convertMembers(
  model: ApiModel,
  shape: Shape,
  value: Readonly<Record<string, unknown>>,
  direction: Direction,
): Record<string, unknown> {
  const wireNames = direction.decoding ? namesByWireName(shape) : undefined;
  const converted: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const name = wireNames?.get(key) ?? key;
    const reference = shape.members[name];
    const element = value[key];
    if (element === undefined || (direction.decoding && element === null)) continue;
    if (reference === undefined) {
      // kept, so that the model check names it
      converted[key] = element;
      continue;
    }
    converted[direction.decoding ? name : (reference.locationName ?? name)] = convert(
      model,
      shapeOf(model, reference.shape),
      element,
      direction,
    );
  }
  return converted;
}

const wireNamesOf = new WeakMap<Shape, Map<string, string>>();

function namesByWireName(shape: Shape): Map<string, string> {
  const known = wireNamesOf.get(shape);
  if (known !== undefined) return known;
  const names = new Map(
    Object.entries(shape.members).flatMap(([name, { locationName }]): [string, string][] =>
      locationName === undefined ? [] : [[locationName, name]],
    ),
  );
  wireNamesOf.set(shape, names);
  return names;
}
