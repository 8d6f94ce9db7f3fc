import { parse as parseYaml } from 'yaml';
import * as z from 'zod';
import { InvalidInputError } from '../../core/errors.ts';
import { Fault, type FaultInput } from '../../simulator/faults.ts';
import { readTextFile } from '../read-text-file.ts';

/** In place of a file: nothing is injected. */
const NONE = 'none';
const FaultFile = z.strictObject({ description: z.string().default(''), faults: z.array(Fault) });

/**
 * The faults that a simulation suffers.
 *
 * @param file  YAML or JSON: `faults`, a list as in docs/fault-catalogue.md; or `none`
 * @throws InvalidInputError  when it cannot be read, or holds a fault that could never strike
 */
export function readFaults(file: string): FaultInput[] {
  if (file === NONE) return [];
  const text = readTextFile(file, 'a file of faults, or the word none');
  let document: unknown;
  try {
    document = parseYaml(text);
  } catch (error) {
    throw refused(file, error instanceof Error ? error.message : 'not readable as YAML or JSON');
  }
  const parsed = FaultFile.safeParse(document);
  if (parsed.success) return parsed.data.faults;
  const issues = parsed.error.issues.map(
    ({ path, message }) => `${path.map(String).join('.') || 'file'}: ${message}`,
  );
  throw refused(file, issues.join('; '));
}

function refused(file: string, why: string): InvalidInputError {
  return new InvalidInputError(
    `${file}: ${why}. Allowed: faults, a list of what docs/fault-catalogue.md shows; --faults none injects nothing.`,
  );
}
