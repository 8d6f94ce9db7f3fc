import type * as z from 'zod';
import { InvalidInputError } from '../../core/errors.ts';

/**
 * Parses with a contract, or says in one message every place where the value does not fit it.
 *
 * @param what  what is parsed, for the message: `environment`, `input` …
 * @throws InvalidInputError  naming path, what was found and what is allowed
 */
export function parseContract<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  what: string,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => {
    const path = issue.path.map(String).join('.') || '(whole)';
    return `${path}: found ${shown(valueAtPath(value, issue.path))}, ${issue.message}`;
  });
  throw new InvalidInputError(`${what} does not fit its contract. ${faults.join('; ')}`);
}

/** JSON from outside, for a contract to look at; undefined, which fits none, when it is not JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function valueAtPath(value: unknown, path: readonly PropertyKey[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = Reflect.get(current, key);
  }
  return current;
}

const LONGEST_SHOWN = 80;

function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}
