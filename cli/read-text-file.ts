import { readFileSync } from 'node:fs';
import { InvalidInputError } from '../core/errors.ts';

/** Thrown when a file cannot be read, or is no text. */
export class UnreadableFileError extends InvalidInputError {
  readonly why: string;

  /** @param why  half a sentence: "it does not exist" */
  constructor(file: string, why: string, what: string) {
    super(`Cannot read ${file}: ${why}. Name ${what}.`);
    this.why = why;
  }
}

/**
 * A file's text, which is in UTF-8.
 *
 * @param what  what the file should be, for the message: "a job file"
 * @throws UnreadableFileError  when it cannot be read, or is no text
 */
export function readTextFile(file: string, what: string): string {
  const bytes = bytesOf(file, what);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // not UTF-8: said below
  }
  throw new UnreadableFileError(file, 'it is not text in UTF-8; save it as UTF-8', what);
}

function bytesOf(file: string, what: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const reasons: Record<string, string> = {
      ENOENT: 'it does not exist',
      EISDIR: 'it is a folder',
      EACCES: 'permission denied',
    };
    throw new UnreadableFileError(file, reasons[why] ?? why, what);
  }
}
