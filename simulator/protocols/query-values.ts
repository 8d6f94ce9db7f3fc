/** Form parameters of the protocols query and ec2, turned into values. */
import { shapeOf, type ApiModel, type Reference, type Shape } from './api-model.ts';
import { valueOfText } from './scalar-values.ts';

/** Parameters as a tree: `A.1.B=x` is A → 1 → B → x. */
interface Branch {
  text?: string;
  readonly children: Map<string, Branch>;
}

/**
 * The input that form parameters stand for.
 *
 * @param parameters  the decoded form without `Action` and `Version`
 */
export function valueOfForm(model: ApiModel, shapeName: string, parameters: URLSearchParams): unknown {
  const root: Branch = { children: new Map() };
  for (const [name, text] of parameters) {
    let branch = root;
    for (const part of name.split('.')) {
      const child: Branch = branch.children.get(part) ?? { children: new Map() };
      branch.children.set(part, child);
      branch = child;
    }
    branch.text = text;
  }
  return valueOfBranch(model, shapeOf(model, shapeName), root);
}

function valueOfBranch(model: ApiModel, shape: Shape, branch: Branch): unknown {
  switch (shape.type) {
    case 'structure':
      return membersOfBranch(model, shape, branch);
    case 'list':
      return listOfBranch(model, shape, branch);
    case 'map':
      return mapOfBranch(model, shape, branch);
    default:
      return valueOfText(shape, branch.text ?? '', 'iso8601');
  }
}

function membersOfBranch(model: ApiModel, shape: Shape, branch: Branch): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  const names = new Map(
    Object.entries(shape.members).map(([name, reference]) => [wireName(model, name, reference), name]),
  );
  for (const [wire, child] of branch.children) {
    const name = names.get(wire);
    const reference = name === undefined ? undefined : shape.members[name];
    if (name === undefined || reference === undefined) value[wire] = child.text ?? {};
    else value[name] = valueOfBranch(model, shapeOf(model, reference.shape), child);
  }
  return value;
}

/** ec2 takes queryName, else the location's name with a capital; query the location's name; a flattened list its member's. */
function wireName(model: ApiModel, name: string, reference: Reference): string {
  if (model.protocol === 'ec2') {
    if (reference.queryName !== undefined) return reference.queryName;
    const wire = reference.locationName ?? name;
    return wire.charAt(0).toUpperCase() + wire.slice(1);
  }
  const shape = shapeOf(model, reference.shape);
  if (shape.type === 'list' && shape.flattened === true)
    return shape.member?.locationName ?? reference.locationName ?? name;
  return reference.locationName ?? name;
}

function listOfBranch(model: ApiModel, shape: Shape, branch: Branch): unknown[] {
  const member = shape.member;
  if (member === undefined) return [];
  const flat = model.protocol === 'ec2' || shape.flattened === true;
  const entries = flat ? branch : branch.children.get(member.locationName ?? 'member');
  return numbered(entries).map((child) => valueOfBranch(model, shapeOf(model, member.shape), child));
}

function mapOfBranch(model: ApiModel, shape: Shape, branch: Branch): Record<string, unknown> {
  const { key, value } = shape;
  if (key === undefined || value === undefined) return {};
  const entries = numbered(shape.flattened === true ? branch : branch.children.get('entry'));
  return Object.fromEntries(
    entries.map((entry) => {
      const inner = entry.children.get(value.locationName ?? 'value') ?? { children: new Map() };
      return [
        entry.children.get(key.locationName ?? 'key')?.text ?? '',
        valueOfBranch(model, shapeOf(model, value.shape), inner),
      ];
    }),
  );
}

function numbered(branch: Branch | undefined): Branch[] {
  return [...(branch?.children ?? [])]
    .filter(([name]) => /^\d+$/.test(name))
    .sort(([one], [other]) => Number(one) - Number(other))
    .map(([, child]) => child);
}
