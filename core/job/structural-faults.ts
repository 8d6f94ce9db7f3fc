import type * as z from 'zod';
import type { LocatedByPath } from './job-fault.ts';

type Issue = z.core.$ZodIssue;

/** A contract's complaints, in the words of a job file's author. */
export function structuralFaults(error: z.ZodError, raw: unknown): LocatedByPath[] {
  return error.issues.flatMap((issue) => faultsOf(issue, raw, []));
}

function faultsOf(issue: Issue, raw: unknown, base: readonly PropertyKey[]): LocatedByPath[] {
  const path = [...base, ...issue.path];
  const value = valueAt(raw, path);
  if (issue.code === 'invalid_union') return unionFaults(issue, value, raw, path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...path, key],
      found: `an unknown field "${key}"`,
      allowed: 'only the fields of the job schema (flarepath validate --schema prints it)',
    }));
  }
  return [{ path, found: show(value), allowed: allowedBy(issue) }];
}

/** A choice of forms: the complaints of the form that was meant, else the forms there are. */
function unionFaults(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  value: unknown,
  raw: unknown,
  path: readonly PropertyKey[],
): LocatedByPath[] {
  const meant = issue.errors.find((branch) => branch.every((each) => isInside(each, value)));
  if (meant !== undefined) return meant.flatMap((each) => faultsOf(each, raw, path));
  return [{ path, found: show(value), allowed: issue.message }];
}

/** A complaint about something that was written: the author meant this form. */
function isInside(issue: Issue, value: unknown): boolean {
  if (issue.code === 'unrecognized_keys') return false;
  const [first] = issue.path;
  return first !== undefined && typeof value === 'object' && value !== null && Object.hasOwn(value, first);
}

function allowedBy(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `a value of type ${issue.expected}`;
    case 'invalid_value':
      return issue.values.map((value) => String(value)).join(', ');
    case 'too_small':
      return issue.inclusive === false
        ? `${sizeName(issue.origin)} above ${issue.minimum}`
        : `${sizeName(issue.origin)} of ${issue.minimum} or more`;
    case 'too_big':
      return `${sizeName(issue.origin)} of ${issue.maximum} or less`;
    default:
      return issue.message;
  }
}

function sizeName(origin: string): string {
  if (origin === 'string') return 'a length';
  return origin === 'array' ? 'a number of entries' : 'a number';
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).find(([k]) => k === String(key))?.[1]
        : undefined,
    raw,
  );
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  // JSON knows neither infinity nor NaN and would say null
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
