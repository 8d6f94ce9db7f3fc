import { readFileSync } from 'node:fs';
import { InvalidInputError } from '../core/errors.ts';

/**
 * A file's text.
 *
 * @param what  what the file should be, for the message: "a job file"
 * @throws InvalidInputError  when it cannot be read
 */
export function readTextFile(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const reasons: Record<string, string> = {
      ENOENT: 'it does not exist',
      EISDIR: 'it is a folder',
      EACCES: 'permission denied',
    };
    throw new InvalidInputError(`Cannot read ${file}: ${reasons[why] ?? why}. Name ${what}.`);
  }
}
