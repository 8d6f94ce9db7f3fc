/** Values of an API model as XML, for the protocols query, ec2 and rest-xml. */
import { XMLParser } from 'fast-xml-parser';
import { shapeOf, type ApiModel, type Reference, type Shape } from './api-model.ts';
import { isMembers, type Members } from './http-message.ts';
import { textOfValue, valueOfText } from './scalar-values.ts';

export function escapeXml(text: string): string {
  return text.replace(/[&<>"\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The inner XML of a structure: its members that travel in the body. */
export function xmlOfMembers(model: ApiModel, shape: Shape, value: unknown): string {
  if (!isMembers(value)) return '';
  let xml = '';
  for (const [name, reference] of Object.entries(shape.members)) {
    const inner = value[name];
    if (inner === undefined || reference.location !== undefined) continue;
    xml += xmlOfMember(model, reference.locationName ?? name, reference, inner);
  }
  return xml;
}

function xmlOfMember(model: ApiModel, name: string, reference: Reference, value: unknown): string {
  const shape = shapeOf(model, reference.shape);
  const flattened = reference.flattened === true || shape.flattened === true;
  if (shape.type === 'list' && Array.isArray(value) && shape.member !== undefined) {
    const member = shape.member;
    // a flattened list repeats the element that carries the member's name
    const elementName = flattened ? (member.locationName ?? name) : (member.locationName ?? 'member');
    const elements = value
      .map((element: unknown) => xmlOfMember(model, elementName, member, element))
      .join('');
    return flattened ? elements : `<${name}>${elements}</${name}>`;
  }
  if (shape.type === 'map' && isMembers(value)) return xmlOfMap(model, name, shape, value, flattened);
  if (shape.type === 'structure') return `<${name}>${xmlOfMembers(model, shape, value)}</${name}>`;
  return `<${name}>${escapeXml(textOfValue(shape, value, 'iso8601'))}</${name}>`;
}

function xmlOfMap(model: ApiModel, name: string, shape: Shape, map: Members, flattened: boolean): string {
  const { key, value } = shape;
  if (key === undefined || value === undefined) return '';
  const entryName = flattened ? name : 'entry';
  const entries = Object.entries(map)
    .map(
      ([entryKey, inner]) =>
        `<${entryName}>${xmlOfMember(model, key.locationName ?? 'key', key, entryKey)}` +
        `${xmlOfMember(model, value.locationName ?? 'value', value, inner)}</${entryName}>`,
    )
    .join('');
  return flattened ? entries : `<${name}>${entries}</${name}>`;
}

const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false, trimValues: false });

/** The value that an XML body stands for: the content of its one root element. */
export function valueOfXml(model: ApiModel, shapeName: string, xml: string): unknown {
  const document: unknown = parser.parse(xml);
  const root = isMembers(document)
    ? Object.entries(document).find(([name]) => !name.startsWith('?'))?.[1]
    : undefined;
  return valueOfNode(model, shapeOf(model, shapeName), root);
}

function valueOfNode(model: ApiModel, shape: Shape, node: unknown): unknown {
  switch (shape.type) {
    case 'structure':
      return membersOfNode(model, shape, isMembers(node) ? node : {});
    case 'list': {
      const member = shape.member;
      if (member === undefined) return [];
      const elements =
        shape.flattened === true ? node : isMembers(node) ? node[member.locationName ?? 'member'] : undefined;
      return listOf(elements).map((element) => valueOfNode(model, shapeOf(model, member.shape), element));
    }
    case 'map':
      return isMembers(node) ? node : {};
    default:
      return valueOfText(shape, typeof node === 'string' ? node : '', 'iso8601');
  }
}

function membersOfNode(model: ApiModel, shape: Shape, node: Members): Record<string, unknown> {
  const names = new Map(
    Object.entries(shape.members).map(([name, { locationName }]) => [locationName ?? name, name]),
  );
  const value: Record<string, unknown> = {};
  for (const [wire, child] of Object.entries(node)) {
    const name = names.get(wire);
    const reference = name === undefined ? undefined : shape.members[name];
    if (name !== undefined && reference !== undefined) {
      value[name] = valueOfNode(model, shapeOf(model, reference.shape), child);
    } else if (wire !== '#text') value[wire] = child;
  }
  return value;
}

function listOf(elements: unknown): unknown[] {
  return elements === undefined ? [] : Array.isArray(elements) ? elements : [elements];
}
