import * as z from 'zod';
import { NotSimulatedError } from '../contracts.ts';

/**
 * A schema for `operation` that refuses by name whatever the inner schema does not know.
 *
 * @param what  how the refusal calls it, such as `s3 PutObject`
 * @param schema  a strict object of every member that is read, and of those that change nothing here
 */
export function known<Schema extends z.ZodType>(what: string, schema: Schema) {
  return z.unknown().transform((value): z.output<Schema> => parseKnown(what, schema, value));
}

/**
 * Reads the properties of a template's resource or the members of a request.
 *
 * @throws NotSimulatedError  naming each member that is unknown or has a value the simulator cannot honour
 */
export function parseKnown<Schema extends z.ZodType>(
  what: string,
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  const result = schema.safeParse(value ?? {});
  if (result.success) return result.data;
  throw new NotSimulatedError(
    `${what} is not simulated like this: ${result.error.issues.map(told).join('; ')}`,
  );
}

function told(issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => (path === '' ? key : `${path}.${key}`)).join(', ') + ' is unknown here';
  }
  return `${path === '' ? 'it' : path}: ${issue.message}`;
}

/** Members that are accepted and change nothing that the simulator models. */
export const ignored = z.unknown().optional();

/** Numbers and flags of a template: CloudFormation accepts them as text, too. */
export const templateNumber = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d+(\.\d+)?$/)
    .transform(Number),
]);
export const templateFlag = z.union([
  z.boolean(),
  z.enum(['true', 'false']).transform((text) => text === 'true'),
]);
