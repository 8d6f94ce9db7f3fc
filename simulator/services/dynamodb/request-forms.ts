/**
 * dynalite checks a request and parses its expressions each time. Requests differ in their values and hardly ever in
 * their form: a form that passed is kept, and the next request of that form only brings its values.
 */
import { itemSize } from 'dynalite/db/index.js';
import * as validations from 'dynalite/validations/index.js';
import { AwsFailure } from '../../contracts.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** dynalite's own form of a request: its members, and its expressions parsed */
export type Checked = Record<string, unknown>;

/** members that hold values and not form */
const KEYED = ['Key', 'Item', 'ExclusiveStartKey'];
const VALUES = 'ExpressionAttributeValues';
const MOST_FORMS = 2000;
/** of one item */
export const LARGEST_ITEM_BYTES = 409_600;

interface Form {
  /** what the check added: parsed expressions, with names in the place of values */
  readonly added: Readonly<Record<string, unknown>>;
}

/** Stands in a form for a value of the request. */
class ValueOf {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

const forms = new Map<string, Form>();

/**
 * @param operation  only those that are about one item, or query one partition
 * @param check  dynalite's own check, which throws what it finds
 * @returns the request as dynalite's actions want it, sharing nothing with `input`
 */
export function checkedByForm(
  operation: string,
  input: JsonObject,
  check: (copy: JsonObject) => Checked,
): Checked {
  const key = formOf(operation, input);
  const form = forms.get(key);
  const copy = copyOf(input);
  if (form !== undefined) return filled(form, copy);
  const checked = check(copy);
  if (forms.size >= MOST_FORMS) forms.clear();
  forms.set(key, { added: withoutValues(checked, input) });
  return checked;
}

function formOf(operation: string, input: JsonObject): string {
  const parts: unknown[] = [operation];
  for (const name of Object.keys(input)) {
    const value = input[name];
    if (KEYED.includes(name)) parts.push(name);
    else if (name === VALUES && isObject(value))
      parts.push(
        name,
        Object.entries(value).map(([each, attribute]) => [each, typeOf(attribute)]),
      );
    else if (name !== 'TableName') parts.push(name, value);
  }
  return JSON.stringify(parts);
}

/** S, N, M … of an attribute value */
function typeOf(attribute: unknown): string {
  return isObject(attribute) ? Object.keys(attribute).join() : '';
}

function filled(form: Form, copy: Record<string, unknown>): Checked {
  for (const name of [...KEYED, VALUES]) {
    const attributes = copy[name];
    if (!isObject(attributes)) continue;
    for (const attribute of Object.values(attributes)) {
      const fault = validations.validateAttributeValue(attribute);
      if (fault !== undefined) throw new AwsFailure('ValidationException', fault);
    }
  }
  refuseTooLarge(copy['Item']);
  const values = copy[VALUES];
  for (const name of Object.keys(form.added)) {
    copy[name] = replaced(form.added[name], (part) =>
      part instanceof ValueOf && isObject(values) ? { to: values[part.name] } : undefined,
    );
  }
  return copy;
}

/** JSON is longer than what DynamoDB counts: only a long one is worth counting. */
function refuseTooLarge(item: unknown): void {
  if (!isObject(item) || JSON.stringify(item).length <= LARGEST_ITEM_BYTES) return;
  if (itemSize(item) > LARGEST_ITEM_BYTES)
    throw new AwsFailure('ValidationException', 'Item size has exceeded the maximum allowed size');
}

function withoutValues(checked: Checked, input: JsonObject): Record<string, unknown> {
  const values = checked[VALUES];
  const names = new Map<unknown, string>(
    isObject(values) ? Object.entries(values).map(([name, value]) => [value, name]) : [],
  );
  const added: Record<string, unknown> = {};
  for (const name of Object.keys(checked)) {
    if (input[name] !== undefined) continue;
    added[name] = replaced(checked[name], (part) => {
      const value = names.get(part);
      return value === undefined ? undefined : { to: new ValueOf(value) };
    });
  }
  return added;
}

/** A copy of a tree in which some parts are others. */
function replaced(tree: unknown, other: (part: unknown) => { to: unknown } | undefined): unknown {
  if (typeof tree !== 'object' || tree === null) return tree;
  const replacement = other(tree);
  if (replacement !== undefined) return replacement.to;
  if (Array.isArray(tree)) return tree.map((part) => replaced(part, other));
  const copy: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(tree)) copy[name] = replaced(part, other);
  return copy;
}

function copyOf(input: JsonObject): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(input)) copy[name] = replaced(input[name], () => undefined);
  return copy;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
