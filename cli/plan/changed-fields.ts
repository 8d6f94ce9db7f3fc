export interface ChangedField {
  /** as a path: `budget.perRun.limitUsd` */
  readonly field: string;
  readonly from: string;
  readonly to: string;
}

/** What differs between two values of JSON's kinds, member by member; lists are compared as a whole. */
export function changedFields(before: unknown, after: unknown, path = ''): ChangedField[] {
  if (isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return names.flatMap((name) =>
      changedFields(before[name], after[name], path === '' ? name : `${path}.${name}`),
    );
  }
  const [from, to] = [textOf(before), textOf(after)];
  return from === to ? [] : [{ field: path, from, to }];
}

/** JSON with spaces, at which a line can be broken. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(textOf).join(', ')}]`;
  if (!isObject(value)) return value === undefined ? 'nothing' : JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}: ${textOf(member)}`);
  return `{${members.join(', ')}}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
